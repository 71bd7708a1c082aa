#pragma once

#include <functional>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/stats/formula_expression.h"
#include "entact/stats/polynomial_basis.h"

namespace entact {

/// One variable of a model: a factor, a number computed from columns, or a polynomial.
///
/// A text column is a factor, a numeric one a number. factor(x) makes a factor of numbers; poly(x,
/// d) and poly(x, d, raw = TRUE) give d columns; log, log2, log10, log1p, exp, sqrt, abs and I()
/// with + - * / ^ give one.
struct ModelVariable {
  enum class Kind { number, factor, polynomial };
  Kind kind = Kind::number;
  std::string text{};                  ///< as in the formula
  FormulaNode tree{};                  ///< what is evaluated; of a polynomial its argument
  std::vector<std::string> columns{};  ///< of the table
  std::vector<std::string> levels{};   ///< of a factor; the first is the reference
  PolynomialBasis basis{};
  [[nodiscard]] std::size_t parts() const;  ///< columns it could fill: levels, degree or 1
  [[nodiscard]] std::string part_name(std::size_t part) const;  ///< "ARMMDMA", "poly(x, 2)1", "x"
};

/// Its values in the rows of a table: levels by index (-1 missing), or numbers by part.
struct VariableValues {
  std::vector<int> codes{};
  std::vector<std::vector<double>> numbers{};
};

/// A column's values as levels.
struct FactorValues {
  std::vector<std::string> levels{};
  std::vector<int> codes{};  ///< -1 missing
};

/// Levels of a column, as R's factor() makes them (text in the C locale's order).
/// @throws Error "stats.design.level" if a value is not among the given levels; "stats.design.date"
///         for a column of dates
/// @cost   O(rows)
FactorValues factor_values(const Column& column, const std::vector<std::string>& given = {});

/// The level's text of a number, as R's as.character(): 15 significant digits.
std::string level_text(double value);

/// @param is_factor  whether a numeric column is to be a factor
/// @throws Error "stats.design.variable" (usage) for a function or argument that is not available;
///         "base.table.column" if a column is not there
ModelVariable model_variable(const std::string& text, const Table& table, bool is_factor);

/// The variable's values; fills in levels (in the given order if there is one) and polynomial
/// basis.
/// @throws Error "stats.design.text" if text is computed with; as factor_values
VariableValues evaluate(ModelVariable& variable, const Table& table,
                        const std::vector<std::string>& levels = {});

/// A tree's value where `value` gives that of each name.
double evaluate(const FormulaNode& tree, const std::function<double(const std::string&)>& value);

}  // namespace entact
