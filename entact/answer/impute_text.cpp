#include "entact/answer/impute_text.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/impute_estimand.h"
#include "entact/answer/impute_tipping.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

std::string results_text(const ImputeRun& run) {
  std::string text = fmt::format("{:<12}{:<26}{:>10}{:>9}{:>22}{:>9}\n", "visit", "", "estimate",
                                 "se", "interval", "p");
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    const PooledImputation& pooled = run.pooled[k];
    const bool mean = parameter.comparator.empty();
    text += fmt::format(
        "{:<12}{:<26}{:>10}{:>9}{:>22}{:>9}\n", parameter.visit,
        (mean ? "  " : "") + label_of(parameter), decimal_text(pooled.estimate, 3),
        std::isnan(pooled.se) ? "" : decimal_text(pooled.se, 3),
        fmt::format("[{}, {}]", decimal_text(pooled.low, 3), decimal_text(pooled.high, 3)),
        mean ? "" : p_text(pooled.p));
  }
  return text;
}

}  // namespace

std::string impute_text(const ImputeRun& run, const Json& result) {
  Index missing = run.model.data.y.array().isNaN().count();
  return fmt::format(
             "{}\n{}\nestimand: {}\n{} participants, {} visits, {} of {} outcomes missing; "
             "reference "
             "{}\n\n",
             imputation_words(run.how, run.model.data.n()), run.request.analysis,
             intercurrent_events(run), run.model.data.n(), run.model.data.m(), missing,
             run.model.data.y.size(), run.model.arms.front()) +
         results_text(run) + tipping_text(result);
}

std::string impute_csv(const ImputeRun& run) {
  std::string csv = "visit,label,arm,comparator,estimate,se,df,ci_low,ci_high,p,missing_share\n";
  const auto number = [](double value) {
    return std::isnan(value) ? std::string() : fmt::format("{:.17g}", value);
  };
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    const PooledImputation& pooled = run.pooled[k];
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(parameter.visit),
                       csv_field(label_of(parameter)), csv_field(parameter.arm),
                       csv_field(parameter.comparator), number(pooled.estimate), number(pooled.se),
                       number(pooled.df), number(pooled.low), number(pooled.high), number(pooled.p),
                       number(pooled.missing_share));
  }
  return csv;
}

}  // namespace entact
