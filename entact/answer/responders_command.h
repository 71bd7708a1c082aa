#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/trial_table.h"

namespace entact {

/// `entact responders`: who responded, by arm, and how much more often.
struct RespondersRequest {
  std::string response{};             ///< column of 0 and 1; or
  std::string threshold{};            ///< response where this holds: 'CHG<=-10'
  std::string arm{};                  ///< empty: the first of arm_names()
  std::string reference{};            ///< level to compare with; empty: the first level
  std::string strata{};               ///< column; empty: no stratified analysis
  std::string covariates{};           ///< 'BASE + SEX'; empty: no logistic regression
  std::string by{};                   ///< column of visits, for `visits`; empty: AVISIT
  std::vector<std::string> where{};   ///< only rows with COLUMN=VALUE
  std::vector<std::string> visits{};  ///< only rows at these levels of `by`
  std::string missing = "exclude";    ///< or "nonresponse": a missing response counts as none
  std::string estimation = "auto";    ///< ml, firth; auto: ml, and firth where ml is infinite
  std::string variance = "robust";    ///< of standardised risks: robust (Ye) or delta (Ge)
  double level = 0.95;
};

/// JSON keys of the result: response, arm, reference, level, missing, n_missing, arms[{arm, n,
/// events, risk, ci_low, ci_high}], comparisons[{label, crude: {rd, rd_newcombe, rd_score, rr, or,
/// fisher, barnard_p}, stratified: {strata, rd, rd_newcombe, rd_score, rr, or, cmh, breslow_day,
/// tarone}, standardised: {rd, rr, or}}] and model{formula, estimation, coefficients[], fit}.
/// Ratios carry their logs beside them.
///
/// @throws Error "answer.responders.request" (usage) unless there is one of response and threshold;
///         "answer.responders.response" naming the line of a response that is not 0 or 1;
///         "answer.responders.arm" (unanswerable) for fewer than two arms, or a reference that is
///         not one; "answer.responders.duplicate" naming the line of a participant's second row
/// @checked reference/responders (R)
Answer responders_answer(const TrialTable& data, const RespondersRequest& request);

/// Reads the file and answers; messages name it.
Answer responders_file(const std::string& path, const RespondersRequest& request);

/// A column, a comparison and a number: "CHG<=-10", "RESP == 1".
struct Threshold {
  std::string column{};
  std::string relation{};  ///< <, <=, >, >=, == or !=
  double value = 0;
  [[nodiscard]] bool holds(double number) const;
};

/// @throws Error "answer.responders.threshold" (usage)
Threshold parse_threshold(const std::string& text);

}  // namespace entact
