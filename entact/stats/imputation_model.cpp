// A trial's table becomes designs and outcomes by participant and visit, in four steps: who was
// seen where, absent rows filled in, events, the design under the own arm and under the reference
// (imputation_design.h, imputation_retrieved.h).
#include "entact/stats/imputation_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "entact/base/error.h"
#include "entact/stats/imputation_design.h"
#include "entact/stats/imputation_retrieved.h"

namespace entact {
namespace {

using Eigen::Index;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const char* code, const std::string& message,
                         ErrorKind kind = ErrorKind::usage) {
  throw Error(code, message, kind);
}

void check_covariance(const ModelFormula& formula) {
  const CovarianceKind kind = covariance_named(formula.covariance->structure);
  if (kind == CovarianceKind::sp_exp || kind == CovarianceKind::un_ar1 ||
      kind == CovarianceKind::un_cs)
    refuse(
        "stats.impute.formula",
        fmt::format("the imputation model needs a covariance over visits: us, cs, csh, ar1, ar1h, "
                    "toep, toeph, ad or adh; saw {}",
                    formula.covariance->structure));
}

void check_formula(const ModelFormula& formula, const Table& table,
                   const ImputationModelOptions& how) {
  if (!formula.covariance)
    refuse("stats.impute.formula",
           "the imputation model needs a covariance term such as us(AVISIT | USUBJID)");
  check_covariance(formula);
  if (!table.has(formula.response))
    refuse("stats.impute.formula",
           fmt::format("the response of the imputation model must be a column; saw '{}'",
                       formula.response));
  (void)table.numbers(formula.response);  // refuses text
  const auto columns = columns_of(formula);
  if (std::find(columns.begin(), columns.end(), how.arm) == columns.end())
    refuse("stats.impute.formula",
           fmt::format("the arm '{}' is not in the imputation model; reference-based imputation "
                       "needs it there. Add it, or name the column of the arms",
                       how.arm));
}

/// Visits by the numbers that stand beside them; empty unless each has one number of its own.
std::vector<std::string> by_number(const Table& table, const std::string& visit,
                                   const FactorValues& seen) {
  const std::string name = visit + "N";
  if (!table.has(name) || !std::holds_alternative<std::vector<double>>(table.column(name).values))
    return {};
  std::map<double, std::set<int>> levels;
  const auto& numbers = table.numbers(name);
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (std::isnan(numbers[row])) return {};
    levels[numbers[row]].insert(seen.codes[row]);
  }
  std::vector<std::string> ordered;
  for (const auto& [number, codes] : levels) {
    if (codes.size() != 1 || *codes.begin() < 0) return {};
    ordered.push_back(seen.levels[static_cast<std::size_t>(*codes.begin())]);
  }
  return ordered.size() == seen.levels.size() ? ordered : std::vector<std::string>{};
}

/// Sets the visits, in order, and where the order comes from.
void order_visits(ImputationModel& model, const Table& table, const ImputationModelOptions& how) {
  const FactorValues seen = factor_values(table.column(model.visit));
  const auto numbered = by_number(table, model.visit, seen);
  if (!how.visits.empty()) {
    auto given = how.visits, found = seen.levels;
    std::sort(given.begin(), given.end());
    std::sort(found.begin(), found.end());
    if (given != found)
      refuse("stats.impute.visits", fmt::format("the visits given are not those of column '{}': {}",
                                                model.visit, fmt::join(seen.levels, ", ")));
    model.data.visits = how.visits;
    model.visit_order = "as given";
  } else if (!numbered.empty()) {
    model.data.visits = numbered;
    model.visit_order = "by " + model.visit + "N";
  } else {
    model.data.visits = seen.levels;
    model.visit_order = "as R orders the levels of " + model.visit;
  }
}

/// Which row of the table holds each participant's visits; -1 none.
struct Grid {
  std::vector<std::vector<std::ptrdiff_t>> rows{};  ///< n x m
};

