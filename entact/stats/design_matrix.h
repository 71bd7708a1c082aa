#pragma once

#include <Eigen/Core>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "entact/base/table.h"
#include "entact/stats/model_formula.h"
#include "entact/stats/model_variable.h"

namespace entact {

struct DesignOptions {
  std::map<std::string, std::string> reference{};  ///< by column: the level to compare with
  std::vector<std::string> factors{};              ///< numeric columns to treat as factors
  std::map<std::string, std::vector<std::string>> levels{};  ///< by column, in order
  bool keep_missing_response = false;  ///< keep rows that lack only the response (y is NaN there)
};

/// A column that stands in the model as levels.
struct Factor {
  std::string variable{};             ///< the table's column
  std::vector<std::string> levels{};  ///< first is the reference
};

/// One column of a design: a product of parts of variables.
struct DesignColumn {
  struct Part {
    std::size_t variable = 0;  ///< index into Design::variables
    std::size_t part = 0;      ///< level of a factor, power of a polynomial
  };
  std::string name{};
  int term = -1;  ///< index into formula.terms; -1 intercept
  std::vector<Part> parts{};
};

/// A model formula with numbers in it.
struct Design {
  Eigen::MatrixXd x{};                 ///< n x p, aliased columns left out
  Eigen::VectorXd y{};                 ///< length n; empty without a response
  std::vector<std::string> columns{};  ///< length p, R's names: "(Intercept)", "ARMMDMA:AVISITW6"
  std::vector<std::string> aliased{};  ///< names of the columns left out
  std::vector<int> term_of{};          ///< length p, index into formula.terms; -1 intercept
  std::vector<std::size_t> rows{};     ///< length n, rows of the table in use
  std::vector<Factor> factors{};       ///< those of the terms
  ModelFormula formula{};
  std::vector<ModelVariable> variables{};   ///< of the terms
  std::vector<DesignColumn> all_columns{};  ///< aliased ones included
  std::vector<int> kept{};                  ///< length p, index into all_columns
  std::vector<int> left_out{};              ///< the aliased ones, likewise
  Eigen::MatrixXd combination{};            ///< p x aliased: each aliased column from those kept
};

/// The design matrix of a formula over the rows of a table in which no column of the formula is
/// missing, as R's model.matrix with treatment contrasts makes it: columns by degree of their term,
/// a factor within an interaction coded with all its levels where its margin is absent; levels that
/// no such row has dropped; columns that depend on columns before them left out as R's lm does.
///
/// @throws Error "stats.design.constant" or "stats.design.one_level" (unanswerable) for a covariate
///         or factor that does not vary; "stats.design.empty" (unanswerable) if no row is complete;
///         "stats.design.reference" (usage) if a reference level is not there or names no factor;
///         as model_variable and evaluate
/// @cost   O(n p^2); linear in rows
/// @checked reference/design (R's model.matrix and lm)
Design make_design(const ModelFormula& formula, const Table& table,
                   const DesignOptions& options = {});

/// Values of the table's columns in a hypothetical observation.
using Setting = std::map<std::string, std::variant<double, std::string>>;

/// The row of x that the observation would have, 1 x p.
/// @throws Error "stats.design.setting" (usage) if a column is not set, or to a level that no row
/// has
Eigen::RowVectorXd design_row(const Design& design, const Setting& setting);

/// Whether the data determine the mean of the observation: whether its row over all columns, those
/// left out included, is a combination of rows of the data.
bool is_estimable(const Design& design, const Setting& setting);

/// The value of one part of a variable in a hypothetical observation.
/// @throws Error "stats.design.setting" as design_row
double part_value(const ModelVariable& variable, std::size_t part, const Setting& setting);

/// The design of the same rows with one factor at one level for all, n x p: what standardisation
/// averages over.
/// @param variable  index into design.variables, a factor
/// @param level     index into its levels
Eigen::MatrixXd design_with_level(const Design& design, const Table& table, std::size_t variable,
                                  std::size_t level);

/// Length of all_columns: the row before aliased columns are left out.
Eigen::RowVectorXd full_design_row(const Design& design, const Setting& setting);

/// Whether such a row is estimable: its left-out entries follow from those kept.
bool is_estimable(const Design& design, const Eigen::RowVectorXd& full_row);

}  // namespace entact
