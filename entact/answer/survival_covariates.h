#pragma once

#include <Eigen/Core>

#include "entact/answer/survival_rows.h"

namespace entact {

/// Covariates of the rows in use, one column for each number and each level of a factor but its
/// first.
struct Covariates {
  Eigen::MatrixXd x{};                             ///< n x p
  std::vector<std::string> names{};                ///< as R: age, armMDMA, age:armMDMA
  std::map<std::string, std::string> reference{};  ///< first level of each factor
};

/// Text columns are factors, numbers are numbers unless factor(x) asks otherwise.
///
/// @param reference  level to compare with, by variable; otherwise the first of levels_of
/// @throws Error "answer.survival.one_level" (unanswerable) if a factor has one level; as levels_of
Covariates covariates(const SurvivalFile& file, const std::vector<CovariateTerm>& terms,
                      const std::vector<std::size_t>& rows,
                      const std::map<std::string, std::string>& reference);

/// That a term is one factor: a text column, factor(x), or a number with two values.
bool is_grouping(const SurvivalFile& file, const CovariateTerm& term,
                 const std::vector<std::size_t>& rows);

}  // namespace entact
