// Treatment policy by those who left treatment and stayed in follow-up: the imputation model gets a
// term for being past the event, which their values inform and through which those of others are
// imputed. What too few of them leave open is found by the rank of the design among what was seen.
#include "entact/stats/imputation_retrieved.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/stats/column_rank.h"
#include "entact/stats/imputation_design.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Strategy = ImputationStrategy;

constexpr std::array<const char*, 2> derived{"POSTICE", "SINCEICE"};

bool is_retrieved(const ImputationModel& model, std::size_t i) {
  return model.data.strategy[i] == Strategy::retrieved &&
         model.data.first_affected[i] < model.data.m();
}

bool any_retrieved(const ImputationModel& model) {
  for (std::size_t i = 0; i < model.data.strategy.size(); ++i)
    if (is_retrieved(model, i)) return true;
  return false;
}

bool names(const FormulaTerm& term) {
  return std::any_of(term.variables.begin(), term.variables.end(), follows_from_events);
}

bool names(const ModelFormula& formula) {
  return std::any_of(formula.terms.begin(), formula.terms.end(),
                     [](const FormulaTerm& term) { return names(term); });
}

void check_words(const ImputationModel& model, const ImputationModelOptions& how) {
  const char* terms =
      "ARM:POSTICE (a shift), ARM:SINCEICE (a slope) or ARM:AVISIT:POSTICE (a "
      "shift a visit)";
  require(!any_retrieved(model) || names(model.formula), "stats.impute.retrieved",
          fmt::format("RETRIEVED needs the event in the imputation model: add {}", terms),
          ErrorKind::usage);
  const bool named = names(model.formula) && !any_retrieved(model);
  for (const char* column : derived)
    require(!named || model.table.has(column), "stats.impute.retrieved",
            "the imputation model has a term for being past an event, and no event in the table of "
            "events has the strategy RETRIEVED",
            ErrorKind::usage);
  require(how.fallback != Strategy::retrieved, "stats.impute.retrieved",
          "the strategy to fall back on must be another than RETRIEVED", ErrorKind::usage);
}

// The participant's place among visits since the event, from 1; 0 before, and of everybody else.
double visits_since(const ImputationModel& model, std::size_t i, std::size_t visit) {
  const auto first = static_cast<std::size_t>(model.data.first_affected[i]);
  return is_retrieved(model, i) && visit >= first ? static_cast<double>(visit - first + 1) : 0;
}

void derive(ImputationModel& model, const char* name) {
  const std::size_t m = model.data.visits.size();
  std::vector<double> values(model.table.rows());
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double since = visits_since(model, row / m, row % m);
    values[row] = std::string_view(name) == "POSTICE" ? std::min(since, 1.0) : since;
  }
  for (Column& column : model.table.columns)
    if (column.name == name) {
      column.values = std::move(values);
      return;
    }
  model.table.add({.name = name, .values = std::move(values)});
}

void drop_event_terms(ImputationModel& model) {
  std::erase_if(model.formula.terms, [](const FormulaTerm& term) { return names(term); });
}

// Who was followed and who is to be imputed, by arm and visit; empty rows left out.
void count_retrieved(ImputationModel& model) {
  const auto m = model.data.visits.size();
  std::vector<RetrievedCount> counts;
  for (const std::string& arm : model.arms)
    for (const std::string& visit : model.data.visits)
      counts.push_back({.arm = arm, .visit = visit});
  for (std::size_t i = 0; i < model.arm_of.size(); ++i)
    for (std::size_t v = 0; v < m; ++v) {
      if (visits_since(model, i, v) == 0) continue;
      auto& count = counts[static_cast<std::size_t>(model.arm_of[i]) * m + v];
      const bool seen = !std::isnan(model.data.y(static_cast<Index>(i), static_cast<Index>(v)));
      ++(seen ? count.followed : count.to_impute);
    }
  std::erase_if(counts, [](const RetrievedCount& c) { return c.followed + c.to_impute == 0; });
  model.retrieved = std::move(counts);
}

// Participants of the arm with a value after their event, and whether another lacks one.
struct Followed {
  int participants = 0;
  bool needed = false;
};

Followed followed_in(const ImputationModel& model, int arm) {
  Followed found;
  for (std::size_t i = 0; i < model.arm_of.size(); ++i) {
    if (model.arm_of[i] != arm || !is_retrieved(model, i)) continue;
    const auto later = model.data.y.row(static_cast<Index>(i))
                           .tail(model.data.m() - model.data.first_affected[i])
                           .array();
    found.participants += later.isNaN().all() ? 0 : 1;
    found.needed = found.needed || later.isNaN().any();
  }
  return found;
}

void fall_back(ImputationModel& model, int arm, Strategy strategy, const std::string& why) {
  for (std::size_t i = 0; i < model.arm_of.size(); ++i)
    if (model.arm_of[i] == arm && is_retrieved(model, i)) model.data.strategy[i] = strategy;
  model.notes.push_back(fmt::format(
      "{}: outcomes after the event in that arm are not imputed from retrieved participants but by "
      "the fall-back, {}",
      why, strategy_words(strategy)));
}

