#include "entact/answer/survival_covariates.h"

#include <fmt/format.h>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

struct Block {
  MatrixXd x{};
  std::vector<std::string> names{};
};

Block number_block(const std::string& name, const std::vector<double>& values,
                   const std::vector<std::size_t>& rows) {
  Block block{.x = MatrixXd(rows.size(), 1), .names = {name}};
  for (std::size_t i = 0; i < rows.size(); ++i) block.x(static_cast<Index>(i), 0) = values[rows[i]];
  return block;
}

Block factor_block(const std::string& name, const Levels& levels) {
  const auto n = static_cast<Index>(levels.code.size());
  Block block{.x = MatrixXd::Zero(n, static_cast<Index>(levels.names.size()) - 1)};
  for (std::size_t l = 1; l < levels.names.size(); ++l)
    block.names.push_back(name + levels.names[l]);
  for (Index i = 0; i < n; ++i)
    if (const int code = levels.code[static_cast<std::size_t>(i)]; code > 0)
      block.x(i, code - 1) = 1;
  return block;
}

Block product(const Block& a, const Block& b) {
  Block block{.x = MatrixXd(a.x.rows(), a.x.cols() * b.x.cols())};
  for (Index j = 0; j < b.x.cols(); ++j)
    for (Index i = 0; i < a.x.cols(); ++i) {
      block.x.col(j * a.x.cols() + i) = a.x.col(i).cwiseProduct(b.x.col(j));
      block.names.push_back(a.names[static_cast<std::size_t>(i)] + ":" +
                            b.names[static_cast<std::size_t>(j)]);
    }
  return block;
}

}  // namespace

Covariates covariates(const SurvivalFile& file, const std::vector<CovariateTerm>& terms,
                      const std::vector<std::size_t>& rows,
                      const std::map<std::string, std::string>& reference) {
  Covariates made{.x = MatrixXd(rows.size(), 0)};
  const auto block_of = [&](const std::string& variable, bool as_factor) {
    const Column& column = file.table.column(variable);
    const auto* numbers = std::get_if<std::vector<double>>(&column.values);
    if (numbers != nullptr && !as_factor) return number_block(variable, *numbers, rows);
    const auto given = reference.find(variable);
    const Levels levels =
        levels_of(file, variable, rows, given == reference.end() ? "" : given->second);
    require(levels.names.size() > 1, "answer.survival.one_level",
            fmt::format("{}: {} has the one value '{}' among the rows in use, so nothing can be "
                        "compared",
                        file.name, variable, levels.names.front()),
            ErrorKind::unanswerable);
    made.reference[variable] = levels.names.front();
    return factor_block(as_factor && numbers != nullptr ? "factor(" + variable + ")" : variable,
                        levels);
  };
  for (const CovariateTerm& term : terms) {
    Block block = block_of(term.variables.front(), term.factor);
    for (std::size_t v = 1; v < term.variables.size(); ++v)
      block = product(block, block_of(term.variables[v], false));
    const Index old = made.x.cols();
    made.x.conservativeResize(Eigen::NoChange, old + block.x.cols());
    made.x.rightCols(block.x.cols()) = block.x;
    made.names.insert(made.names.end(), block.names.begin(), block.names.end());
  }
  return made;
}

bool is_grouping(const SurvivalFile& file, const CovariateTerm& term,
                 const std::vector<std::size_t>& rows) {
  if (term.variables.size() != 1) return false;
  const bool number =
      std::holds_alternative<std::vector<double>>(file.table.column(term.variables.front()).values);
  return !number || term.factor || levels_of(file, term.variables.front(), rows).names.size() == 2;
}

}  // namespace entact
