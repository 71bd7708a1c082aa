// Terms to columns: which rows count, how each factor is coded, what survives. A variable's own
// values are model_variable.cpp's, dependence between columns column_rank.cpp's.
#include "entact/stats/design_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/base/error.h"
#include "entact/stats/column_rank.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::RowVectorXd;
using Kind = ModelVariable::Kind;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::vector<char> missing_cells(const Column& column) {
  std::vector<char> missing(column.size(), 0);
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values[i])>, double>)
            missing[i] = std::isnan(values[i]);
          else if constexpr (std::is_same_v<std::decay_t<decltype(values[i])>, std::string>)
            missing[i] = values[i].empty();
          else
            missing[i] = !values[i].known();
        }
      },
      column.values);
  return missing;
}

std::vector<std::size_t> complete_rows(const ModelFormula& formula, const Table& table,
                                       bool keep_missing_response) {
  std::vector<char> leave(table.rows(), 0);
  ModelFormula needed = formula;
  if (keep_missing_response) needed.response.clear();
  std::string most;
  std::ptrdiff_t most_missing = -1;
  for (const std::string& name : columns_of(needed)) {
    const std::vector<char> missing = missing_cells(table.column(name));
    for (std::size_t i = 0; i < leave.size(); ++i) leave[i] |= missing[i];
    const auto count = std::count(missing.begin(), missing.end(), 1);
    if (count > most_missing) most_missing = count, most = name;
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < leave.size(); ++i)
    if (leave[i] == 0) rows.push_back(i);
  if (rows.empty())
    throw Error("stats.design.empty",
                fmt::format("none of the {} rows has all of {}; missing most often is '{}', in {} "
                            "rows",
                            table.rows(), fmt::join(columns_of(needed), ", "), most,
                            std::max<std::ptrdiff_t>(most_missing, 0)),
                ErrorKind::unanswerable);
  return rows;
}

/// Puts the variable's levels in use in order, the reference first, and recodes its values.
void settle_levels(ModelVariable& variable, VariableValues& values,
                   const std::vector<std::size_t>& rows, const DesignOptions& options) {
  std::vector<char> used(variable.levels.size(), 0);
  for (std::size_t row : rows) used[at(values.codes[row])] = 1;
  const std::string& column = variable.columns[0];
  std::vector<std::size_t> order;
  for (std::size_t level = 0; level < used.size(); ++level)
    if (used[level] != 0) order.push_back(level);
  if (const auto wanted = options.reference.find(column); wanted != options.reference.end()) {
    const auto found = std::find_if(order.begin(), order.end(), [&](std::size_t level) {
      return variable.levels[level] == wanted->second;
    });
    if (found == order.end())
      throw Error("stats.design.reference",
                  fmt::format("no row in use has '{}' in column '{}'; its levels are: {}",
                              wanted->second, column, fmt::join(variable.levels, ", ")),
                  ErrorKind::usage);
    std::rotate(order.begin(), found, found + 1);
  }
  if (order.size() < 2)
    throw Error("stats.design.one_level",
                fmt::format("factor '{}' has only the level '{}' in the {} rows in use; a factor "
                            "needs two: leave it out of the formula",
                            column, variable.levels[order[0]], rows.size()),
                ErrorKind::unanswerable);
  std::vector<int> code(used.size(), -1);
  std::vector<std::string> levels;
  for (std::size_t level : order) {
    code[level] = static_cast<int>(levels.size());
    levels.push_back(variable.levels[level]);
  }
  for (int& value : values.codes)
    if (value >= 0) value = code[at(value)];
  variable.levels = std::move(levels);
}

void check_varies(const ModelVariable& variable, const VariableValues& values,
                  const std::vector<std::size_t>& rows) {
  const std::vector<double>& x = values.numbers[0];
  const bool varies =
      std::any_of(rows.begin(), rows.end(), [&](std::size_t row) { return x[row] != x[rows[0]]; });
  if (!varies)
    throw Error("stats.design.constant",
                fmt::format("covariate '{}' is {} in all {} rows in use, so its effect cannot be "
                            "told from the intercept: leave it out of the formula",
                            variable.text, x[rows[0]], rows.size()),
                ErrorKind::unanswerable);
}

/// Whether each variable of each term is coded with all its levels (true) or with contrasts: R's
/// rule, contrasts if an earlier term contains the rest of this one.
std::vector<std::vector<bool>> full_coding(const Design& design,
                                           const std::vector<std::vector<std::size_t>>& terms) {
  std::vector<std::vector<bool>> full;
  bool adjusted = design.formula.intercept;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    full.emplace_back();
    for (std::size_t variable : terms[t]) {
      std::vector<std::size_t> rest = terms[t];
      std::erase(rest, variable);
      const bool margin =
          rest.empty() ||
          std::any_of(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(t),
                      [&](const auto& term) {
                        return std::all_of(rest.begin(), rest.end(), [&](std::size_t v) {
                          return std::find(term.begin(), term.end(), v) != term.end();
                        });
                      });
      const bool factor = design.variables[variable].kind == Kind::factor;
      // without an intercept the first factor of all gets a column for each level
      full.back().push_back(factor && (!margin || !adjusted));
      if (factor) adjusted = true;
    }
  }
  return full;
}

