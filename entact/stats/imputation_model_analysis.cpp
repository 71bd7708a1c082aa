// The analyses of completed data that a formula says, over the rows of an imputation model's table.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "entact/base/error.h"
#include "entact/stats/imputation_design.h"

namespace entact {
namespace {

using Eigen::Index;

[[noreturn]] void refuse_analysis(const char* code, const std::string& message,
                                  ErrorKind kind = ErrorKind::usage) {
  throw Error(code, message, kind);
}

/// The rows of one visit, its outcomes set to 0: a completed data set brings its own.
Table at_visit(const ImputationModel& model, std::size_t visit) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < model.data.participants.size(); ++i)
    rows.push_back(i * model.data.visits.size() + visit);
  Table table;
  for (const Column& column : model.table.columns) {
    Column copy = picked(column, rows);
    if (column.name == model.formula.response) copy.values = std::vector<double>(rows.size(), 0.0);
    table.add(std::move(copy));
  }
  return table;
}

void check_arm(const ImputationModel& model, const ModelFormula& formula) {
  const auto columns = columns_of(formula);
  if (std::find(columns.begin(), columns.end(), model.arm) == columns.end())
    refuse_analysis("stats.impute.analysis",
                    fmt::format("the analysis lacks the arm '{}'", model.arm));
}

void check_complete(const Design& design, std::size_t rows) {
  if (design.rows.size() != rows)
    refuse_analysis(
        "stats.impute.covariate",
        "a covariate of the analysis is missing in some participants; every one is analysed",
        ErrorKind::input);
}

AncovaVisit ancova_visit(const ImputationModel& model, const ModelFormula& formula,
                         std::size_t visit) {
  const Table table = at_visit(model, visit);
  const Design design = make_design(
      formula, table, {.reference = {{model.arm, model.arms.front()}}, .factors = {model.arm}});
  check_complete(design, table.rows());
  AncovaVisit made{
      .visit = model.data.visits[visit], .column = static_cast<Index>(visit), .x = design.x};
  for (const std::string& arm : model.arms)
    made.as_arm.push_back(rows_as(design, table, model.arm, arm));
  return made;
}

}  // namespace

ImputedAnalysis visit_analysis(const ImputationModel& model, const ModelFormula& formula,
                               const std::vector<std::string>& visits,
                               const std::optional<ResponderRule>& responders) {
  if (formula.response != model.formula.response || formula.covariance)
    refuse_analysis(
        "stats.impute.analysis",
        fmt::format("the analysis must have the imputed response '{}' and no covariance term; saw "
                    "'{}'",
                    model.formula.response, formula.text));
  check_arm(model, formula);
  std::vector<AncovaVisit> made;
  for (const std::string& visit : visits.empty() ? model.data.visits : visits) {
    const auto found = std::find(model.data.visits.begin(), model.data.visits.end(), visit);
    if (found == model.data.visits.end())
      refuse_analysis("stats.impute.visits",
                      fmt::format("there is no visit '{}'; they are: {}", visit,
                                  fmt::join(model.data.visits, ", ")));
    made.push_back(
        ancova_visit(model, formula, static_cast<std::size_t>(found - model.data.visits.begin())));
  }
  return responders ? responder_analysis(std::move(made), model.arms, 0, *responders)
                    : ancova_analysis(std::move(made), model.arms, 0);
}

ImputedAnalysis mmrm_analysis(const ImputationModel& model, const ModelFormula& formula,
                              MmrmDf df) {
  if (formula.response != model.formula.response || !formula.covariance ||
      formula.covariance->visit != model.visit || formula.covariance->subject != model.subject)
    refuse_analysis(
        "stats.impute.analysis",
        fmt::format("the analysis must have the imputed response '{}' and a covariance term such "
                    "as us({} | {}); saw '{}'",
                    model.formula.response, model.visit, model.subject, formula.text));
  check_arm(model, formula);
  Table table = model.table;
  for (Column& column : table.columns)
    if (column.name == formula.response)
      column.values = std::vector<double>(model.table.rows(), 0.0);
  const Design design = make_design(formula, table,
                                    {.reference = {{model.arm, model.arms.front()}},
                                     .factors = {model.visit, model.arm},
                                     .levels = {{model.visit, model.data.visits}}});
  check_complete(design, table.rows());
  RepeatedDesign repeated{.visits = model.data.visits,
                          .x = design.x,
                          .covariance = covariance_named(formula.covariance->structure)};
  if (repeated.covariance == CovarianceKind::sp_exp ||
      repeated.covariance == CovarianceKind::un_ar1 || repeated.covariance == CovarianceKind::un_cs)
    refuse_analysis("stats.impute.analysis",
                    "the analysis of imputed data needs a covariance over visits: us, "
                    "cs, ar1, toep, ad or one with a variance a visit");
  for (const std::string& arm : model.arms)
    repeated.as_arm.push_back(rows_as(design, table, model.arm, arm));
  if (!formula.covariance->group.empty())
    repeated.group = groups_of(model, formula.covariance->group);
  return mmrm_analysis(std::move(repeated), model.arms, 0, df);
}

}  // namespace entact
