// From a variable's text to its values: factors, numeric expressions, polynomials. Products of
// variables, and which columns survive, are design_matrix.cpp's.
#include "entact/stats/model_variable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "entact/base/error.h"

namespace entact {
namespace {

using Kind = FormulaNode::Kind;

double (*function_named(const std::string& name))(double) {
  if (name == "log") return [](double x) { return std::log(x); };
  if (name == "log2") return [](double x) { return std::log2(x); };
  if (name == "log10") return [](double x) { return std::log10(x); };
  if (name == "log1p") return [](double x) { return std::log1p(x); };
  if (name == "exp") return [](double x) { return std::exp(x); };
  if (name == "sqrt") return [](double x) { return std::sqrt(x); };
  if (name == "abs") return [](double x) { return std::abs(x); };
  if (name == "I") return [](double x) { return x; };
  return nullptr;
}

[[noreturn]] void refuse(const FormulaNode& node, const std::string& why) {
  throw Error("stats.design.variable", fmt::format("'{}': {}", to_text(node), why),
              ErrorKind::usage);
}

void check_numeric(const FormulaNode& node) {
  if (node.kind == Kind::call &&
      (function_named(node.text) == nullptr || node.children.size() != 1 || !node.names[0].empty()))
    refuse(node,
           "available are log, log2, log10, log1p, exp, sqrt, abs and I() of one argument, "
           "factor(x) and poly(x, degree)");
  if (node.kind == Kind::binary && std::string("+-*/^").find(node.text) == std::string::npos)
    refuse(node, fmt::format("'{}' has no meaning between numbers", node.text));
  if (node.kind == Kind::unary && node.text == "~") refuse(node, "'~' inside a variable");
  for (const FormulaNode& child : node.children) check_numeric(child);
}

ModelVariable polynomial(const FormulaNode& call) {
  ModelVariable variable{.kind = ModelVariable::Kind::polynomial, .text = to_text(call)};
  bool has_degree = false;
  for (std::size_t i = 0; i < call.children.size(); ++i) {
    const FormulaNode& child = call.children[i];
    if (i == 0 && call.names[i].empty()) {
      variable.tree = child;
    } else if (call.names[i] == "raw" && child.kind == Kind::name &&
               (child.text == "TRUE" || child.text == "FALSE" || child.text == "T" ||
                child.text == "F")) {
      variable.basis.raw = child.text[0] == 'T';
    } else if ((call.names[i] == "degree" || (i == 1 && call.names[i].empty())) &&
               child.kind == Kind::number && child.number >= 1 && child.number <= 20 &&
               child.number == std::floor(child.number)) {
      variable.basis.degree = static_cast<int>(child.number);
      has_degree = true;
    } else {
      refuse(call, "write poly(x, degree) or poly(x, degree, raw = TRUE), degree 1 to 20");
    }
  }
  if (!has_degree) refuse(call, "the degree is missing: poly(x, 2)");
  check_numeric(variable.tree);
  return variable;
}

std::vector<double> numbers_of(const FormulaNode& tree, const Table& table) {
  if (tree.kind == Kind::name) return table.numbers(tree.text);
  std::vector<double> result(table.rows());
  const std::vector<std::string> names = names_in(tree);
  std::vector<const std::vector<double>*> columns;
  for (const std::string& name : names) columns.push_back(&table.numbers(name));
  std::size_t row = 0;
  const auto value = [&](const std::string& name) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) return (*columns[i])[row];
    return std::numeric_limits<double>::quiet_NaN();
  };
  for (; row < result.size(); ++row) {
    result[row] = evaluate(tree, value);
    const bool given = std::all_of(columns.begin(), columns.end(),
                                   [&](const auto* column) { return !std::isnan((*column)[row]); });
    if (given && !std::isfinite(result[row]))
      throw Error("stats.design.value",
                  fmt::format("'{}' is not finite in row {}, where {} is {}", to_text(tree),
                              row + 1, names.empty() ? "nothing" : names[0],
                              names.empty() ? 0 : (*columns[0])[row]));
  }
  return result;
}

/// Distinct values of a column in order of appearance, each row's by index; -1 for missing. Rows
/// often repeat a cycle (visits), so what followed a value last time is tried first.
template <typename Value, typename Key, typename Missing>
std::vector<Value> distinct(const std::vector<Value>& values, std::vector<int>& codes,
                            Missing missing) {
  std::vector<Value> found;
  std::vector<std::size_t> followed_by{0};
  std::unordered_map<Key, int> index;
  std::size_t last = 0;  // one past the code of the row before; 0 at the start
  codes.resize(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (missing(values[row])) {
      codes[row] = -1;
      continue;
    }
    std::size_t guess = followed_by[last];
    if (guess == 0 || found[guess - 1] != values[row]) {
      const auto [at, added] = index.try_emplace(Key(values[row]), static_cast<int>(found.size()));
      if (added) {
        found.push_back(values[row]);
        followed_by.push_back(0);
      }
      guess = static_cast<std::size_t>(at->second) + 1;
      followed_by[last] = guess;
    }
    codes[row] = static_cast<int>(guess) - 1;
    last = guess;
  }
  return found;
}