std::vector<DesignColumn> columns_for(const Design& design,
                                      const std::vector<std::vector<std::size_t>>& terms) {
  std::vector<DesignColumn> columns;
  if (design.formula.intercept) columns.push_back({.name = "(Intercept)"});
  const std::vector<std::vector<bool>> full = full_coding(design, terms);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    std::vector<DesignColumn> made{{.term = static_cast<int>(t)}};
    for (std::size_t v = 0; v < terms[t].size(); ++v) {
      const ModelVariable& variable = design.variables[terms[t][v]];
      const std::size_t first = variable.kind == Kind::factor && !full[t][v] ? 1 : 0;
      std::vector<DesignColumn> longer;
      for (std::size_t part = first; part < variable.parts(); ++part)
        for (DesignColumn column : made) {
          column.name += (v > 0 ? ":" : "") + variable.part_name(part);
          column.parts.push_back({terms[t][v], part});
          longer.push_back(std::move(column));
        }
      made = std::move(longer);
    }
    columns.insert(columns.end(), made.begin(), made.end());
    if (columns.size() > 5000)
      throw Error("stats.design.size",
                  fmt::format("the formula makes more than 5,000 columns at term '{}'; a column "
                              "such as a participant's id may stand in it as a factor",
                              to_text(design.formula.terms[t])),
                  ErrorKind::unanswerable);
  }
  return columns;
}

Eigen::MatrixXd filled(const Design& design, const std::vector<VariableValues>& values) {
  const auto n = static_cast<Index>(design.rows.size());
  Eigen::MatrixXd x(n, static_cast<Index>(design.all_columns.size()));
  for (Index j = 0; j < x.cols(); ++j) {
    double* column = x.col(j).data();
    std::fill(column, column + n, 1.0);
    for (const auto& [variable, part] : design.all_columns[static_cast<std::size_t>(j)].parts) {
      const VariableValues& from = values[variable];
      if (design.variables[variable].kind == Kind::factor) {
        const int level = static_cast<int>(part);
        for (Index i = 0; i < n; ++i)
          column[i] = from.codes[static_cast<std::size_t>(i)] == level ? column[i] : 0.0;
      } else {
        const std::vector<double>& numbers = from.numbers[part];
        for (Index i = 0; i < n; ++i) column[i] *= numbers[static_cast<std::size_t>(i)];
      }
    }
  }
  return x;
}

void keep_rows(VariableValues& values, const std::vector<std::size_t>& rows) {
  const auto pick = [&](auto& all) {
    if (all.empty() || rows.size() == all.size()) return;
    for (std::size_t i = 0; i < rows.size(); ++i) all[i] = all[rows[i]];
    all.resize(rows.size());
  };
  pick(values.codes);
  for (auto& numbers : values.numbers) pick(numbers);
}

void check_options(const Design& design, const DesignOptions& options) {
  for (const auto& [column, level] : options.reference) {
    const std::string& name = column;  // clang 14 cannot capture a structured binding
    const bool known = std::any_of(design.factors.begin(), design.factors.end(),
                                   [&](const Factor& f) { return f.variable == name; });
    if (!known)
      throw Error("stats.design.reference",
                  fmt::format("'{}' was given the reference level '{}', but is no factor of the "
                              "formula",
                              column, level),
                  ErrorKind::usage);
  }
}

Eigen::VectorXd response_of(const Design& design, const Table& table) {
  if (design.formula.response.empty()) return {};
  ModelVariable response = model_variable(design.formula.response, table, false);
  if (response.kind != Kind::number)
    throw Error("stats.design.text",
                fmt::format("the response '{}' does not hold numbers", design.formula.response));
  VariableValues values = evaluate(response, table);
  keep_rows(values, design.rows);
  return Eigen::VectorXd::Map(values.numbers[0].data(), static_cast<Index>(design.rows.size()));
}

}  // namespace

