// Any text is refused with an Error of io or of models, or read into a model whose names lead
// somewhere and whose values lie in their ranges. Two thirds of the inputs are put behind a sound
// head.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "entact/answer/model_file.h"
#include "entact/base/error.h"

namespace {

void require_true(bool ok) {
  if (!ok) std::abort();
}

void check(const entact::ModelFile& file) {
  const auto n = static_cast<int>(file.description.parameters.size());
  for (const entact::ModelParameter& parameter : file.description.parameters) {
    require_true(!parameter.id.empty() && !parameter.unit.empty() && !parameter.source.empty());
    require_true(parameter.low <= parameter.value && parameter.value <= parameter.high);
    require_true(std::isfinite(parameter.value) && parameter.between_sd >= 0);
  }
  for (const entact::DoseInput& input : file.description.inputs)
    require_true(input.state >= 0 && input.lag_parameter < n && input.duration_parameter < n);
  for (const entact::CovariateRule& effect : file.population.effects)
    require_true(effect.parameter >= 0 && effect.parameter < n && effect.coefficient < n);
  entact::bind_model_file(file);
  require_true(entact::typical_parameters(file).size() == file.description.parameters.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text =
      data[0] % 2 == 0 ? "" : "id = \"m\"\ntitle = \"m\"\nequations = \"mdma-linear\"\n";
  text.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    check(entact::read_model(text, "M.toml", "none"));
  } catch (const entact::Error& error) {
    require_true(error.code().starts_with("io.") || error.code().starts_with("answer.model.") ||
                 error.code().starts_with("pharm.expression."));
  }
  return 0;
}
