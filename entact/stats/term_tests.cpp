#include "entact/stats/term_tests.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Whether the factor is coded with contrasts in this column's term (its first level has no
/// column).
bool has_contrasts(const Design& design, const DesignColumn& column, std::size_t variable) {
  return std::none_of(design.all_columns.begin(), design.all_columns.end(), [&](const auto& other) {
    return other.term == column.term &&
           std::any_of(other.parts.begin(), other.parts.end(), [&](const auto& part) {
             return part.variable == variable && part.part == 0;
           });
  });
}

/// Columns as in the design, with sum-to-zero contrasts: the last level has -1 in all of them.
MatrixXd sum_to_zero(const Design& design, const Table& table) {
  std::vector<ModelVariable> variables = design.variables;
  std::vector<VariableValues> values;
  for (ModelVariable& variable : variables) values.push_back(evaluate(variable, table, {}));
  MatrixXd x = MatrixXd::Ones(static_cast<Index>(design.rows.size()), design.x.cols());
  for (Index j = 0; j < x.cols(); ++j) {
    const DesignColumn& column = design.all_columns[static_cast<std::size_t>(j)];
    for (const auto& [variable, part] : column.parts) {
      const ModelVariable& in_design = design.variables[variable];
      const bool factor = in_design.kind == ModelVariable::Kind::factor;
      const bool contrasts = factor && has_contrasts(design, column, variable);
      for (Index i = 0; i < x.rows(); ++i) {
        const std::size_t row = design.rows[static_cast<std::size_t>(i)];
        if (!factor) {
          x(i, j) *= values[variable].numbers[part][row];
          continue;
        }
        const std::string& level =
            variables[variable].levels[static_cast<std::size_t>(values[variable].codes[row])];
        // R's contr.sum: column k is level k, the last level has -1 in all.
        const std::string& own = in_design.levels[contrasts ? part - 1 : part];
        const bool last = contrasts && level == in_design.levels.back();
        x(i, j) *= level == own ? 1 : last ? -1 : 0;
      }
    }
  }
  return x;
}

std::vector<Index> columns_of_term(const Design& design, int term) {
  std::vector<Index> columns;
  for (std::size_t j = 0; j < design.term_of.size(); ++j)
    if (design.term_of[j] == term) columns.push_back(static_cast<Index>(j));
  return columns;
}

}  // namespace

MatrixXd type_three_contrasts(const Design& design, const Table& table, int term) {
  const std::string name = to_text(design.formula.terms[static_cast<std::size_t>(term)]);
  if (!design.aliased.empty())
    throw Error("stats.term.aliased",
                fmt::format("type III tests need every combination of levels; '{}' and {} more "
                            "columns of the design have no data of their own",
                            design.aliased[0], design.aliased.size() - 1),
                ErrorKind::unanswerable);
  // both codings span one space: sum = x A, so beta = A beta_sum
  const MatrixXd sum = sum_to_zero(design, table);
  const MatrixXd a = design.x.householderQr().solve(sum);
  const bool same_space = (design.x * a - sum).norm() <= 1e-8 * (1 + sum.norm());
  const Eigen::ColPivHouseholderQR<MatrixXd> back(a);
  if (!same_space || back.rank() < a.cols())
    throw Error("stats.term.aliased",
                fmt::format("type III test of '{}': the formula has an interaction without its "
                            "main effects",
                            name),
                ErrorKind::unanswerable);
  const MatrixXd inverse = back.inverse();
  return inverse(columns_of_term(design, term), Eigen::all);
}

MatrixXd type_two_contrasts(const Design& design, const MatrixXd& vcov, int term) {
  const std::vector<std::string>& of =
      design.formula.terms[static_cast<std::size_t>(term)].variables;
  const std::vector<Index> own = columns_of_term(design, term);
  std::vector<Index> wider;
  for (std::size_t t = 0; t < design.formula.terms.size(); ++t) {
    const std::vector<std::string>& other = design.formula.terms[t].variables;
    const bool contains =
        other.size() > of.size() && std::all_of(of.begin(), of.end(), [&](const std::string& v) {
          return std::find(other.begin(), other.end(), v) != other.end();
        });
    if (!contains) continue;
    const std::vector<Index> columns = columns_of_term(design, static_cast<int>(t));
    wider.insert(wider.end(), columns.begin(), columns.end());
  }
  MatrixXd l = MatrixXd::Zero(static_cast<Index>(own.size()), design.x.cols());
  for (std::size_t i = 0; i < own.size(); ++i) l(static_cast<Index>(i), own[i]) = 1;
  if (wider.empty()) return l;
  const MatrixXd among = vcov(wider, wider), across = vcov(wider, own);
  l(Eigen::all, wider) = -among.ldlt().solve(across).transpose();
  return l;
}

}  // namespace entact
