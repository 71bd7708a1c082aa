#include "entact/stats/mmrm_robust.h"

#include <Eigen/Eigenvalues>

#include "entact/base/error.h"
#include "entact/stats/mmrm_inference.h"
#include "entact/stats/mmrm_whiten.h"

namespace entact {
namespace {

// What a participant's whitened rows are multiplied by.
Eigen::MatrixXd adjustment(const Eigen::MatrixXd& x, MmrmVcov kind, int subject) {
  const Eigen::Index m = x.rows();
  if (kind == MmrmVcov::cr0) return Eigen::MatrixXd::Identity(m, m);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> e(Eigen::MatrixXd::Identity(m, m) -
                                                         x * x.transpose());
  require(e.eigenvalues().minCoeff() > 1e-10, "stats.mmrm.vcov",
          "the bias-reduced and jackknife covariances need every participant to leave some doubt "
          "about every coefficient; participant " +
              std::to_string(subject) + " alone settles one. Use cr0 or the model's covariance",
          ErrorKind::unanswerable);
  const Eigen::VectorXd scale = kind == MmrmVcov::cr2
                                    ? e.eigenvalues().cwiseSqrt().cwiseInverse().eval()
                                    : e.eigenvalues().cwiseInverse().eval();
  return e.eigenvectors() * scale.asDiagonal() * e.eigenvectors().transpose();
}

// A participant's rows in the hat basis and residuals.
struct Own {
  Eigen::MatrixXd x{};
  Eigen::VectorXd e{};
};

Own own_rows(const MmrmFreeTimes& model, const std::vector<int>& rows) {
  Own own{model.hat_rows(rows), model.residual()(rows)};
  own.e -= own.x * model.hat_shift();
  return own;
}

Own own_rows(const MmrmLikelihood& model, const std::vector<int>& rows) {
  const MmrmSums& sums = model.sums();
  const Eigen::Index q = sums.z.rows();
  Own own{Eigen::MatrixXd(rows.size(), sums.columns), Eigen::VectorXd(rows.size())};
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto i = static_cast<std::size_t>(rows[k]);
    const auto at = static_cast<Eigen::Index>(k);
    own.x.row(at) =
        (model.hat_maps().middleCols(sums.visit[i] * q, q) * sums.z.col(sums.subject[i]))
            .transpose();
    own.e[at] = model.residual()[rows[k]];
  }
  own.e -= own.x * model.hat_shift();
  return own;
}

}  // namespace

MmrmRobust robust_vcov(const Mmrm& model, MmrmVcov kind) {
  const MmrmSums& sums = model.sums();
  MmrmRobust robust;
  robust.whitened.resize(sums.rows, sums.columns);
  robust.adjusted.resize(sums.rows, sums.columns);
  robust.start.push_back(0);
  Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(sums.columns, sums.columns);
  for (const auto& rows : rows_by_participant(sums)) {
    Own own = model.free_times() ? own_rows(*model.free_times(), rows)
                                 : own_rows(model.likelihood(), rows);
    Eigen::MatrixXd both(own.x.rows(), own.x.cols() + 1);
    both << own.x, own.e;
    both = whitened(model, rows, both);
    own.x = both.leftCols(own.x.cols());
    own.e = both.rightCols(1);
    const int subject = sums.subject[static_cast<std::size_t>(rows[0])];
    const Eigen::MatrixXd a = adjustment(own.x, kind, subject);
    const Eigen::VectorXd g = own.x.transpose() * (a * own.e);
    meat.noalias() += g * g.transpose();
    const auto m = static_cast<Eigen::Index>(rows.size());
    robust.whitened.middleRows(robust.start.back(), m) = own.x;
    robust.adjusted.middleRows(robust.start.back(), m) = a * own.x;
    robust.start.push_back(robust.start.back() + m);
  }
  const Eigen::MatrixXd root = model.root_vcov();
  robust.vcov = root * meat * root.transpose();
  return robust;
}

double MmrmRobust::df(const Eigen::VectorXd& k) const {
  // G_ij = [i = j] a_i - b_i'b_j; df = (tr G)^2 / tr G^2.
  const Eigen::VectorXd u = adjusted * k;
  Eigen::MatrixXd bb = Eigen::MatrixXd::Zero(k.size(), k.size());
  double trace = 0, squares = 0;
  for (std::size_t i = 0; i + 1 < start.size(); ++i) {
    const Eigen::Index m = start[i + 1] - start[i];
    const auto ui = u.segment(start[i], m);
    const Eigen::VectorXd b = whitened.middleRows(start[i], m).transpose() * ui;
    const double a = ui.squaredNorm(), bi = b.squaredNorm();
    bb.noalias() += b * b.transpose();
    trace += a - bi;
    squares += a * a - 2 * a * bi;
  }
  return trace * trace / (squares + bb.squaredNorm());
}

}  // namespace entact
