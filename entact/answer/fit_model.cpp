#include "entact/answer/fit_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "entact/answer/installed_files.h"
#include "entact/answer/model_file.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"
#include "entact/io/toml.h"
#include "entact/pharm/population_values.h"

namespace entact {
namespace {

template <class Value>
Value fit_choice(const TomlTable& table, const std::string& key, const std::string& word,
                 const std::map<std::string, Value>& allowed) {
  const auto found = allowed.find(word);
  if (found != allowed.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : allowed) names.push_back(name);
  throw table.fault(key, fmt::format("it is one of: {}", fmt::join(names, ", ")),
                    "Choose one of them");
}

double not_negative(const TomlTable& table, const std::string& key, double fallback) {
  const double value = table.number(key, fallback);
  if (value < 0) throw table.fault(key, "it is not negative", "Write 0 or more, or leave it out");
  return value;
}

void read_units(const TomlTable& document, FitModel& model) {
  const TomlTable units = document.table("units");
  model.dose_unit = units.text("dose");
  model.time_unit = units.text("time");
  model.concentration_unit = units.text("concentration");
  model.mg_per_dose_unit =
      fit_choice<double>(units, "dose", model.dose_unit, {{"mg", 1}, {"g", 1000}, {"ug", 1e-3}});
  model.hours_per_time_unit = fit_choice<double>(units, "time", model.time_unit,
                                                 {{"h", 1}, {"min", 1.0 / 60}, {"day", 24}});
  model.structure.units_per_mg_l = fit_choice<double>(
      units, "concentration", model.concentration_unit,
      {{"mg/L", 1}, {"ug/mL", 1}, {"ng/mL", 1000}, {"ug/L", 1000}, {"g/L", 1e-3}});
}

std::ptrdiff_t parameter_index(const TomlTable& table, const std::string& key,
                               const std::string& id, const FitModel& model) {
  const auto& all = model.population.parameters;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == id; });
  if (found == all.end())
    throw table.fault(key, fmt::format("it names a [[parameter]]; saw '{}'", id),
                      "Check its spelling");
  return found - all.begin();
}

// A file beside the model's own, else a model of the installation.
ModelFile structure_file(const TomlTable& document, const std::string& path,
                         const std::string& structure) {
  const std::filesystem::path beside = std::filesystem::path(path).parent_path() / structure;
  if (std::filesystem::is_regular_file(beside)) return read_model_file(beside);
  try {
    return read_model_file(find_model_file(structure, find_data("")));
  } catch (const Error& error) {
    if (error.code() != "answer.model.none") throw;
    const Error fault = document.fault("structure", "it is 'one compartment', or a model",
                                       fmt::format("Of models: {}", error.what()));
    throw Error(error.code(), fault.what(), error.kind());
  }
}

// Equations from a model file, if the structure is one.
void read_equations(const TomlTable& document, const std::string& path, FitModel& model) {
  const std::string structure = document.text("structure");
  if (structure == "one compartment") return;
  const ModelFile file = structure_file(document, path, structure);
  model.equations = bind_model_file(file);
  model.observation.typical = typical_parameters(file);
  const auto& outputs = model.equations->description.outputs;
  const std::string wanted = document.text("output");
  const auto output = std::find_if(outputs.begin(), outputs.end(),
                                   [&](const ModelQuantity& q) { return q.id == wanted; });
  if (output == outputs.end())
    throw document.fault(
        "output", fmt::format("model {} has no such output", model.equations->description.id),
        "Take one that its file lists");
  if (output->unit != model.concentration_unit)
    throw document.table("units").fault(
        "concentration", fmt::format("the model gives {} in {}", wanted, output->unit),
        "Write that unit, and the data in it");
  model.observation.output = static_cast<int>(output - outputs.begin());
  if (!file.notice.empty()) model.notices.push_back(file.notice);
  if (output->hypothesis)
    model.notices.push_back(
        fmt::format("no human observation anchors {}: it is a hypothesis", wanted));
}

// The parameter of the equations by this id; none for the closed form.
const ModelParameter* known_parameter(const TomlTable& table, const std::string& id,
                                      FitModel& model) {
  if (!model.equations) return nullptr;
  const auto& all = model.equations->description.parameters;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == id; });
  if (found == all.end())
    throw table.fault(
        "id", fmt::format("model {} has no such parameter", model.equations->description.id),
        "Take one that its file lists");
  model.observation.by.push_back(static_cast<int>(found - all.begin()));
  return &*found;
}

