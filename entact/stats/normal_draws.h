#pragma once

#include <Eigen/Core>

#include "entact/base/random.h"

namespace entact {

/// Independent standard normal values, column after column.
template <class Matrix>
Matrix normals(RandomStream& random, Eigen::Index rows, Eigen::Index columns = 1) {
  Matrix z(rows, columns);
  for (double& each : z.reshaped()) each = random.normal();
  return z;
}

}  // namespace entact
