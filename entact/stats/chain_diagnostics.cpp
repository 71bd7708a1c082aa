#include "entact/stats/chain_diagnostics.h"

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Mean over chains of the autocovariance at a lag, divisor the length.
double autocovariance(const MatrixXd& centred, Index lag) {
  const Index n = centred.rows();
  return centred.topRows(n - lag).cwiseProduct(centred.bottomRows(n - lag)).sum() /
         static_cast<double>(n * centred.cols());
}

struct Variances {
  double within = 0, total = 0;  ///< total is the overestimate of the target's variance
};

Variances variances(const MatrixXd& chains) {
  const auto n = static_cast<double>(chains.rows());
  const VectorXd means = chains.colwise().mean();
  const MatrixXd centred = chains.rowwise() - means.transpose();
  Variances v{.within = centred.squaredNorm() / ((n - 1) * static_cast<double>(chains.cols()))};
  const double between = chains.cols() > 1 ? (means.array() - means.mean()).square().sum() /
                                                 static_cast<double>(chains.cols() - 1)
                                           : 0;
  v.total = v.within * (n - 1) / n + between;
  return v;
}

MatrixXd halves(const MatrixXd& chains) {
  const Index half = chains.rows() / 2;
  MatrixXd split(half, 2 * chains.cols());
  split << chains.topRows(half), chains.bottomRows(half);
  return split;
}

}  // namespace

ChainDiagnostics chain_diagnostics(const MatrixXd& chains) {
  const MatrixXd split = halves(chains);
  const Variances v = variances(split);
  const auto all = static_cast<double>(chains.size());
  if (!(v.within > 0)) return {.r_hat = 1, .ess = all};
  ChainDiagnostics found{.r_hat = std::sqrt(v.total / v.within)};
  const MatrixXd centred = split.rowwise() - split.colwise().mean();
  const auto correlation = [&](Index lag) {
    return 1 - (v.within - autocovariance(centred, lag)) / v.total;
  };
  // Geyer: sums of neighbouring autocorrelations, as long as they are positive and fall.
  double time = 0, last = 2;
  for (Index lag = 0; lag + 1 < split.rows(); lag += 2) {
    const double pair = (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1);
    if (pair <= 0) break;
    last = std::min(last, pair);
    time += 2 * last;
  }
  found.ess = std::min(all * std::log10(all), all / std::max(time - 1, 1e-3));
  return found;
}

}  // namespace entact
