#pragma once

// Rows that a model's answer is made of, whatever the model: coefficients, means and contrasts, and
// how they are written as JSON, text and CSV. For the .cpp files of answer.

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace entact {

struct ModelRow {
  enum class Kind { coefficient, mean, contrast, slope };
  Kind kind = Kind::coefficient;
  std::string visit{};                                         ///< empty if the model has none
  std::string label{};                                         ///< term, arm, or "MDMA - PBO"
  double estimate = std::numeric_limits<double>::quiet_NaN();  ///< NaN if not estimable
  double se = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
};

/// {term | arm | label, visit, estimate, se, df, ci_low, ci_high, t, p}; a mean has no t and p, a
/// slope no visit.
nlohmann::ordered_json row_json(const ModelRow& row);

/// One line for people.
std::string row_text(const ModelRow& row);

/// The rows of one kind under a title; empty if there are none.
std::string rows_text(const std::vector<ModelRow>& rows, ModelRow::Kind kind,
                      const std::string& title);

/// kind,visit,label,estimate,se,df,ci_low,ci_high,t,p with every digit.
std::string rows_csv(const std::vector<ModelRow>& rows);

}  // namespace entact
