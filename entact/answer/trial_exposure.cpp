#include "entact/answer/trial_exposure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/installed_files.h"
#include "entact/answer/json_number.h"
#include "entact/answer/model_file.h"
#include "entact/answer/toml_values.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

double positive(const TomlTable& table, const std::string& key) {
  const double value = table.number(key);
  if (!(value > 0)) throw table.fault(key, "it is positive", "Write an exposure such as 2000");
  return value;
}

int output_named(const TomlTable& table, const ModelFile& file) {
  const std::string wanted = table.text("output", "concentration");
  std::vector<std::string> names;
  for (std::size_t k = 0; k < file.description.outputs.size(); ++k) {
    names.push_back(file.description.outputs[k].id);
    if (names.back() == wanted) return static_cast<int>(k);
  }
  throw table.fault("output", fmt::format("the model's outputs are: {}", fmt::join(names, ", ")),
                    "Name one of them");
}

std::vector<ExposureGenotype> read_genotypes(const TomlTable& table, const ModelFile& file) {
  const auto shares = table.optional_table("genotypes");
  if (!shares) return {{.name = "typical", .share = 1, .description = file.description}};
  std::vector<ExposureGenotype> genotypes;
  double sum = 0;
  for (const std::string& name : shares->keys()) {
    const double share = toml_probability(*shares, name, 0);
    sum += share;
    genotypes.push_back(
        {.name = name, .share = share, .description = at_place(shares->place(name), [&] {
                                         return with_settings(file, {name});
                                       })});
  }
  if (std::abs(sum - 1) > 1e-6)
    throw table.fault("genotypes", fmt::format("the shares add up to 1; saw {:g}", sum),
                      "Write { PM = 0.07, IM = 0.2, NM = 0.7, UM = 0.03 }");
  return genotypes;
}

std::vector<DrawnCovariate> read_weight(const TomlTable& table, const ModelFile& file) {
  std::vector<DrawnCovariate> drawn;
  for (const ModelCovariate& covariate : file.population.covariates) {
    drawn.push_back({covariate.reference, 0});
    if (covariate.id != "weight_kg") continue;
    drawn.back() = {table.number("weight_kg", covariate.reference), table.number("weight_sd", 0)};
    if (!(drawn.back().mean >= covariate.low && drawn.back().mean <= covariate.high))
      throw table.fault("weight_kg",
                        fmt::format("it lies from {:g} to {:g}", covariate.low, covariate.high),
                        "Write weight_kg = 77");
    if (!(drawn.back().sd >= 0)) throw table.fault("weight_sd", "it is not negative", "Write 15");
  }
  return drawn;
}

// Of all arms of all designs, ascending.
std::vector<double> doses_of(const TrialFile& file) {
  std::set<double> doses;
  for (const TrialVariant& variant : file.variants)
    for (const TrialArm& arm : variant.design.arms)
      if (arm.dose_mg > 0) doses.insert(arm.dose_mg);
  return {doses.begin(), doses.end()};
}

double reference_dose(const TrialFile& file) {
  if (file.truth.dose.reference_mg > 0) return file.truth.dose.reference_mg;
  const std::vector<double> doses = doses_of(file);
  return doses.empty() ? 1 : doses.back();
}

double quantile_of(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(p * static_cast<double>(values.size() - 1)))];
}

}  // namespace

void read_exposure(const TomlTable& truth, TrialFile& file, const std::string& data) {
  const auto table = truth.optional_table("exposure");
  if (!table) return;
  ExposureResponse response{.half = positive(*table, "half"), .hill = table->number("hill", 1)};
  if (!(response.hill > 0)) throw table->fault("hill", "it is positive", "Write hill = 1");
  TrialExposure asked{.place = table->place("model")};
  ExposureQuestion& question = asked.question;
  question.doses_mg = doses_of(file);
  question.reference_mg = reference_dose(file);
  const std::string metric =
      table->has("metric") ? toml_word(*table, "metric", {"auc", "cmax"}) : "auc";
  question.metric = metric == "cmax" ? ExposureMetricKind::peak : ExposureMetricKind::area;
  question.people = static_cast<int>(table->integer("people", question.people));
  if (question.people < 1 || question.people > 100000)
    throw table->fault("people", "from 1 to 100000 people are drawn", "Write people = 1000");
  const std::string model = table->text("model", "mdma");
  asked.model = at_place(asked.place,
                         [&] { return read_model_file(find_model_file(model, find_data(data))); });
  question.output = output_named(*table, asked.model);
  question.genotypes = read_genotypes(*table, asked.model);
  question.covariates = read_weight(*table, asked.model);
  file.truth.exposure = std::move(response);
  file.exposure = std::move(asked);
}

void join_exposures(TrialFile& file) {
  if (!file.exposure) return;
  TrialExposure& asked = *file.exposure;
  asked.question.seed = file.seed;
  file.truth.exposure->table = at_place(asked.place, [&] {
    return std::make_shared<const ExposureTable>(
        draw_exposures(bind_model_file(asked.model), asked.model.population, asked.question));
  });
}

std::string exposure_words(const ExposureResponse& response) {
  const ExposureTable& table = *response.table;
  return fmt::format(
      "Scenario, not knowledge: the drug's effect follows the simulated {} of each of {} people "
      "along an assumed Emax curve with half of the greatest effect at {:g} and exponent {:g}; the "
      "typical person has {} at {:g} mg. No exposure-response for PTSD is known.",
      table.metric, table.people(), response.half, response.hill,
      significant_text(table.reference, 3), table.reference_mg);
}

Json exposure_json(const ExposureResponse& response) {
  const ExposureTable& table = *response.table;
  Json json{{"scenario", exposure_words(response)},
            {"metric", table.metric},
            {"half", response.half},
            {"hill", response.hill},
            {"reference_mg", table.reference_mg},
            {"reference", json_number(table.reference)},
            {"people", table.people()},
            {"doses", Json::array()}};
  for (std::size_t d = 0; d < table.doses_mg.size(); ++d) {
    const std::vector<double> shares = exposure_shares(response, table.doses_mg[d]);
    Json one{{"dose_mg", table.doses_mg[d]}};
    for (const double p : {0.05, 0.5, 0.95}) {
      const std::string percent = fmt::format("{:g}", 100 * p);
      one["exposure_" + percent] = json_number(quantile_of(table.exposure[d], p));
      one["share_" + percent] = json_number(quantile_of(shares, p));
    }
    json["doses"].push_back(one);
  }
  return json;
}

}  // namespace entact
