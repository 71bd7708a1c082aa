#pragma once

// The designs of an imputation model and of its analyses. For the .cpp files of imputation.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "entact/stats/design_matrix.h"
#include "entact/stats/imputation_model.h"

namespace entact {

/// The design of every row of the table, with the arm as it is or set to one.
Eigen::MatrixXd rows_as(const Design& design, const Table& table, const std::string& arm_column,
                        const std::string& arm);

/// Length n: the level of a column, by participant; of the arm, its place among the arms.
std::vector<int> groups_of(const ImputationModel& model, const std::string& column);

/// The column at these rows.
Column picked(const Column& column, const std::vector<std::size_t>& rows);

/// Sets coefficients, both designs, the covariance and its groups from the model's table.
void set_designs(ImputationModel& model);

}  // namespace entact
