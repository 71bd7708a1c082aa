#include "entact/answer/harms_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// The effect, or nothing where the counts have no answer.
std::optional<EffectResult> effect_if_any(const Harm& harm, const std::string& measure) {
  try {
    return effect_of(harm_request(harm, measure));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    return std::nullopt;
  }
}

Json interval_json(double value, double low, double high, const std::string& method) {
  return {{"value", json_number(value)},
          {"ci_low", json_number(low)},
          {"ci_high", json_number(high)},
          {"interval", method}};
}

Json trials_json(const Harm& harm) {
  Json trials = Json::array();
  for (const auto& [treatment, control] : harm.trials)
    trials.push_back({{"study", treatment.text("study_id")},
                      {"ai", treatment.number("participants")},
                      {"n1i", treatment.number("n")},
                      {"ci", control.number("participants")},
                      {"n2i", control.number("n")},
                      {"facts", {treatment.id(), control.id()}}});
  return trials;
}

Json harm_json(const Harm& harm) {
  const EffectResult difference = effect_of(harm_request(harm, "RD"));
  const auto ratio = effect_if_any(harm, "RR");
  return {{"term", harm.term},
          {"group", harm.term_group},
          {"class", harm.event_class},
          {"severity", harm.severity},
          {"window", harm.window},
          {"trials", trials_json(harm)},
          {"rd", interval_json(difference.value, difference.ci_low, difference.ci_high,
                               difference.interval)},
          {"rr",
           ratio ? interval_json(ratio->ratio, ratio->ratio_low, ratio->ratio_high, ratio->interval)
                 : Json(nullptr)},
          {"command", canonical_command(harm_request(harm, "RD"))}};
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : "+") + word;
  return all;
}

std::string csv_of(const Harms& harms) {
  std::vector<std::vector<std::string>> rows;
  for (const Harm& harm : harms.compared) {
    const EffectResult difference = effect_of(harm_request(harm, "RD"));
    const auto ratio = effect_if_any(harm, "RR");
    const auto of_ratio = [&](double value) { return ratio ? fmt::format("{}", value) : ""; };
    rows.push_back({harm.term, harm.term_group, harm.severity, joined(harm.studies()),
                    fmt::format("{}", difference.value), fmt::format("{}", difference.ci_low),
                    fmt::format("{}", difference.ci_high), of_ratio(ratio ? ratio->ratio : 0),
                    of_ratio(ratio ? ratio->ratio_low : 0),
                    of_ratio(ratio ? ratio->ratio_high : 0)});
  }
  return write_csv(
      {"term", "group", "severity", "trials", "rd", "rd_low", "rd_high", "rr", "rr_low", "rr_high"},
      rows);
}

std::string text_of(const Harms& harms, const HarmCounts& counts) {
  std::string text = fmt::format(
      "{} events counted in both arms; risk difference above 0 for {}, below 0 for {} (95% "
      "interval)\n",
      counts.compared, counts.higher, counts.lower);
  for (const Harm& harm : harms.compared) {
    const EffectResult difference = effect_of(harm_request(harm, "RD"));
    text += fmt::format("{:<44} {:<12} {:>7} [{}, {}] per 100\n", harm.term, joined(harm.studies()),
                        percent_text(difference.value, 1), percent_text(difference.ci_low, 1),
                        percent_text(difference.ci_high, 1));
  }
  return text + fmt::format("{} counts left out, {} without a count in another arm\n",
                            harms.left_out.size(), harms.alone.size());
}

}  // namespace

Answer harms_answer(const EvidenceBase& base, const Selection& selection) {
  const Harms harms = collect_harms(base, selection);
  const HarmCounts counts = count_harms(harms);
  Json list = Json::array();
  for (const Harm& harm : harms.compared) list.push_back(harm_json(harm));
  const Json result{{"compared", counts.compared},
                    {"higher", counts.higher},
                    {"lower", counts.lower},
                    {"harms", list}};
  return {.result_json = result.dump(),
          .text = text_of(harms, counts),
          .csv = csv_of(harms),
          .evidence_sha256 = base.sha256};
}

}  // namespace entact
