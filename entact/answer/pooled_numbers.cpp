#include "entact/answer/pooled_numbers.h"

#include <cmath>

#include "entact/answer/pool_command.h"
#include "entact/report/number_text.h"
#include "entact/stats/pool_bayes.h"

namespace entact {
namespace {

int decimals_of(const PooledAnswer& answer, int wanted) {
  if (wanted >= 0) return wanted;
  return answer.input.measure == Measure::mean_difference ? 1 : 2;
}

std::string label_of(const PooledAnswer& answer, const std::string& what) {
  return what + ", " + measure_words(std::string(to_text(answer.input.measure))) + ": " +
         answer.input.title;
}

NumberTrail trail_of(const PooledAnswer& answer, const std::string& pointer) {
  return {.facts = answer.facts,
          .command = answer.command,
          .pointer = "/result/" + pointer,
          .model = model_words(answer.pooled) + ", k = " + std::to_string(answer.k())};
}

/// A number on the scale that people read; ratios stand under `key_ratio` in the result.
std::string on_shown_scale(DocumentBuilder& builder, const PooledAnswer& answer,
                           const std::string& key, double value, const std::string& what,
                           int decimals) {
  const double seen = shown(answer, value);
  return builder.number(seen, decimal_text(seen, decimals), label_of(answer, what),
                        trail_of(answer, answer.log_scale() ? key + "_ratio" : key));
}

}  // namespace

double shown(const PooledAnswer& answer, double value) {
  return answer.log_scale() ? std::exp(value) : value;
}

PooledNumbers pooled_numbers(DocumentBuilder& builder, const PooledAnswer& answer, int decimals) {
  const int places = decimals_of(answer, decimals);
  return {on_shown_scale(builder, answer, "estimate", answer.estimate(),
                         answer.k() == 1 ? "estimate of one trial" : "pooled estimate", places),
          on_shown_scale(builder, answer, "ci_low", answer.low(), "lower end of the 95% interval",
                         places),
          on_shown_scale(builder, answer, "ci_high", answer.high(), "upper end of the 95% interval",
                         places)};
}

std::string pooled_number(DocumentBuilder& builder, const PooledAnswer& answer,
                          const std::string& key, double value, std::string text,
                          const std::string& label) {
  return builder.number(value, std::move(text), label_of(answer, label), trail_of(answer, key));
}

std::string trials_number(DocumentBuilder& builder, const PooledAnswer& answer) {
  return pooled_number(builder, answer, "k", static_cast<double>(answer.k()),
                       std::to_string(answer.k()), "number of trials");
}

Prose estimate_prose(DocumentBuilder& builder, const PooledAnswer& answer) {
  const PooledNumbers numbers = pooled_numbers(builder, answer);
  return {number_span(numbers.estimate), text(" ["), number_span(numbers.low), text(", "),
          number_span(numbers.high),     text("]")};
}

Prose two_trials_prose(DocumentBuilder& builder, const Findings& findings,
                       const PooledAnswer& answer, double tau_scale,
                       const std::string& scale_words) {
  Prose prose;
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const auto alone =
        pooled_answer(*findings.base, answer.input.id, policy_of(findings.options),
                      {.omit = answer.input.members[1 - i].study_id}, findings.options);
    if (!alone) continue;
    prose.push_back(text(answer.input.members[i].study_id + " alone "));
    const Prose estimate = estimate_prose(builder, *alone);
    prose.insert(prose.end(), estimate.begin(), estimate.end());
    prose.push_back(text("; "));
  }
  const PooledBayes bayes =
      pool_bayes(answer.input.yi(), answer.input.vi(), {.tau_scale = tau_scale, .studies = false});
  const auto number = [&](const std::string& key, double value) {
    return number_span(builder.number(
        value, decimal_text(value, decimals_of(answer, -1)), label_of(answer, "Bayesian " + key),
        {.facts = answer.facts,
         .command = command_with(answer, " --bayes " + decimal_text(tau_scale, 1)),
         .pointer = "/result/bayes/" + key,
         .model = "Bayesian random effects, flat prior for the mean, half-normal prior for tau "
                  "with scale " +
                  scale_words}));
  };
  prose.push_back(text("Bayesian, half-normal prior for tau with scale " + scale_words + ", "));
  for (const Span& span :
       Prose{number("median", bayes.mu.median), text(" ["), number("low", bayes.mu.central.low),
             text(", "), number("high", bayes.mu.central.high), text("]")})
    prose.push_back(span);
  return prose;
}

Prose prediction_prose(DocumentBuilder& builder, const PooledAnswer& answer) {
  if (!answer.pooled.prediction || answer.k() < 3) return {};
  const int places = decimals_of(answer, -1);
  return {text("["),
          number_span(on_shown_scale(builder, answer, "pi_low", answer.pooled.prediction->low,
                                     "lower end of the 95% prediction interval", places)),
          text(", "),
          number_span(on_shown_scale(builder, answer, "pi_high", answer.pooled.prediction->high,
                                     "upper end of the 95% prediction interval", places)),
          text("]")};
}

std::string member_number(DocumentBuilder& builder, const PooledAnswer& answer,
                          std::size_t member) {
  const AnalysisMember& each = answer.input.members[member];
  const double yi = each.made.effect.yi;
  const int places = decimals_of(answer, -1);
  // Studies are shown on the analysis scale in the command; a ratio's log is what the pointer leads
  // to.
  const std::string label = each.slab + ": " +
                            measure_words(std::string(to_text(answer.input.measure))) +
                            (answer.log_scale() ? " (log)" : "");
  return builder.number(yi, decimal_text(yi, places), label,
                        {.facts = each.facts,
                         .command = answer.command,
                         .pointer = "/result/studies/" + std::to_string(member) + "/yi"});
}

bool excludes_no_effect(const PooledAnswer& answer) {
  return answer.low() > 0 || answer.high() < 0;
}

std::string direction_words(const PooledAnswer& answer) {
  if (!excludes_no_effect(answer)) return "does not tell the two apart";
  const bool negative_favours = answer.input.direction == "negative_favours_treatment" ||
                                answer.input.direction == "below_one_favours_treatment";
  return (answer.estimate() < 0) == negative_favours ? "favours MDMA" : "favours control";
}

std::string interval_words(const PooledAnswer& answer) {
  if (answer.k() == 1) return model_words(answer.pooled);
  return model_words(answer.pooled) + ", " + std::to_string(answer.k()) + " trials";
}

}  // namespace entact