Grid grid_of(ImputationModel& model, const Table& table) {
  const FactorValues visit = factor_values(table.column(model.visit), model.data.visits);
  const FactorValues subject = factor_values(table.column(model.subject));
  std::vector<int> place(subject.levels.size(), -1);
  Grid grid;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (subject.codes[row] < 0 || visit.codes[row] < 0)
      refuse("stats.impute.covariate",
             fmt::format("row {}: every row needs a participant ({}) and a visit ({})", row + 1,
                         model.subject, model.visit),
             ErrorKind::input);
    int& at = place[static_cast<std::size_t>(subject.codes[row])];
    if (at < 0) {
      at = static_cast<int>(grid.rows.size());
      grid.rows.emplace_back(model.data.visits.size(), -1);
      model.data.participants.push_back(
          subject.levels[static_cast<std::size_t>(subject.codes[row])]);
    }
    auto& cell =
        grid.rows[static_cast<std::size_t>(at)][static_cast<std::size_t>(visit.codes[row])];
    if (cell >= 0)
      refuse("stats.impute.duplicate",
             fmt::format("participant {} has two rows at visit {}: rows {} and {}",
                         model.data.participants[static_cast<std::size_t>(at)],
                         model.data.visits[static_cast<std::size_t>(visit.codes[row])], cell + 1,
                         row + 1),
             ErrorKind::input);
    cell = static_cast<std::ptrdiff_t>(row);
  }
  return grid;
}

/// For every participant and visit the row to copy: their own there, or else their first.
std::vector<std::size_t> sources_of(const Grid& grid) {
  std::vector<std::size_t> sources;
  for (const auto& rows : grid.rows) {
    const auto first = *std::find_if(rows.begin(), rows.end(), [](auto row) { return row >= 0; });
    for (const auto row : rows) sources.push_back(static_cast<std::size_t>(row >= 0 ? row : first));
  }
  return sources;
}

/// Visits of all rows, and no outcome in rows that were absent.
void complete_table(ImputationModel& model, const Table& table, const Grid& grid) {
  const auto sources = sources_of(grid);
  const std::size_t m = model.data.visits.size();
  for (const Column& column : table.columns) {
    Column copy = picked(column, sources);
    if (column.name == model.visit) {
      std::vector<std::string> visits;
      for (std::size_t row = 0; row < sources.size(); ++row)
        visits.push_back(model.data.visits[row % m]);
      copy.values = std::move(visits);
    }
    if (column.name == model.formula.response) {
      auto& outcomes = std::get<std::vector<double>>(copy.values);
      for (std::size_t row = 0; row < sources.size(); ++row)
        if (grid.rows[row / m][row % m] < 0) outcomes[row] = missing;
    }
    model.table.add(std::move(copy));
  }
}

/// A covariate may vary over visits only where every participant has every row.
void check_covariates(const ImputationModel& model, const Table& table, const Grid& grid) {
  for (const std::string& name : columns_of(model.formula)) {
    if (name == model.visit || name == model.subject || name == model.formula.response) continue;
    if (follows_from_events(name) && !table.has(name)) continue;
    const FactorValues values = factor_values(table.column(name));
    for (std::size_t i = 0; i < grid.rows.size(); ++i) {
      std::set<int> seen;
      for (const auto row : grid.rows[i])
        if (row >= 0) seen.insert(values.codes[static_cast<std::size_t>(row)]);
      const bool absent = std::count(grid.rows[i].begin(), grid.rows[i].end(), -1) > 0;
      if (seen.contains(-1) || (absent && seen.size() > 1))
        refuse(
            "stats.impute.covariate",
            fmt::format("participant {}: {} must be known at every visit, also where the outcome "
                        "is missing; it is {}",
                        model.data.participants[i], name,
                        seen.contains(-1) ? "missing" : "not the same in all of their rows"),
            ErrorKind::input);
      if (name == model.arm && seen.size() > 1)
        refuse("stats.impute.arm",
               fmt::format("participant {} is in two arms", model.data.participants[i]),
               ErrorKind::input);
    }
  }
}

