#include "entact/pharm/compiled_models.h"

#include <array>
#include <utility>

#include "entact/pharm/bind_model.h"
#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/mdma_model.h"
#include "entact/pharm/mdma_terminals_model.h"
#include "entact/pharm/serotonin_model.h"

namespace entact {
namespace {

template <class Model>
constexpr CompiledModel compiled(std::string_view id) {
  return {id, Model::state_names, Model::parameter_names, Model::output_names,
          [](ModelDescription description) { return bind_model<Model>(std::move(description)); }};
}

constexpr std::array<CompiledModel, 4> models{
    compiled<MdmaModel>("mdma"), compiled<MdmaLinearModel>("mdma-linear"),
    compiled<MdmaTerminalsModel>("mdma-terminals"), compiled<SerotoninModel>("serotonin-terminal")};

}  // namespace

std::span<const CompiledModel> compiled_models() { return models; }

const CompiledModel* compiled_model(std::string_view id) {
  for (const CompiledModel& model : models)
    if (model.id == id) return &model;
  return nullptr;
}

}  // namespace entact
