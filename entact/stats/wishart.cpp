#include "entact/stats/wishart.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/normal_draws.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Lower triangular T with TT' ~ Wishart(df, I), df > k - 1.
MatrixXd bartlett_factor(RandomStream& random, double df, Index k) {
  MatrixXd t = MatrixXd::Zero(k, k);
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < i; ++j) t(i, j) = random.normal();
    t(i, i) = std::sqrt(random.chi_squared(df - static_cast<double>(i)));
  }
  return t;
}

}  // namespace

MatrixXd draw_wishart(RandomStream& random, double df, Index k) {
  MatrixXd factor;
  if (df < static_cast<double>(k)) {
    factor = normals<MatrixXd>(random, k, static_cast<Index>(std::lround(df)));
  } else {
    factor = bartlett_factor(random, df, k);
  }
  return factor * factor.transpose();
}

MatrixXd draw_inverse_wishart(RandomStream& random, double df, const MatrixXd& scale) {
  const Eigen::LLT<MatrixXd> llt(scale);
  require(llt.info() == Eigen::Success && df > static_cast<double>(scale.rows() - 1),
          "stats.wishart.scale",
          "an inverse Wishart distribution needs a positive definite scale and more degrees of "
          "freedom than rows less one",
          ErrorKind::unanswerable);
  // X^-1 = L^-T TT' L^-1, so X = (T^-1 L')'(T^-1 L').
  const MatrixXd t = bartlett_factor(random, df, scale.rows());
  const MatrixXd root = t.triangularView<Eigen::Lower>().solve(MatrixXd(llt.matrixL()).transpose());
  return root.transpose() * root;
}

}  // namespace entact
