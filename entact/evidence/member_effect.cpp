#include "entact/evidence/member_effect.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "entact/stats/effect_size_sd.h"
#include "entact/stats/shared_arm.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool of_counts(Measure measure) {
  return measure == Measure::log_risk_ratio || measure == Measure::log_odds_ratio ||
         measure == Measure::risk_difference || measure == Measure::arcsine_difference ||
         measure == Measure::peto_log_odds_ratio;
}

bool of_means(Measure measure) {
  return measure == Measure::mean_difference || measure == Measure::standardised_mean_difference ||
         measure == Measure::log_ratio_of_means;
}

MemberEffect no_effect(std::string fault) {
  MemberEffect made;
  made.fault = std::move(fault);
  return made;
}

struct ArmScore {
  double mean = 0;
  double sd = 0;
  double n = 0;
  std::string note{};
  std::string fault{};
};

ArmScore arm_score(const Row& row) {
  ArmScore arm{.mean = row.number("value"), .sd = row.number("sd"), .n = row.number("n")};
  if (std::isnan(arm.n)) {
    arm.fault = fmt::format("{}: number of participants not reported", row.id());
  } else if (std::isnan(arm.sd) && row.has("se")) {
    arm.sd = sd_from_se(row.number("se"), arm.n);
    arm.note = fmt::format("{}: SD from the standard error", row.id());
  } else if (std::isnan(arm.sd) && row.has("ci_low") && row.has("ci_high")) {
    arm.sd = sd_from_interval(row.number("ci_low"), row.number("ci_high"), arm.n);
    arm.note = fmt::format("{}: SD from the 95% interval", row.id());
  } else if (std::isnan(arm.sd)) {
    arm.fault = fmt::format("{}: no measure of spread reported", row.id());
  }
  return arm;
}

Effect effect_of(const TwoMeans& arms, const EffectChoice& how) {
  if (how.measure == Measure::standardised_mean_difference)
    return standardised_mean_difference(arms, how.smd_variance);
  if (how.measure == Measure::log_ratio_of_means) return log_ratio_of_means(arms);
  return mean_difference(arms);
}

/// Turns a difference of scores round if it favours the other side than it should.
void orient(MemberEffect& made, bool negative_favours_treatment, const EffectChoice& how,
            const char* why) {
  if (negative_favours_treatment == how.negative_favours_treatment) return;
  made.effect.yi = -made.effect.yi;
  made.notes.emplace_back(why);
}

MemberEffect effect_of_scores(const Row& treatment, const Row& control, const EffectChoice& how) {
  const ArmScore t = arm_score(treatment);
  const ArmScore c = arm_score(control);
  for (const ArmScore& arm : {t, c})
    if (!arm.fault.empty()) return no_effect(arm.fault);
  if (treatment.text("better") != control.text("better"))
    return no_effect("the two arms differ in which direction is better");
  MemberEffect made{.n_treatment = t.n, .n_control = c.n};
  made.effect = effect_of({t.mean, t.sd, t.n, c.mean, c.sd, c.n}, how);
  if (how.measure == Measure::mean_difference) {
    made.treatment_variance = mean_arm_variance(t.sd, t.n);
    made.control_variance = mean_arm_variance(c.sd, c.n);
  }
  for (const ArmScore& arm : {t, c})
    if (!arm.note.empty()) made.notes.push_back(arm.note);
  if (how.measure != Measure::log_ratio_of_means)
    orient(made, treatment.text("better") != "higher", how, "sign turned: higher is better");
  return made;
}

Effect effect_of(const TwoByTwo& counts, const EffectChoice& how) {
  switch (how.measure) {
    case Measure::log_odds_ratio:
      return log_odds_ratio(counts, how.zero_cells);
    case Measure::risk_difference:
      return risk_difference(counts, how.zero_cells);
    case Measure::arcsine_difference:
      return arcsine_difference(counts);
    case Measure::peto_log_odds_ratio:
      return peto_log_odds_ratio(counts);
    default:
      return log_risk_ratio(counts, how.zero_cells);
  }
}

void add_arm_variances(const TwoByTwo& counts, const EffectChoice& how, MemberEffect& made) {
  if (!made.effect.note.empty()) return;  // counts were changed: the arms' own no longer add up
  if (how.measure == Measure::log_risk_ratio) {
    made.treatment_variance = log_risk_arm_variance(counts.events1, counts.n1);
    made.control_variance = log_risk_arm_variance(counts.events2, counts.n2);
  }
  if (how.measure == Measure::log_odds_ratio) {
    made.treatment_variance = log_odds_arm_variance(counts.events1, counts.n1);
    made.control_variance = log_odds_arm_variance(counts.events2, counts.n2);
  }
  if (how.measure == Measure::risk_difference) {
    made.treatment_variance = risk_arm_variance(counts.events1, counts.n1);
    made.control_variance = risk_arm_variance(counts.events2, counts.n2);
  }
}

