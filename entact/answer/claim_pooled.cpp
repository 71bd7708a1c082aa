// Quantities of pooled answers: ends of intervals by the safe default and under its variants.
#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/claim_arguments.h"
#include "entact/answer/pool_command.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// One analysis under one policy, and its answer if a study enters.
struct Asked {
  Row analysis;
  std::optional<PooledAnswer> answer{};
  std::vector<LeftOutMember> left_out{};
  std::string variant{};  ///< in words: "without studies at high risk of bias", or empty
};

AnalysisPolicy policy_in(const ClaimContext& context, const ClaimCall& call, std::string& variant) {
  AnalysisPolicy policy = policy_of(context.findings->options);
  const std::string without = word_in(call, "without", "");
  if (without == "high_risk") {
    policy.without_high_risk = true;
    variant = "without studies rated at high risk of bias";
  } else if (without == "retracted") {
    variant = "without retracted reports, as by default";
  } else if (!without.empty()) {
    refuse_argument(call, "'without' is retracted or high_risk");
  }
  const std::string measure = word_in(call, "measure", "");
  if (measure == "RD") policy.measure = Measure::risk_difference;
  if (measure == "RR") policy.measure = Measure::log_risk_ratio;
  if (measure == "OR") policy.measure = Measure::log_odds_ratio;
  if (!measure.empty() && !policy.measure) refuse_argument(call, "'measure' is RD, RR or OR");
  return policy;
}

Asked ask(const ClaimContext& context, const ClaimCall& call, const std::string& id) {
  Asked asked{.analysis = analysis_in(context, call, id)};
  if (asked.analysis.text("measure") == "none")
    refuse_argument(call, "'" + id + "' is shown, not pooled");
  const AnalysisPolicy policy = policy_in(context, call, asked.variant);
  asked.left_out = analysis_input(context.base(), id, policy).left_out;
  asked.answer = pooled_answer(context.base(), id, policy, {}, context.findings->options);
  return asked;
}

double seen(const PooledAnswer& answer, double value) {
  return answer.log_scale() ? std::exp(value) : value;
}

/// The model and how many studies it had.
std::string model_text(const PooledAnswer& answer) {
  if (answer.k() == 1) return model_words(answer.pooled);
  return model_words(answer.pooled) + ", " + std::to_string(answer.k()) + " studies";
}

ClaimNumber number_of(const PooledAnswer& answer, const std::string& key, double value,
                      const std::string& what) {
  const double shown = seen(answer, value);
  const int decimals = answer.input.measure == Measure::mean_difference ? 1 : 2;
  return {.value = shown,
          .text = decimal_text(shown, decimals),
          .label = what + ": " + answer.input.title,
          .trail = {.facts = answer.facts,
                    .command = answer.command,
                    .pointer = "/result/" + key + (answer.log_scale() ? "_ratio" : ""),
                    .model = model_text(answer)}};
}

/// "PTSD severity ...: standardised mean difference -0.71 (95% interval -0.95 to -0.47; model, 6
/// studies)".
void say_answer(FoundQuantity& found, const Asked& asked) {
  found.say(asked.variant.empty() ? asked.analysis.text("title") : asked.variant);
  if (!asked.answer) {
    found.say(": no result on record that could be pooled");
    for (const LeftOutMember& each : asked.left_out)
      found.say(" (" + each.slab + " stays out: " + each.reason + ")");
    return;
  }
  const PooledAnswer& answer = *asked.answer;
  found.say(": " + measure_words(std::string(to_text(answer.input.measure))) + " ")
      .number(number_of(answer, "estimate", answer.estimate(), "estimate"))
      .say(" (95% interval ")
      .number(number_of(answer, "ci_low", answer.low(), "lower end of the 95% interval"))
      .say(" to ")
      .number(number_of(answer, "ci_high", answer.high(), "upper end of the 95% interval"))
      .say("; " + model_text(answer) + ")");
}

double lowest_upper(const PooledAnswer& answer) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const AnalysisMember& member : answer.input.members) {
    const Effect& effect = member.made.effect;
    lowest = std::min(lowest, effect.yi + normal_quantile(0.975) * std::sqrt(effect.vi));
  }
  return seen(answer, lowest);
}

FoundQuantity one_answer(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {"without", "measure"});
  const std::string id = names_in(call, 1, 1).front();
  const Asked asked = ask(context, call, id);
  FoundQuantity found{.subject = "pooled " + id + asked.variant + word_in(call, "measure", "")};
  say_answer(found, asked);
  if (call.name == "studies") {
    found.value = asked.answer ? static_cast<double>(asked.answer->k()) : 0.0;
  } else if (asked.answer) {
    const PooledAnswer& answer = *asked.answer;
    if (call.name == "estimate") found.value = seen(answer, answer.estimate());
    if (call.name == "lower") found.value = seen(answer, answer.low());
    if (call.name == "upper") found.value = seen(answer, answer.high());
    if (call.name == "lowest_study_upper") found.value = lowest_upper(answer);
  }
  return found;
}

/// I2 in percent of independent answers: max(0, (Q - df) / Q).
double i2_percent(const std::vector<Asked>& answers) {
  double weights = 0, sum = 0, squares = 0, count = 0;
  for (const Asked& each : answers)
    if (each.answer) {
      const double weight = 1 / std::pow(each.answer->pooled.se(), 2);
      weights += weight;
      sum += weight * each.answer->estimate();
      squares += weight * std::pow(each.answer->estimate(), 2);
      ++count;
    }
  const double q = squares - sum * sum / weights;
  if (count < 2) return std::numeric_limits<double>::quiet_NaN();
  return q > count - 1 ? 100 * (q - (count - 1)) / q : 0;
}

FoundQuantity several_answers(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  std::vector<Asked> answers;
  FoundQuantity found{.subject = "several answers"};
  double reported = 0;
  double highest_upper = -std::numeric_limits<double>::infinity(), highest_lower = highest_upper;
  for (const std::string& id : names_in(call, 2, 20)) {
    answers.push_back(ask(context, call, id));
    found.subject += " " + id;
    if (!answers.back().answer) continue;
    found.say(reported == 0 ? "" : "; ");
    say_answer(found, answers.back());
    ++reported;
    highest_upper = std::max(highest_upper, answers.back().answer->high());
    highest_lower = std::max(highest_lower, answers.back().answer->low());
  }
  if (reported == 0) {
    found.say("no result on record for any of these:");
    for (const Asked& each : answers) found.say(" " + each.analysis.text("title") + ";");
    found.phrase.back().words.pop_back();
  }
  if (call.name == "reported") {
    found.value = reported;
  } else if (reported > 0) {
    found.value = call.name == "i2_between"      ? i2_percent(answers)
                  : call.name == "highest_upper" ? highest_upper
                                                 : highest_lower;
  }
  if (call.name == "i2_between" && reported > 1) {
    found.subject = call.text;
    found.phrase.clear();
    found.own(i2_percent(answers), decimal_text(i2_percent(answers), 0), "I2 between the answers")
        .say("% of the variation between them is more than chance (I\u00b2)");
  }
  return found;
}

}  // namespace

std::optional<FoundQuantity> pooled_quantity(const ClaimContext& context, const ClaimCall& call) {
  for (const char* name : {"studies", "estimate", "lower", "upper", "lowest_study_upper"})
    if (call.name == name) return one_answer(context, call);
  for (const char* name : {"reported", "highest_upper", "highest_lower", "i2_between"})
    if (call.name == name) return several_answers(context, call);
  return std::nullopt;
}

}  // namespace entact