Design make_design(const ModelFormula& formula, const Table& table, const DesignOptions& options) {
  Design design{.formula = formula};
  const auto among = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<std::string> texts;
  std::vector<std::vector<std::size_t>> terms;
  for (const FormulaTerm& term : formula.terms) {
    terms.emplace_back();
    for (const std::string& text : term.variables) {
      const auto found = std::find(texts.begin(), texts.end(), text);
      terms.back().push_back(static_cast<std::size_t>(found - texts.begin()));
      if (found == texts.end()) texts.push_back(text);
    }
  }
  for (const std::string& text : texts) {
    const FormulaNode tree = parse_formula_expression(text);
    const bool factor = tree.kind == FormulaNode::Kind::name && among(options.factors, tree.text);
    design.variables.push_back(model_variable(text, table, factor));
  }
  design.rows = complete_rows(formula, table, options.keep_missing_response);
  std::vector<VariableValues> values;
  for (ModelVariable& variable : design.variables) {
    const auto given = options.levels.find(variable.columns.empty() ? "" : variable.columns[0]);
    values.push_back(
        evaluate(variable, table,
                 given == options.levels.end() ? std::vector<std::string>() : given->second));
    if (variable.kind == Kind::factor) {
      settle_levels(variable, values.back(), design.rows, options);
      design.factors.push_back({variable.columns[0], variable.levels});
    } else if (formula.intercept) {
      check_varies(variable, values.back(), design.rows);
    }
    keep_rows(values.back(), design.rows);
  }
  check_options(design, options);
  design.all_columns = columns_for(design, terms);
  design.y = response_of(design, table);
  Eigen::MatrixXd x = filled(design, values);
  ColumnRank rank = column_rank(x);
  for (int column : rank.kept) {
    design.columns.push_back(design.all_columns[at(column)].name);
    design.term_of.push_back(design.all_columns[at(column)].term);
  }
  for (int column : rank.aliased) design.aliased.push_back(design.all_columns[at(column)].name);
  design.x = rank.aliased.empty() ? std::move(x) : Eigen::MatrixXd(x(Eigen::all, rank.kept));
  design.kept = std::move(rank.kept);
  design.left_out = std::move(rank.aliased);
  design.combination = std::move(rank.combination);
  return design;
}

double part_value(const ModelVariable& variable, std::size_t part, const Setting& setting) {
  const auto number = [&](const std::string& name) {
    const auto found = setting.find(name);
    if (found == setting.end())
      throw Error("stats.design.setting",
                  fmt::format("column '{}' has no value in the setting", name), ErrorKind::usage);
    if (const double* value = std::get_if<double>(&found->second)) return *value;
    try {
      return std::stod(std::get<std::string>(found->second));
    } catch (const std::exception&) {
      throw Error("stats.design.setting",
                  fmt::format("column '{}' needs a number; saw '{}'", name,
                              std::get<std::string>(found->second)),
                  ErrorKind::usage);
    }
  };
  if (variable.kind == Kind::number) return evaluate(variable.tree, number);
  if (variable.kind == Kind::polynomial)
    return at(variable.basis, evaluate(variable.tree, number))[part];
  const auto found = setting.find(variable.columns[0]);
  if (found == setting.end())
    throw Error("stats.design.setting",
                fmt::format("column '{}' has no value in the setting", variable.columns[0]),
                ErrorKind::usage);
  const double* value = std::get_if<double>(&found->second);
  const std::string level =
      value != nullptr ? level_text(*value) : std::get<std::string>(found->second);
  if (std::find(variable.levels.begin(), variable.levels.end(), level) == variable.levels.end())
    throw Error("stats.design.setting",
                fmt::format("column '{}' has no level '{}'; its levels are: {}",
                            variable.columns[0], level, fmt::join(variable.levels, ", ")),
                ErrorKind::usage);
  return variable.levels[part] == level ? 1.0 : 0.0;
}

Eigen::MatrixXd design_with_level(const Design& design, const Table& table, std::size_t variable,
                                  std::size_t level) {
  std::vector<VariableValues> values;
  for (std::size_t v = 0; v < design.variables.size(); ++v) {
    ModelVariable again = design.variables[v];
    values.push_back(evaluate(again, table));
    keep_rows(values.back(), design.rows);
    if (again.kind != Kind::factor) continue;
    const std::vector<std::string>& levels = design.variables[v].levels;
    std::vector<int> code;  // of the table's level in the design
    for (const std::string& name : again.levels)
      code.push_back(
          static_cast<int>(std::find(levels.begin(), levels.end(), name) - levels.begin()));
    for (int& value : values.back().codes)
      value = v == variable ? static_cast<int>(level) : code[at(value)];
  }
  return filled(design, values)(Eigen::all, design.kept);
}

RowVectorXd full_design_row(const Design& design, const Setting& setting) {
  std::vector<std::vector<double>> values;
  for (const ModelVariable& variable : design.variables) {
    values.emplace_back();
    for (std::size_t part = 0; part < variable.parts(); ++part)
      values.back().push_back(part_value(variable, part, setting));
  }
  RowVectorXd row(static_cast<Index>(design.all_columns.size()));
  for (Index j = 0; j < row.size(); ++j) {
    row[j] = 1;
    for (const auto& [variable, part] : design.all_columns[static_cast<std::size_t>(j)].parts)
      row[j] *= values[variable][part];
  }
  return row;
}

RowVectorXd design_row(const Design& design, const Setting& setting) {
  return full_design_row(design, setting)(design.kept);
}

bool is_estimable(const Design& design, const RowVectorXd& full_row) {
  if (design.left_out.empty()) return true;
  const RowVectorXd kept = full_row(design.kept), left_out = full_row(design.left_out);
  // in the units of each left-out column; emmeans' estimability uses 1e-8
  const RowVectorXd size = kept.cwiseAbs() * design.combination.cwiseAbs() + left_out.cwiseAbs();
  return ((kept * design.combination - left_out).cwiseAbs().array() <=
          1e-8 * size.array().max(1e-300))
      .all();
}

bool is_estimable(const Design& design, const Setting& setting) {
  return is_estimable(design, full_design_row(design, setting));
}

}  // namespace entact
