#pragma once

// For the .cpp files of answer that write JSON; never included by a public header.

#include <Eigen/Core>

#include "entact/answer/json_number.h"

namespace entact {

/// An array of rows.
inline nlohmann::ordered_json matrix_json(const Eigen::MatrixXd& m) {
  auto rows = nlohmann::ordered_json::array();
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    rows.push_back(nlohmann::ordered_json::array());
    for (Eigen::Index j = 0; j < m.cols(); ++j) rows.back().push_back(json_number(m(i, j)));
  }
  return rows;
}

}  // namespace entact