void set_arms(ImputationModel& model, const std::string& reference) {
  const FactorValues arms = factor_values(model.table.column(model.arm));
  const auto found = std::find(arms.levels.begin(), arms.levels.end(), reference);
  if (found == arms.levels.end())
    refuse("stats.impute.reference",
           fmt::format("column '{}' has no arm '{}'; it has: {}", model.arm, reference,
                       fmt::join(arms.levels, ", ")));
  model.arms = {reference};
  for (const std::string& level : arms.levels)
    if (level != reference) model.arms.push_back(level);
  const std::size_t m = model.data.visits.size();
  for (std::size_t row = 0; row < arms.codes.size(); row += m)
    model.arm_of.push_back(
        static_cast<int>(std::find(model.arms.begin(), model.arms.end(),
                                   arms.levels[static_cast<std::size_t>(arms.codes[row])]) -
                         model.arms.begin()));
}

void set_outcomes(ImputationModel& model) {
  const auto n = static_cast<Index>(model.data.participants.size());
  const auto m = static_cast<Index>(model.data.visits.size());
  const auto& outcomes = model.table.numbers(model.formula.response);
  model.data.y = Eigen::Map<const Eigen::MatrixXd>(outcomes.data(), m, n).transpose();
}

std::size_t position(const std::vector<std::string>& names, const std::string& name,
                     const char* what) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    refuse("stats.impute.event",
           fmt::format("an event names {} '{}', which the data lack", what, name),
           ErrorKind::input);
  return static_cast<std::size_t>(found - names.begin());
}

void set_events(ImputationModel& model, const std::vector<IntercurrentEvent>& events,
                const std::optional<ImputationStrategy>& dropout) {
  const std::size_t n = model.data.participants.size(), m = model.data.visits.size();
  model.data.first_affected.assign(n, static_cast<int>(m));
  model.data.strategy.assign(n, ImputationStrategy::mar);
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < n; ++i) places[model.data.participants[i]] = i;
  std::set<std::size_t> given;
  for (const IntercurrentEvent& event : events) {
    if (!places.contains(event.participant)) position({}, event.participant, "participant");
    const std::size_t i = places[event.participant];
    if (!given.insert(i).second)
      refuse("stats.impute.event",
             fmt::format("participant {} has two events; keep the one whose strategy counts",
                         event.participant),
             ErrorKind::input);
    model.data.first_affected[i] =
        static_cast<int>(position(model.data.visits, event.visit, "visit"));
    model.data.strategy[i] = event.strategy;
  }
  for (std::size_t i = 0; dropout && i < n; ++i) {
    if (given.contains(i)) continue;
    auto last = static_cast<Index>(m);
    while (last > 0 && std::isnan(model.data.y(static_cast<Index>(i), last - 1))) --last;
    model.data.first_affected[i] = static_cast<int>(last);
    model.data.strategy[i] = *dropout;
  }
}

}  // namespace

ImputationModel imputation_model(const ModelFormula& formula, const Table& table,
                                 const ImputationModelOptions& how,
                                 const std::vector<IntercurrentEvent>& events) {
  check_formula(formula, table, how);
  ImputationModel model{.formula = formula,
                        .subject = formula.covariance->subject,
                        .visit = formula.covariance->visit,
                        .arm = how.arm};
  order_visits(model, table, how);
  const Grid grid = grid_of(model, table);
  check_covariates(model, table, grid);
  complete_table(model, table, grid);
  set_arms(model, how.reference);
  set_outcomes(model);
  model.data.failure = how.failure;
  model.data.binary = how.binary;
  set_events(model, events, how.dropout);
  set_designs_with_events(model, how);
  check_imputation_data(model.data);
  return model;
}

}  // namespace entact
