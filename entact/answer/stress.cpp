#include "entact/answer/stress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// People treated in the arm; randomised where the treated are not on record.
std::optional<Row> arm_of(const EvidenceBase& base, const std::string& study,
                          const std::string& arm) {
  for (const Row& row : base.table("arms").where("study_id", study).where("arm_id", arm).used())
    if (row.has("n_treated") || row.has("n_randomised")) return row;
  return {};
}

double treated(const Row& arm) {
  return arm.has("n_treated") ? arm.number("n_treated") : arm.number("n_randomised");
}

double missing(const Row& arm, double seen) { return std::max(0.0, treated(arm) - seen); }

double nearer_end(const PooledAnswer& answer) {
  return answer.low() > 0 || answer.high() < 0
             ? std::min(std::abs(answer.low()), std::abs(answer.high()))
             : 0.0;
}

}  // namespace

std::optional<StressTest> stress_test(const EvidenceBase& base, const PooledAnswer& answer) {
  if (answer.input.measure != Measure::mean_difference) return {};
  StressTest test{.bias_to_no_effect = std::abs(answer.estimate()),
                  .bias_to_interval = nearer_end(answer)};
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    const auto treatment = arm_of(base, member.study_id, member.arm_treatment);
    const auto control = arm_of(base, member.study_id, member.arm_control);
    if (!treatment || !control) return {};
    const double out1 = missing(*treatment, member.made.n_treatment),
                 out2 = missing(*control, member.made.n_control);
    test.missing_slope +=
        answer.pooled.weights[i] * (out1 / treated(*treatment) + out2 / treated(*control));
    test.missing_treatment += out1;
    test.missing_control += out2;
    test.treated_treatment += treated(*treatment);
    test.treated_control += treated(*control);
    test.facts.push_back(treatment->id());
    test.facts.push_back(control->id());
  }
  test.missing_to_no_effect = test.bias_to_no_effect / test.missing_slope;
  test.missing_to_interval = test.bias_to_interval / test.missing_slope;
  return test;
}

Answer stress_answer(const EvidenceBase& base, const PooledAnswer& answer) {
  const auto test = stress_test(base, answer);
  require(test.has_value(), "answer.stress.none",
          "a stress test needs a difference of means and the people treated in every arm; '" +
              answer.input.id + "' lacks one of these",
          ErrorKind::unanswerable);
  const nlohmann::ordered_json json{
      {"analysis", answer.input.id},
      {"estimate", answer.estimate()},
      {"ci_low", answer.low()},
      {"ci_high", answer.high()},
      {"bias_to_no_effect", test->bias_to_no_effect},
      {"bias_to_interval", test->bias_to_interval},
      {"missing_slope", test->missing_slope},
      {"missing_to_no_effect", json_number(test->missing_to_no_effect)},
      {"missing_to_interval", json_number(test->missing_to_interval)},
      {"missing_treatment", test->missing_treatment},
      {"missing_control", test->missing_control},
      {"treated_treatment", test->treated_treatment},
      {"treated_control", test->treated_control}};
  const std::string text = fmt::format(
      "{}\n  difference                         {} [{}, {}]\n  bias to no effect                  "
      "{} points\n  bias until the interval holds it   {} points\n"
      "  missing people, MDMA and control   {} of {}, {} of {}\n  their shift to no effect         "
      "  {} points\n  ... until the interval holds it    {} points\n",
      answer.input.title, decimal_text(answer.estimate(), 1), decimal_text(answer.low(), 1),
      decimal_text(answer.high(), 1), decimal_text(test->bias_to_no_effect, 1),
      decimal_text(test->bias_to_interval, 1), count_text(test->missing_treatment),
      count_text(test->treated_treatment), count_text(test->missing_control),
      count_text(test->treated_control), decimal_text(test->missing_to_no_effect, 1),
      decimal_text(test->missing_to_interval, 1));
  return {.result_json = json.dump(), .text = text, .evidence_sha256 = base.sha256};
}

}  // namespace entact
