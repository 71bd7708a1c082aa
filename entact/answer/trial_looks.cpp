#include "entact/answer/trial_looks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "entact/answer/design_words.h"
#include "entact/answer/json_number.h"
#include "entact/answer/simulated_value.h"
#include "entact/answer/trial_adaptive.h"
#include "entact/answer/trial_adaptive_file.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

std::vector<double> read_rates(const TomlTable& table) {
  std::vector<double> rates = table.numbers("at");
  if (rates.empty() || rates.back() < 1) rates.push_back(1);
  double before = 0;
  for (const double rate : rates) {
    if (!(rate > before && rate <= 1))
      throw table.fault("at", "shares of the participants increase, up to 1", "Write [0.5, 1]");
    before = rate;
  }
  return rates;
}

Error not_named(const TomlTable& table, const char* key, const std::vector<std::string>& names) {
  return table.fault(key, fmt::format("it is one of: {}", fmt::join(names, ", ")),
                     "Choose one of them");
}

void read_futility(const TomlTable& table, GroupSequentialOptions& options) {
  if (table.has("futility")) {
    options.futility =
        spending_named(table.text("futility"), table.number("futility_parameter", -2));
    if (!options.futility) throw not_named(table, "futility", spending_names());
  }
  options.futility_z = table.numbers("futility_z", {});
  options.binding = table.flag("binding", false);
  options.power = table.number("power", 0.9);
}

std::string bound_text(double z) { return std::isinf(z) ? "-" : decimal_text(z, 3); }

}  // namespace

std::optional<InterimPlan> read_looks(const TomlTable& document, double alpha,
                                      const std::vector<TrialVariant>& variants) {
  const auto table = document.optional_table("looks");
  if (!table) return std::nullopt;
  GroupSequentialOptions options{.rates = read_rates(*table), .alpha = alpha / 2};
  const auto efficacy =
      boundary_named(table->text("efficacy", "obrien-fleming"), table->number("parameter", -4));
  if (!efficacy) throw not_named(*table, "efficacy", boundary_names());
  options.efficacy = *efficacy;
  read_futility(*table, options);
  InterimPlan plan{.enrolled_per_week = table->number("enrolled_per_week", 0)};
  if (plan.enrolled_per_week < 0)
    throw table->fault("enrolled_per_week", "it is not negative", "Write 1.5");
  plan.design =
      at_place(document.place("looks") + " (looks)", [&] { return group_sequential(options); });
  read_adaptations(*table, variants, plan);
  return plan;
}

Json looks_json(const InterimCharacteristics& found, const std::vector<TrialEstimand>& estimands) {
  Json looks = Json::array();
  for (std::size_t k = 0; k < found.rates.size(); ++k)
    looks.push_back({{"share", found.rates[k]},
                     {"enrolled", found.enrolled[k]},
                     {"efficacy_z", json_number(found.upper[k])},
                     {"futility_z", json_number(found.lower[k])},
                     {"rejects", json_number(found.efficacy[k])},
                     {"stops_without", json_number(found.futility[k])}});
  Json json{{"looks", looks},
            {"power", value_json(found.power)},
            {"participants", value_json(found.participants)},
            {"participants_5", found.fewest},
            {"participants_50", found.median},
            {"participants_95", found.most},
            {"plain_bias", value_json(found.plain_bias)},
            {"median_unbiased_bias", value_json(found.median_bias)},
            {"median_unbiased_above", value_json(found.above)},
            {"stagewise_coverage", value_json(found.coverage)},
            {"failed", found.failed}};
  for (std::size_t e = 0; e < found.estimands.size(); ++e)
    json["estimands"].push_back(
        {{"id", estimands[e].id}, {"rejects", value_json(found.estimands[e])}});
  if (found.false_rejection) json["false_rejection"] = value_json(*found.false_rejection);
  if (found.adaptive) json["adaptive"] = adaptive_json(*found.adaptive);
  return json;
}

std::string looks_text(const InterimCharacteristics& found,
                       const std::vector<TrialEstimand>& estimands) {
  std::string text = fmt::format("  {:<24}{:>9}{:>9}{:>9}{:>12}{:>16}\n", "look after", "enrolled",
                                 "reject z", "stop z", "rejects", "stops without");
  for (std::size_t k = 0; k < found.rates.size(); ++k)
    text += fmt::format("  {:<24}{:>9}{:>9}{:>9}{:>12}{:>16}\n",
                        fmt::format("{:g} of n", found.rates[k]), found.enrolled[k],
                        bound_text(found.upper[k]), bound_text(found.lower[k]),
                        decimal_text(found.efficacy[k], 3), decimal_text(found.futility[k], 3));
  text += fmt::format("  with looks: power {}, participants {} ({} to {} in 90%)\n",
                      with_error(found.power, 3), with_error(found.participants, 1), found.fewest,
                      found.most);
  for (std::size_t e = 0; e < found.estimands.size(); ++e)
    text +=
        fmt::format("  {:<24}rejected {}\n", estimands[e].id, with_error(found.estimands[e], 3));
  if (found.false_rejection)
    text += fmt::format("  anything without benefit rejected {}\n",
                        with_error(*found.false_rejection, 4));
  text += fmt::format("  at the stop: bias {}", with_error(found.plain_bias, 3));
  if (!std::isnan(found.median_bias.value))
    text += fmt::format(", median-unbiased {}, coverage of its interval {}",
                        with_error(found.median_bias, 3), with_error(found.coverage, 3));
  text += "\n";
  if (found.adaptive) text += adaptive_text(*found.adaptive);
  return text;
}

}  // namespace entact
