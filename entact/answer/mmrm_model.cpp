// From a dataset and a formula to a fitted mixed model: which rows, which visit and participant
// each row is, which structure is taken.
#include "entact/answer/mmrm_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/answer/adam.h"
#include "entact/answer/ancova_command.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

AdamSelection selection_of(const MmrmRequest& request) {
  AdamSelection selection{.parameter = request.parameter};
  for (const std::string& word : request.where) {
    const std::size_t equals = word.find('=');
    require(equals != std::string::npos, "answer.mmrm.where",
            fmt::format("--where takes COLUMN=VALUE; saw '{}'", word), ErrorKind::usage);
    selection.where[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return selection;
}

// Values of a column in the rows in use, numbered in the order of its levels.
struct Numbered {
  std::vector<int> codes{};
  std::vector<std::string> levels{};
};

Numbered numbered(const TrialTable& data, const Design& design, const std::string& column,
                  const std::vector<std::string>& order) {
  const FactorValues values = factor_values(data.table.column(column), order);
  std::set<int> used;
  for (const std::size_t row : design.rows) used.insert(values.codes[row]);
  std::map<int, int> place;
  Numbered result;
  for (const int code : used) {
    place[code] = static_cast<int>(result.levels.size());
    result.levels.push_back(values.levels[static_cast<std::size_t>(code)]);
  }
  for (const std::size_t row : design.rows) result.codes.push_back(place.at(values.codes[row]));
  return result;
}

std::vector<std::string> order_of(const DesignOptions& options, const std::string& column) {
  const auto found = options.levels.find(column);
  return found == options.levels.end() ? std::vector<std::string>{} : found->second;
}

// Points in time or space for sp_exp: distinct coordinates.
Numbered points(const TrialTable& data, const Design& design,
                const std::vector<std::string>& coordinates, Eigen::MatrixXd& distinct) {
  std::vector<const std::vector<double>*> columns;
  for (const std::string& name : coordinates) columns.push_back(&number_column(data, name));
  const auto at = [&](std::size_t row) {
    std::vector<double> x;
    for (const auto* column : columns) x.push_back((*column)[row]);
    return x;
  };
  std::map<std::vector<double>, int> known;
  for (const std::size_t row : design.rows) known.emplace(at(row), 0);
  Numbered result;
  for (auto& [x, number] : known) {
    number = static_cast<int>(result.levels.size());
    result.levels.push_back(fmt::format("{}", fmt::join(x, ", ")));
  }
  for (const std::size_t row : design.rows) result.codes.push_back(known.at(at(row)));
  distinct.resize(static_cast<Index>(known.size()), static_cast<Index>(columns.size()));
  for (const auto& [x, number] : known)
    distinct.row(number) = Eigen::Map<const Eigen::RowVectorXd>(x.data(), distinct.cols());
  return result;
}

// Endpoints by visits, endpoint by endpoint.
Numbered products(const Numbered& endpoint, const Numbered& visit) {
  Numbered result;
  const auto visits = static_cast<int>(visit.levels.size());
  for (const std::string& e : endpoint.levels)
    for (const std::string& v : visit.levels) result.levels.push_back(e + " " + v);
  for (std::size_t i = 0; i < visit.codes.size(); ++i)
    result.codes.push_back(endpoint.codes[i] * visits + visit.codes[i]);
  return result;
}

void check_once(const TrialTable& data, const Design& design, const CovarianceTerm& term,
                const Numbered& subject, const Numbered& visit) {
  std::map<std::pair<int, int>, std::size_t> seen;
  for (std::size_t i = 0; i < design.rows.size(); ++i) {
    const auto [first, fresh] =
        seen.emplace(std::pair{subject.codes[i], visit.codes[i]}, design.rows[i]);
    if (fresh) continue;
    throw Error("answer.mmrm.twice",
                fmt::format("{}: a participant may be measured once a visit; {} has visit {} here "
                            "and at {}. Keep one row, or choose a parameter with --param",
                            place_of(data, design.rows[i], term.visit),
                            subject.levels[static_cast<std::size_t>(subject.codes[i])],
                            visit.levels[static_cast<std::size_t>(visit.codes[i])],
                            place_of(data, first->second, term.visit)));
  }
}

Eigen::VectorXd weights_of(const TrialTable& data, const Design& design,
                           const std::string& column) {
  Eigen::VectorXd weights;
  if (column.empty()) return weights;
  const std::vector<double>& values = number_column(data, column);
  weights.resize(static_cast<Index>(design.rows.size()));
  for (std::size_t i = 0; i < design.rows.size(); ++i) {
    const double w = values[design.rows[i]];
    require(w > 0, "answer.mmrm.weight",
            fmt::format("{} ({}): a weight must be positive; saw {}",
                        place_of(data, design.rows[i], column), column, w));
    weights[static_cast<Index>(i)] = w;
  }
  return weights;
}

/// Drops rows before the value of --slope-from, or without one.
void from_start(TrialTable& data, const MmrmRequest& request) {
  if (!request.slope_from) return;
  require(!request.slope.empty(), "answer.mmrm.slope",
          "--slope-from says where the slope starts: name its column with --slope",
          ErrorKind::usage);
  const std::vector<double>& at = number_column(data, request.slope);
  std::vector<std::size_t> rows;
  std::vector<long> lines;
  for (std::size_t row = 0; row < at.size(); ++row) {
    if (!(at[row] >= *request.slope_from)) continue;
    rows.push_back(row);
    if (row < data.lines.size()) lines.push_back(data.lines[row]);
  }
  require(!rows.empty(), "answer.mmrm.slope",
          fmt::format("no row has {} at {:g} or later", request.slope, *request.slope_from),
          ErrorKind::unanswerable);
  data.table = rows_of(data.table, rows);
  data.lines = std::move(lines);
}

}  // namespace

MmrmRows mmrm_rows(const TrialTable& data, const MmrmRequest& request,
                   const ModelFormula& formula) {
  const AdamRows selected = select_adam(data.table, selection_of(request));
  MmrmRows rows{.data = {.table = selected.table, .file = data.file, .input = data.input}};
  for (const std::size_t row : selected.rows)
    if (row < data.lines.size()) rows.data.lines.push_back(data.lines[row]);
  from_start(rows.data, request);
  rows.arm = request.arm;
  for (const std::string& name : arm_names())
    for (const FormulaTerm& term : formula.terms)
      if (rows.arm.empty() &&
          std::find(term.variables.begin(), term.variables.end(), name) != term.variables.end())
        rows.arm = name;
  rows.design = design_options(request.reference, request.factors, rows.arm);
  rows.design.levels = selected.levels;
  return rows;
}

FittedMmrm fit_mmrm_rows(const MmrmRows& rows, const ModelFormula& formula,
                         const MmrmRequest& request) {
  require(
      formula.covariance.has_value() && !formula.response.empty(), "answer.mmrm.formula",
      "write a response, terms and how the visits of a participant depend on one another, as in "
      "'CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | USUBJID)'",
      ErrorKind::usage);
  const CovarianceTerm& term = *formula.covariance;
  const TrialTable& data = rows.data;
  for (const std::string& column : names_in(parse_formula_expression(formula.response)))
    static_cast<void>(number_column(data, column));
  FittedMmrm fitted{.design = make_design(formula, data.table, rows.design)};
  const Design& design = fitted.design;
  MmrmOptions how{.reml = !request.ml};
  const Numbered subject = numbered(data, design, term.subject, {});
  const bool spatial = term.structure == "sp_exp";
  const bool product = term.structure.find('@') != std::string::npos;
  require(!product || term.coordinates.size() == 2, "answer.mmrm.formula",
          "a direct product takes endpoint and visit, as in un@ar1(PARAMCD, AVISIT | USUBJID)",
          ErrorKind::usage);
  Numbered visit;
  if (spatial) {
    visit = points(data, design, term.coordinates, how.coordinates);
  } else if (product) {
    const Numbered endpoint =
        numbered(data, design, term.coordinates[0], order_of(rows.design, term.coordinates[0]));
    how.endpoints = static_cast<int>(endpoint.levels.size());
    visit = products(endpoint, numbered(data, design, term.coordinates[1],
                                        order_of(rows.design, term.coordinates[1])));
  } else {
    visit = numbered(data, design, term.visit, order_of(rows.design, term.visit));
  }
  check_once(data, design, term, subject, visit);
  fitted.visits = visit.levels;
  MmrmData input{.x = design.x,
                 .subject = subject.codes,
                 .visit = visit.codes,
                 .visits = static_cast<int>(visit.levels.size()),
                 .weight = weights_of(data, design, request.weights)};
  if (!term.group.empty()) {
    Numbered group = numbered(data, design, term.group, order_of(rows.design, term.group));
    input.group = group.codes;
    fitted.groups = group.levels;
  }
  std::vector<std::string> structures{term.structure};
  structures.insert(structures.end(), request.fallback.begin(), request.fallback.end());
  for (std::size_t k = 0; k < structures.size(); ++k) {
    how.covariance = covariance_named(structures[k]);
    const bool last = k + 1 == structures.size();
    try {
      auto model = std::make_unique<Mmrm>(input, how);
      const Fit fit = model->fit(design.y).fit;
      if (fit.converged || last) {
        fitted.tried.emplace_back(structures[k], "");
        fitted.model = std::move(model);
        return fitted;
      }
      fitted.tried.emplace_back(structures[k], fit.reservations.front());
    } catch (const Error& error) {
      if (last || error.kind() != ErrorKind::unanswerable) throw;
      fitted.tried.emplace_back(structures[k], error.what());
    }
  }
  return fitted;
}

}  // namespace entact
