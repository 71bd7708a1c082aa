#include "entact/answer/trial_conclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/simulated_value.h"
#include "entact/base/error.h"
#include "entact/evidence/analysis.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const TrialPool& asked, const std::string& rule) {
  throw Error("answer.trial.pool",
              fmt::format("{}: conclusion.pool = \"{}\": {}. Name another analysis, such as "
                          "ptsd_caps_smd; `entact evidence list analyses` shows them",
                          asked.place, asked.pool, rule),
              ErrorKind::usage);
}

void check(const TrialFile& file, const AnalysisInput& input) {
  const TrialPool& asked = *file.conclusion;
  if (input.members.empty()) refuse(asked, "no trial on record enters this analysis");
  if (input.dependent()) refuse(asked, "it has several effects of one trial");
  const Measure measure = input.measure;
  const bool points = measure == Measure::mean_difference;
  if (!points && measure != Measure::standardised_mean_difference &&
      measure != Measure::log_risk_ratio && measure != Measure::log_odds_ratio &&
      measure != Measure::risk_difference)
    refuse(asked, fmt::format("its measure is {}; a virtual trial gives MD, SMD, RR, OR and RD",
                              to_text(measure)));
  if (!points && measure != Measure::standardised_mean_difference && input.outcome != "response")
    refuse(asked, "of shares a virtual trial gives those of responders, not of " + input.outcome);
  for (const TrialVariant& variant : file.variants)
    if (points && counts_responders(variant.estimands.front()))
      refuse(asked, "it pools points of a score, and the first estimand counts responders");
}

PoolOptions without_intervals(PoolOptions how) {
  how.intervals = false;  // of tau2
  return how;
}

}  // namespace

std::optional<TrialPool> read_conclusion(const TomlTable& document) {
  const auto table = document.optional_table("conclusion");
  if (!table) return std::nullopt;
  return TrialPool{.pool = table->text("pool"), .place = table->place("pool")};
}

void join_published(TrialFile& file, const EvidenceBase& base) {
  if (!file.conclusion) return;
  const AnalysisInput input = at_place(file.conclusion->place + ": conclusion.pool",
                                       [&] { return analysis_input(base, file.conclusion->pool); });
  check(file, input);
  file.published =
      PublishedPool{.id = input.id,
                    .title = input.title,
                    .measure = input.measure,
                    .negative_favours = input.direction.rfind("negative", 0) == 0 ||
                                        input.direction.rfind("below", 0) == 0,
                    .yi = input.yi(),
                    .vi = input.vi(),
                    .today = without_intervals(default_options(input.members.size())),
                    .then = without_intervals(default_options(input.members.size() + 1))};
}

Json conclusion_json(const ConclusionCharacteristics& found) {
  Json json = Json::object();
  add_simulated(json, "changes", found.changes);
  add_simulated(json, "benefit", found.benefit);
  add_simulated(json, "not_shown", found.not_shown);
  add_simulated(json, "harm", found.harm);
  add_simulated(json, "estimate", found.estimate);
  add_simulated(json, "half_width", found.half_width);
  json["unpooled"] = found.unpooled;
  return json;
}

Json published_json(const PublishedPool& published) {
  const PooledConclusion today = conclusion_today(published);
  return {
      {"pool", published.id},
      {"title", published.title},
      {"measure", to_text(published.measure)},
      {"trials", published.yi.size()},
      {"model", model_words(pool(published.yi, published.vi, published.today))},
      {"rule", "benefit or harm is shown where the 95% interval of the mean excludes no effect"},
      {"says", to_text(today.says)},
      {"estimate", json_number(today.estimate)},
      {"ci_low", json_number(today.low)},
      {"ci_high", json_number(today.high)}};
}

std::string conclusion_text(const PublishedPool& published,
                            const ConclusionCharacteristics& found) {
  return fmt::format(
      "  {:<24}conclusion changes {}: benefit shown {}, not shown {}, harm shown {}; today {}\n",
      "with " + published.id, with_error(found.changes, 3), decimal_text(found.benefit.value, 3),
      decimal_text(found.not_shown.value, 3), decimal_text(found.harm.value, 3),
      to_text(found.today.says));
}

}  // namespace entact