MemberEffect effect_of_counts(const Row& treatment, const Row& control, const EffectChoice& how) {
  const char* const events = treatment.table().has("participants") ? "participants" : "events";
  for (const Row& row : {treatment, control})
    if (!row.has(events) || !row.has("n"))
      return no_effect(fmt::format("{}: counts not reported", row.id()));
  const TwoByTwo counts{treatment.number(events), treatment.number("n"), control.number(events),
                        control.number("n")};
  MemberEffect made{.n_treatment = counts.n1, .n_control = counts.n2};
  made.effect = effect_of(counts, how);
  add_arm_variances(counts, how, made);
  if (!made.effect.note.empty()) made.notes.push_back(made.effect.note);
  return made;
}

/// True if a contrast's measure, as published, is the one asked for.
bool same_measure(const std::string& published, Measure measure) {
  switch (measure) {
    case Measure::mean_difference:
      return published == "MD";
    case Measure::standardised_mean_difference:
      return published == "SMD_g" || published == "SMD_d";
    case Measure::log_risk_ratio:
      return published == "RR";
    case Measure::log_odds_ratio:
      return published == "OR";
    case Measure::risk_difference:
      return published == "RD";
    default:
      return false;
  }
}

struct PublishedError {
  double se = std::numeric_limits<double>::quiet_NaN();
  std::string note{};
};

/// The standard error of a published contrast on the additive scale; NaN if nothing gives one.
PublishedError published_error(const Row& row, bool log) {
  const bool interval = row.has("ci_low") && row.has("ci_high");
  if (log && interval)
    return {se_from_ratio_interval(row.number("ci_low"), row.number("ci_high")),
            "standard error from the published 95% interval"};
  if (!log && row.has("se")) return {.se = row.number("se")};
  if (!log && interval)
    return {se_from_interval(row.number("ci_low"), row.number("ci_high"), infinity),
            "standard error from the published 95% interval"};
  if (row.has("p") && row.text("p_relation") == "=") {
    const double estimate = row.number("estimate");
    return {se_from_p(log ? std::log(estimate) : estimate, row.number("p"), infinity),
            "standard error from the published p-value"};
  }
  return {};
}

}  // namespace

MemberEffect effect_of_arms(const Row& treatment, const Row& control, const EffectChoice& how) {
  const bool scores = treatment.table().has("value");
  if (scores != control.table().has("value"))
    return no_effect("one arm has a mean, the other a count");
  if (scores ? !of_means(how.measure) : !of_counts(how.measure))
    return no_effect(fmt::format("{} cannot be computed from {}", to_text(how.measure),
                                 scores ? "means" : "counts"));
  try {
    return scores ? effect_of_scores(treatment, control, how)
                  : effect_of_counts(treatment, control, how);
  } catch (const Error& error) {
    return no_effect(error.what());
  }
}

MemberEffect effect_of_contrast(const Row& contrast, const EffectChoice& how) {
  const std::string& published = contrast.text("measure");
  if (!same_measure(published, how.measure))
    return no_effect(fmt::format("published as {}, not as {}", published, to_text(how.measure)));
  const std::string& favours = contrast.text("favours");
  if (favours != "treatment" && favours != "control") return no_effect("no comparison of arms");
  const bool log = is_log_scale(how.measure);
  const double estimate = contrast.number("estimate");
  if (std::isnan(estimate)) return no_effect("no estimate published");
  try {
    const PublishedError error = published_error(contrast, log);
    if (!(error.se > 0)) return no_effect("no standard error, interval or exact p-value published");
    MemberEffect made;
    made.effect = {.yi = log ? std::log(estimate) : estimate,
                   .vi = error.se * error.se,
                   .measure = how.measure};
    if (!error.note.empty()) made.notes.push_back(error.note);
    if (published == "SMD_d")
      made.notes.emplace_back("published standardised difference, not corrected for small samples");
    if (!of_counts(how.measure))
      orient(made, favours == "treatment", how, "sign turned: negative favoured control");
    return made;
  } catch (const Error& error) {
    return no_effect(error.what());
  }
}

}  // namespace entact
