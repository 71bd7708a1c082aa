#include "entact/answer/interaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;

bool holds(const FormulaTerm& term, const std::string& variable) {
  return std::find(term.variables.begin(), term.variables.end(), variable) != term.variables.end();
}

/// Rows of l for one visit: each arm against the first, at each level against the first.
Eigen::MatrixXd differences(
    const std::map<std::pair<std::string, std::string>, const MarginalMean*>& cell,
    const std::vector<std::string>& arms, const std::vector<std::string>& levels) {
  const auto row = [&](std::size_t a, std::size_t s) -> const Eigen::RowVectorXd& {
    return cell.at({arms[a], levels[s]})->coefficients;
  };
  Eigen::MatrixXd l(static_cast<Index>((arms.size() - 1) * (levels.size() - 1)),
                    cell.begin()->second->coefficients.size());
  Index at = 0;
  for (std::size_t a = 1; a < arms.size(); ++a)
    for (std::size_t s = 1; s < levels.size(); ++s)
      l.row(at++) = row(a, s) - row(0, s) - row(a, 0) + row(0, 0);
  return l;
}

/// The column as a formula names it.
std::string quoted(const std::string& column) {
  const bool plain = std::all_of(column.begin(), column.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_';
  });
  return plain ? column : "`" + column + "`";
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

ModelFormula with_interaction(const ModelFormula& formula, const std::string& arm,
                              const std::string& column) {
  const bool visit = formula.covariance &&
                     (formula.covariance->visit == column || formula.covariance->subject == column);
  require(
      !column.empty() && column != arm && column != formula.response && !visit,
      "answer.interaction.column",
      fmt::format("--interaction names a column of subgroups; '{}' is another part of the model",
                  column),
      ErrorKind::usage);
  std::string right = formula.intercept ? "1" : "0", added = " + " + quoted(column);
  bool any = false;
  for (const FormulaTerm& term : formula.terms) {
    right += " + " + to_text(term);
    if (!holds(term, arm)) continue;
    any = true;
    FormulaTerm instead = term, beside = term;
    std::replace(instead.variables.begin(), instead.variables.end(), arm, quoted(column));
    beside.variables.push_back(quoted(column));
    added += " + " + to_text(instead) + " + " + to_text(beside);
  }
  require(any, "answer.interaction.column",
          "--interaction needs an arm among the terms of the formula; name it with --arm",
          ErrorKind::usage);
  ModelFormula made = parse_formula(formula.response + " ~ " + right + added);
  made.covariance = formula.covariance;
  return made;
}

std::vector<InteractionContrasts> interaction_contrasts(const Design& design, const Table& table,
                                                        const std::string& arm,
                                                        const std::string& visit,
                                                        const std::string& column,
                                                        MarginWeights weights) {
  std::vector<std::string> by{arm, column};
  if (!visit.empty()) by.push_back(visit);
  const MarginalMeans means = marginal_means(design, table, by, weights);
  std::vector<std::string> arms, levels, visits;
  std::map<std::string, std::map<std::pair<std::string, std::string>, const MarginalMean*>> cells;
  for (const MarginalMean& mean : means.means) {
    const std::string at = visit.empty() ? "" : mean.at[2].second;
    add_once(arms, mean.at[0].second);
    add_once(levels, mean.at[1].second);
    add_once(visits, at);
    cells[at][{mean.at[0].second, mean.at[1].second}] = &mean;
  }
  std::vector<InteractionContrasts> all;
  for (const std::string& at : visits) all.push_back({at, differences(cells[at], arms, levels)});
  return all;
}

nlohmann::ordered_json interaction_json(const std::string& column, const std::string& formula,
                                        const std::vector<InteractionTest>& tests) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const InteractionTest& test : tests)
    list.push_back({{"visit", test.visit.empty() ? nlohmann::ordered_json(nullptr)
                                                 : nlohmann::ordered_json(test.visit)},
                    {"f", json_number(test.f)},
                    {"df1", json_number(test.df1)},
                    {"df2", json_number(test.df2)},
                    {"p", json_number(test.p)}});
  return {{"column", column}, {"formula", formula}, {"tests", list}};
}

std::string interaction_text(const std::string& column, const std::vector<InteractionTest>& tests) {
  std::string text = fmt::format("\nDo the differences between arms depend on {}?\n", column);
  for (const InteractionTest& test : tests)
    text += fmt::format("  {:<34}F {} on {} and {} df, p {}\n", test.visit, decimal_text(test.f, 3),
                        decimal_text(test.df1, 0), decimal_text(test.df2, 1), p_text(test.p));
  return text;
}

}  // namespace entact