std::vector<int> ranks(const std::vector<std::string>& found,
                       const std::vector<std::string>& ordered, const Column& column) {
  std::vector<int> rank;
  for (const std::string& level : found) {
    const auto at = std::find(ordered.begin(), ordered.end(), level);
    if (at == ordered.end())
      throw Error("stats.design.level",
                  fmt::format("column '{}' holds '{}', which is not among the levels given: {}",
                              column.name, level, fmt::join(ordered, ", ")));
    rank.push_back(static_cast<int>(at - ordered.begin()));
  }
  return rank;
}

}  // namespace

std::size_t ModelVariable::parts() const {
  if (kind == Kind::factor) return levels.size();
  return kind == Kind::polynomial ? static_cast<std::size_t>(basis.degree) : 1;
}

std::string ModelVariable::part_name(std::size_t part) const {
  if (kind == Kind::factor) return text + levels[part];
  return kind == Kind::polynomial ? text + std::to_string(part + 1) : text;
}

std::string level_text(double value) { return fmt::format("{:.15g}", value); }

FactorValues factor_values(const Column& column, const std::vector<std::string>& given) {
  FactorValues result;
  std::vector<std::string> ordered = given, found;
  if (const auto* text = std::get_if<std::vector<std::string>>(&column.values)) {
    found = distinct<std::string, std::string_view>(
        *text, result.codes, [](const std::string& cell) { return cell.empty(); });
    if (given.empty()) {
      ordered = found;
      std::sort(ordered.begin(), ordered.end());
    }
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    std::vector<double> values = distinct<double, double>(
        *numbers, result.codes, [](double cell) { return std::isnan(cell); });
    for (double value : values) found.push_back(level_text(value));
    std::sort(values.begin(), values.end());
    if (given.empty())
      for (double value : values) ordered.push_back(level_text(value));
  } else {
    throw Error("stats.design.date",
                fmt::format("column '{}' holds dates, which cannot be levels; give text or numbers",
                            column.name));
  }
  const std::vector<int> rank = ranks(found, ordered, column);
  for (int& code : result.codes)
    if (code >= 0) code = rank[static_cast<std::size_t>(code)];
  result.levels = std::move(ordered);
  return result;
}

ModelVariable model_variable(const std::string& text, const Table& table, bool is_factor) {
  const FormulaNode tree = parse_formula_expression(text);
  ModelVariable variable{.text = text, .tree = tree};
  if (tree.kind == Kind::call && tree.text == "poly") {
    variable = polynomial(tree);
  } else if (tree.kind == Kind::call && (tree.text == "factor" || tree.text == "as.factor")) {
    if (tree.children.size() != 1 || tree.children[0].kind != Kind::name)
      refuse(tree, "factor() takes one column");
    variable.kind = ModelVariable::Kind::factor;
    variable.tree = tree.children[0];
  } else if (tree.kind == Kind::name) {
    const bool number = std::holds_alternative<std::vector<double>>(table.column(tree.text).values);
    if (!number || is_factor) variable.kind = ModelVariable::Kind::factor;
  } else {
    check_numeric(tree);
  }
  variable.columns = names_in(variable.tree);
  if (variable.columns.empty()) refuse(tree, "it names no column");
  for (const std::string& name : variable.columns) static_cast<void>(table.column(name));
  return variable;
}

VariableValues evaluate(ModelVariable& variable, const Table& table,
                        const std::vector<std::string>& levels) {
  VariableValues values;
  if (variable.kind == ModelVariable::Kind::factor) {
    FactorValues factor = factor_values(table.column(variable.columns[0]), levels);
    variable.levels = std::move(factor.levels);
    values.codes = std::move(factor.codes);
    return values;
  }
  for (const std::string& name : variable.columns)
    if (!std::holds_alternative<std::vector<double>>(table.column(name).values))
      throw Error("stats.design.text",
                  fmt::format("'{}' computes with column '{}', which does not hold numbers",
                              variable.text, name));
  values.numbers.push_back(numbers_of(variable.tree, table));
  if (variable.kind == ModelVariable::Kind::number) return values;
  const std::vector<double> x = std::move(values.numbers[0]);
  if (!variable.basis.raw) variable.basis = orthogonal_polynomials(x, variable.basis.degree);
  values.numbers.assign(variable.parts(), std::vector<double>(x.size()));
  for (std::size_t row = 0; row < x.size(); ++row) {
    const std::vector<double> column = at(variable.basis, x[row]);
    for (std::size_t j = 0; j < column.size(); ++j) values.numbers[j][row] = column[j];
  }
  return values;
}

double evaluate(const FormulaNode& tree, const std::function<double(const std::string&)>& value) {
  switch (tree.kind) {
    case Kind::number:
      return tree.number;
    case Kind::name:
      return value(tree.text);
    case Kind::group:
      return evaluate(tree.children[0], value);
    case Kind::unary:
      return (tree.text == "-" ? -1 : 1) * evaluate(tree.children[0], value);
    case Kind::call:
      return function_named(tree.text)(evaluate(tree.children[0], value));
    case Kind::binary:
      break;
  }
  const double a = evaluate(tree.children[0], value), b = evaluate(tree.children[1], value);
  switch (tree.text[0]) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return std::pow(a, b);
  }
}

}  // namespace entact