void weigh_numbers(ImputationModel& model, const ImputationModelOptions& how) {
  for (int arm = 0; arm < static_cast<int>(model.arms.size()); ++arm) {
    const Followed found = followed_in(model, arm);
    if (!found.needed || found.participants >= how.least_retrieved) continue;
    const std::string why = fmt::format(
        "{} participant{} of arm {} {} followed after the event, fewer than {}", found.participants,
        found.participants == 1 ? "" : "s", model.arms[static_cast<std::size_t>(arm)],
        found.participants == 1 ? "was" : "were", how.least_retrieved);
    if (how.fallback)
      fall_back(model, arm, *how.fallback, why);
    else
      model.notes.push_back(why + ": what is imputed after it rests on them alone");
  }
}

// A row of a design that imputation needs and the values seen do not determine.
struct Unidentified {
  Index participant = 0, visit = 0;
};

MatrixXd informative_rows(const ImputationData& data) {
  std::vector<Index> rows;
  for (Index i = 0; i < data.n(); ++i)
    for (Index v = 0; v < data.m(); ++v)
      if (data.informs(i, v)) rows.push_back(i * data.m() + v);
  return data.x(rows, Eigen::all);
}

bool determined(const MatrixXd& x, Index row, const ColumnRank& rank) {
  const Eigen::RowVectorXd all = x.row(row);
  const Eigen::RowVectorXd follows = all(rank.kept) * rank.combination;
  return (all(rank.aliased) - follows).cwiseAbs().maxCoeff() <
         1e-6 * (1 + all.cwiseAbs().maxCoeff());
}

std::optional<Unidentified> unidentified(const ImputationData& data, const ColumnRank& rank) {
  for (Index i = 0; i < data.n(); ++i)
    for (Index v = 0; v < data.m(); ++v) {
      const auto strategy = data.strategy[static_cast<std::size_t>(i)];
      const bool own = v < data.first_not_random(i), missing = std::isnan(data.y(i, v));
      const bool copies = own ? strategy == Strategy::cr : !defines_outcome(strategy);
      const Index row = i * data.m() + v;
      if ((missing && own && !determined(data.x, row, rank)) ||
          (copies && !determined(data.x_reference, row, rank)))
        return Unidentified{i, v};
    }
  return std::nullopt;
}

void leave_out(ImputationModel& model, const ColumnRank& rank) {
  std::vector<std::string> kept, gone;
  for (const int k : rank.kept) kept.push_back(model.coefficients[static_cast<std::size_t>(k)]);
  for (const int k : rank.aliased) gone.push_back(model.coefficients[static_cast<std::size_t>(k)]);
  model.data.x = MatrixXd(model.data.x(Eigen::all, rank.kept));
  model.data.x_reference = MatrixXd(model.data.x_reference(Eigen::all, rank.kept));
  model.coefficients = std::move(kept);
  model.notes.push_back(fmt::format(
      "no value seen informs these coefficients of the imputation model, and none to impute needs "
      "them: {}",
      fmt::join(gone, ", ")));
}

// Designs of the events as they are; whom they leave unidentified.
std::optional<Unidentified> try_designs(ImputationModel& model,
                                        const std::vector<const char*>& add) {
  if (any_retrieved(model))
    for (const char* name : add) derive(model, name);
  else
    drop_event_terms(model);
  set_designs(model);
  const ColumnRank rank = column_rank(informative_rows(model.data));
  if (rank.aliased.empty()) return std::nullopt;
  const auto where = unidentified(model.data, rank);
  if (!where) leave_out(model, rank);
  return where;
}

std::vector<const char*> columns_to_derive(const ImputationModel& model) {
  std::vector<const char*> add;
  for (const char* name : derived)
    if (!model.table.has(name)) add.push_back(name);
  return add;
}

}  // namespace

bool follows_from_events(const std::string& column) {
  return std::find(derived.begin(), derived.end(), column) != derived.end();
}

void set_designs_with_events(ImputationModel& model, const ImputationModelOptions& how) {
  check_words(model, how);
  if (!any_retrieved(model)) return set_designs(model);
  const auto add = columns_to_derive(model);
  count_retrieved(model);
  weigh_numbers(model, how);
  while (const auto where = try_designs(model, add)) {
    const auto i = static_cast<std::size_t>(where->participant);
    const std::string why = fmt::format(
        "arm {} at visit {}: nobody like participant {} was followed after the event, so the "
        "imputation model is not identified",
        model.arms[static_cast<std::size_t>(model.arm_of[i])],
        model.data.visits[static_cast<std::size_t>(where->visit)], model.data.participants[i]);
    require(how.fallback && is_retrieved(model, i), "stats.impute.retrieved",
            why + ". Take a simpler term (ARM:POSTICE), or name a strategy to fall back on",
            ErrorKind::unanswerable);
    fall_back(model, model.arm_of[i], *how.fallback, why);
  }
}

}  // namespace entact
