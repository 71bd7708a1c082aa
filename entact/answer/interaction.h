#pragma once

// Whether the difference between arms depends on a subgroup: the model with the products of arm and
// subgroup, and what to test in it. For entact mmrm and entact ancova.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/stats/marginal_means.h"

namespace entact {

/// The formula with the subgroup's column, and for each term that holds the arm also that term with
/// the column in place of the arm and beside it: ARM*AVISIT becomes ARM*AVISIT*SEX.
///
/// @throws Error "answer.interaction.column" (usage) if no term holds the arm, or the column is the
///         arm, the response or the visit
ModelFormula with_interaction(const ModelFormula& formula, const std::string& arm,
                              const std::string& column);

/// Combinations of coefficients that are 0 if every difference between arms is the same at each
/// level of the column, at one visit.
struct InteractionContrasts {
  std::string visit{};  ///< empty if the model has none
  Eigen::MatrixXd l{};  ///< (arms - 1)(levels - 1) x p; NaN if a cell has no data
};
/// @param visit  column of visits among the factors; may be empty
std::vector<InteractionContrasts> interaction_contrasts(const Design& design, const Table& table,
                                                        const std::string& arm,
                                                        const std::string& visit,
                                                        const std::string& column,
                                                        MarginWeights weights);

/// One test as JSON {visit, f, df1, df2, p}, and as a line for people.
struct InteractionTest {
  std::string visit{};
  double f = 0, df1 = 0, df2 = 0, p = 0;
};
nlohmann::ordered_json interaction_json(const std::string& column, const std::string& formula,
                                        const std::vector<InteractionTest>& tests);
std::string interaction_text(const std::string& column, const std::vector<InteractionTest>& tests);

}  // namespace entact
