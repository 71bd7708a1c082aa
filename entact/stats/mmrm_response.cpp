// Sums of a response over visit patterns (mmrm_sums.h).
#include <string>

#include "entact/base/error.h"
#include "entact/stats/mmrm_covariance.h"
#include "entact/stats/mmrm_sums.h"

namespace entact {
namespace {

// Least-squares coefficients in the basis, in which X'X = I.
void fit_least_squares(const MmrmSums& sums, const Eigen::Ref<const Eigen::VectorXd>& y,
                       ResponseSums& out) {
  const Eigen::Index q = sums.z.rows();
  Eigen::MatrixXd& zy = out.by_visit;
  zy.setZero(q, sums.visits);
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const double value = sums.root_weight.size() > 0 ? sums.root_weight[i] * y[i] : y[i];
    out.residual[i] = value;
    zy.col(sums.visit[row]) += value * sums.z.col(sums.subject[row]);
  }
  out.fitted.setZero(sums.columns);
  for (int s = 0; s < sums.visits; ++s)
    out.fitted.noalias() += sums.map[static_cast<std::size_t>(s)].lazyProduct(zy.col(s));
}

void take_residuals(const MmrmSums& sums, ResponseSums& out) {
  for (int s = 0; s < sums.visits; ++s)  // what the fit gives at visit s: by_visit' z
    out.by_visit.col(s).noalias() =
        sums.map[static_cast<std::size_t>(s)].transpose().lazyProduct(out.fitted);
  out.by_subject.setZero(sums.visits, sums.subjects);
  for (Eigen::Index i = 0; i < out.residual.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const int s = sums.visit[row], subject = sums.subject[row];
    out.residual[i] -= out.by_visit.col(s).dot(sums.z.col(subject));
    out.by_subject(s, subject) = out.residual[i];
  }
}

}  // namespace

void sum_response(const MmrmSums& sums, const Eigen::Ref<const Eigen::VectorXd>& y,
                  ResponseSums& out) {
  require(y.size() == static_cast<Eigen::Index>(sums.subject.size()), "stats.mmrm.data",
          "the response must have one value a row");
  require(y.allFinite(), "stats.mmrm.data", "every response must be a finite number");
  out.residual.resize(y.size());
  fit_least_squares(sums, y, out);
  take_residuals(sums, out);
  const Eigen::Index q = sums.z.rows();
  const auto patterns = static_cast<Eigen::Index>(sums.patterns.size());
  out.zr.setZero(q * sums.visits, patterns);
  out.rr.setZero(packed_size(sums.visits), patterns);
  for (int i = 0; i < sums.subjects; ++i) {
    const int g = sums.pattern_of[static_cast<std::size_t>(i)];
    if (g < 0) continue;
    const auto& seen = sums.patterns[static_cast<std::size_t>(g)].visits;
    const double count = sums.count_of(i);
    if (count == 0) continue;
    for (std::size_t a = 0; a < seen.size(); ++a) {
      const double r = count * out.by_subject(seen[a], i);
      out.zr.col(g).segment(seen[a] * q, q) += r * sums.z.col(i);
      for (std::size_t b = 0; b <= a; ++b)
        out.rr(packed_index(seen[a], seen[b]), g) += r * out.by_subject(seen[b], i);
    }
  }
}

}  // namespace entact
