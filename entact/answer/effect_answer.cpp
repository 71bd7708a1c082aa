// The forms of `entact effect`: JSON, a text for people, CSV.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "entact/answer/effect_command.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

void add_rest(Json& json, const EffectResult& result) {
  if (result.measure == "PR") json["events"] = result.events;
  if (result.persons > 0) json["n"] = result.persons;
  if (const auto& nnt = result.number_needed)
    json["nnt"] = {{"value", nnt->value},
                   {"low", nnt->low},
                   {"high", nnt->high},
                   {"more_events", nnt->more_events},
                   {"baseline_risk", nnt->baseline_risk}};
  if (const auto& apart = result.heterogeneity)
    json["heterogeneity"] = {
        {"studies", apart->studies}, {"q", apart->q}, {"q_df", apart->q_df}, {"q_p", apart->q_p}};
  if (const auto& rare = result.rare)
    json["rare"] = {{"risk", rare->risk},
                    {"persons_to_see", rare->persons_to_see},
                    {"chance_to_see", rare->chance_to_see}};
}

Json json_of(const EffectResult& result) {
  Json json{{"measure", result.measure},       {"interval", result.interval},
            {"level", result.level},           {"scale", result.log_scale ? "log" : "identity"},
            {"value", number(result.value)},   {"se", number(result.se)},
            {"ci_low", number(result.ci_low)}, {"ci_high", number(result.ci_high)}};
  if (result.persons == 0) json["p"] = number(result.p);
  if (result.log_scale) {
    json["ratio"] = number(result.ratio);
    json["ratio_low"] = number(result.ratio_low);
    json["ratio_high"] = number(result.ratio_high);
  }
  add_rest(json, result);
  json["note"] = result.notes;
  return json;
}

std::string shown(double value) {
  return std::isinf(value) ? (value > 0 ? "infinity" : "-infinity") : significant_text(value, 4);
}

std::string percent(double level) { return fmt::format("{:g}", 100 * level); }

std::string opening(const EffectResult& result) {
  if (const auto& rare = result.rare)
    return fmt::format(
        "a harm that strikes {} of persons shows at least once with a chance of {}% in {} "
        "persons; in {} the chance is {}\n",
        fmt::format("{:g}", rare->risk), percent(result.level), count_text(rare->persons_to_see),
        count_text(result.persons), shown(rare->chance_to_see));
  const bool log = result.log_scale;
  return fmt::format("{} {}\n{}% interval {} to {} ({})\n", result.measure,
                     shown(log ? result.ratio : result.value), percent(result.level),
                     shown(log ? result.ratio_low : result.ci_low),
                     shown(log ? result.ratio_high : result.ci_high), result.interval);
}

std::string text_of(const EffectResult& result) {
  std::string text = opening(result);
  if (result.p) text += fmt::format("p {} (two-sided, no effect)\n", p_text(*result.p));
  if (result.measure == "PR")
    text += fmt::format("{} of {}\n", count_text(result.events), count_text(result.persons));
  if (const auto& nnt = result.number_needed)
    text += fmt::format("one {} event in {} treated ({} to {}) at a control risk of {}\n",
                        nnt->more_events ? "more" : "fewer", shown(nnt->value), shown(nnt->low),
                        shown(nnt->high), shown(nnt->baseline_risk));
  if (const auto& apart = result.heterogeneity)
    text += fmt::format("Q {} on {} df, p {}\n", shown(apart->q), apart->q_df, p_text(apart->q_p));
  for (const std::string& note : result.notes) text += note + "\n";
  return text;
}

std::string csv_of(const EffectResult& result) {
  const auto cell = [](const std::optional<double>& value) {
    return value && !std::isnan(*value) ? fmt::format("{}", *value) : std::string();
  };
  const auto ratio = [&](double value) { return result.log_scale ? cell(value) : std::string(); };
  return fmt::format(
      "measure,level,scale,value,se,ci_low,ci_high,p,ratio,ratio_low,ratio_high\n"
      "{},{},{},{},{},{},{},{},{},{},{}\n",
      result.measure, result.level, result.log_scale ? "log" : "identity", cell(result.value),
      cell(result.se), cell(result.ci_low), cell(result.ci_high), cell(result.p),
      ratio(result.ratio), ratio(result.ratio_low), ratio(result.ratio_high));
}

}  // namespace

Answer effect_answer(const EffectRequest& request) {
  const EffectResult result = effect_of(request);
  return {.result_json = json_of(result).dump(), .text = text_of(result), .csv = csv_of(result)};
}

}  // namespace entact