void read_parameters(const TomlTable& document, FitModel& model) {
  for (const TomlTable& each : document.tables("parameter")) {
    const std::string id = each.text("id");
    const ModelParameter* known = known_parameter(each, id, model);
    PopulationParameter p{
        .id = id,
        .unit = each.text("unit", known != nullptr ? known->unit : ""),
        .typical = known != nullptr ? each.number("typical", known->value) : each.number("typical"),
        .fixed = each.flag("fixed", false),
        .between_sd = not_negative(each, "between_sd", 0),
        .occasion_sd = not_negative(each, "occasion_sd", 0)};
    p.form = fit_choice<IndividualForm>(
        each, "form", each.text("form", "lognormal"),
        {{"lognormal", IndividualForm::lognormal}, {"normal", IndividualForm::normal}});
    if (p.form == IndividualForm::lognormal && p.typical <= 0)
      throw each.fault("typical", "a lognormal parameter is above 0", "Write a start above 0");
    for (const PopulationParameter& other : model.population.parameters)
      if (other.id == p.id) throw each.fault("id", "two parameters have this id", "Rename one");
    model.population.parameters.push_back(std::move(p));
  }
}

void read_structure(const TomlTable& document, FitModel& model) {
  if (model.equations) return;
  OneCompartment& s = model.structure;
  const std::map<std::string, std::ptrdiff_t*> places{{"ka", &s.absorption}, {"cl", &s.clearance},
                                                      {"v", &s.volume},      {"k", &s.elimination},
                                                      {"lag", &s.lag},       {"f", &s.fraction}};
  for (std::size_t j = 0; j < model.population.parameters.size(); ++j) {
    const auto found = places.find(model.population.parameters[j].id);
    if (found == places.end())
      throw document.fault("parameter",
                           fmt::format("the parameters of one compartment are ka, cl, v, k, lag, "
                                       "f; saw '{}'",
                                       model.population.parameters[j].id),
                           "Rename it");
    *found->second = static_cast<std::ptrdiff_t>(j);
  }
  const int given =
      (s.clearance >= 0 ? 1 : 0) + (s.volume >= 0 ? 1 : 0) + (s.elimination >= 0 ? 1 : 0);
  if (given != 2)
    throw document.fault("parameter", "one compartment has two of cl, v and k", "Name two of them");
}

void read_covariates(const TomlTable& document, FitModel& model) {
  using Form = CovariateEffect::Form;
  for (const TomlTable& each : document.tables("covariate")) {
    CovariateEffect e{.name = each.text("column"),
                      .reference = each.number("reference"),
                      .coefficient = each.number("coefficient"),
                      .fixed = each.flag("fixed", false)};
    e.parameter = parameter_index(each, "parameter", each.text("parameter"), model);
    e.form = fit_choice<Form>(each, "form", each.text("form"),
                              {{"power", Form::power},
                               {"exponential", Form::exponential},
                               {"proportional", Form::proportional}});
    if (e.form == Form::power && e.reference <= 0)
      throw each.fault("reference", "a power is of a ratio: its reference is above 0",
                       "Write the covariate of a typical person");
    const auto place = std::find(model.covariates.begin(), model.covariates.end(), e.name);
    e.covariate = place - model.covariates.begin();
    if (place == model.covariates.end()) model.covariates.push_back(e.name);
    model.population.effects.push_back(std::move(e));
  }
}

void read_correlated(const TomlTable& document, FitModel& model) {
  for (const TomlTable& each : document.tables("correlated")) {
    std::vector<std::ptrdiff_t> block;
    for (const std::string& id : each.texts("parameters"))
      block.push_back(parameter_index(each, "parameters", id, model));
    auto* list = fit_choice<RandomBlocks*>(each, "level", each.text("level", "between"),
                                           {{"between", &model.population.between_blocks},
                                            {"occasion", &model.population.occasion_blocks}});
    list->push_back(std::move(block));
  }
}

}  // namespace

FitModel read_fit_model(const std::string& path) {
  const std::string content = read_file(path);
  const TomlTable document = read_toml(content, path);
  FitModel model;
  model.input = {std::filesystem::path(path).filename().string(), sha256(content)};
  model.title = document.text("title", "Population fit");
  read_units(document, model);
  read_equations(document, path, model);
  read_parameters(document, model);
  read_structure(document, model);
  read_covariates(document, model);
  read_correlated(document, model);
  const TomlTable error = document.table("error");
  model.population.error = {.additive = not_negative(error, "additive", 0),
                            .proportional = not_negative(error, "proportional", 0)};
  if (model.population.error.additive + model.population.error.proportional <= 0)
    throw document.fault("error", "the residual error is additive, proportional or both",
                         "Give at least one start above 0");
  document.refuse_unknown();
  const PopulationLayout layout(model.population);  // refuses blocks without meaning
  return model;
}

}  // namespace entact
