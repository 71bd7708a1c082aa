#include "entact/stats/mmrm_inference.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/mmrm_kenward_roger.h"

namespace entact {
namespace {

bool is_kenward_roger(MmrmDf df) {
  return df == MmrmDf::kenward_roger || df == MmrmDf::kenward_roger_linear;
}

// l l' packed as the slopes are: so that its product with a slope is l'F l.
Eigen::VectorXd packed_square(const Eigen::VectorXd& l) {
  const Eigen::Index p = l.size();
  Eigen::VectorXd packed(packed_size(p));
  for (Eigen::Index i = 0, at = 0; i < p; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) packed[at++] = M_SQRT2 * l[i] * l[j];
    packed[at++] = l[i] * l[i];
  }
  return packed;
}

// b F b' of a packed slope, b with orthonormal rows.
Eigen::MatrixXd projected(const Eigen::Ref<const Eigen::VectorXd>& slope,
                          const Eigen::MatrixXd& b) {
  return b * unpacked_slope(slope, b.cols()) * b.transpose();
}

Eigen::VectorXd simple_dfs(const Mmrm& model, MmrmDf df) {
  const MmrmSums& sums = model.sums();
  // The intercept takes a df from the participants, though it is tested with the visits'.
  const auto varying = std::count(sums.within.begin(), sums.within.end(), true);
  const bool shifts = sums.intercept && varying > 0;
  const double within = static_cast<double>(varying) - (shifts ? 1 : 0);
  const double between = sums.columns - within;
  Eigen::VectorXd dfs(sums.columns);
  for (Eigen::Index c = 0; c < dfs.size(); ++c) {
    const bool varies = sums.within[static_cast<std::size_t>(c)];
    if (df == MmrmDf::residual)
      dfs[c] = sums.rows - sums.columns;
    else if (varies)
      dfs[c] = sums.rows - sums.present - within;
    else
      dfs[c] = sums.present - between;
  }
  return dfs;
}

// Combines the df of independent t tests into that of their F test.
double combined_df(const Eigen::VectorXd& df) {
  const auto r = static_cast<double>(df.size());
  if (df.size() == 1 || df.maxCoeff() - df.minCoeff() < 1e-8 * df.maxCoeff()) return df.mean();
  if (df.minCoeff() <= 2) return 2;
  const double e = (df.array() / (df.array() - 2)).sum();
  return 2 * e / (e - r);
}

}  // namespace

MmrmDf df_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, MmrmDf>, 5> known{
      {{"satterthwaite", MmrmDf::satterthwaite},
       {"kenward-roger", MmrmDf::kenward_roger},
       {"kenward-roger-linear", MmrmDf::kenward_roger_linear},
       {"between-within", MmrmDf::between_within},
       {"residual", MmrmDf::residual}}};
  for (const auto& [word, df] : known)
    if (word == name) return df;
  throw Error("stats.mmrm.df",
              "degrees of freedom are satterthwaite, kenward-roger, kenward-roger-linear, "
              "between-within or residual; saw '" +
                  std::string(name) + "'",
              ErrorKind::usage);
}

MmrmVcov vcov_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, MmrmVcov>, 4> known{{{"model", MmrmVcov::model},
                                                                        {"cr0", MmrmVcov::cr0},
                                                                        {"cr2", MmrmVcov::cr2},
                                                                        {"cr3", MmrmVcov::cr3}}};
  for (const auto& [word, vcov] : known)
    if (word == name) return vcov;
  throw Error(
      "stats.mmrm.vcov",
      "the coefficients' covariance is model, cr0, cr2 or cr3; saw '" + std::string(name) + "'",
      ErrorKind::usage);
}

MmrmInference::MmrmInference(const Mmrm& model, MmrmDf df, MmrmVcov vcov)
    : df_(df), kind_(vcov), beta_(model.last().beta), root_(model.root_vcov()) {
  require(!is_kenward_roger(df) || vcov == MmrmVcov::model, "stats.mmrm.df",
          "Kenward-Roger has its own covariance and does not go with a robust one; use "
          "satterthwaite or between-within",
          ErrorKind::usage);
  require(!is_kenward_roger(df) || model.options().reml, "stats.mmrm.df",
          "Kenward-Roger is defined for REML only; use satterthwaite with ML", ErrorKind::usage);
  vcov_ = model.last().beta_vcov;
  if (vcov != MmrmVcov::model) {
    robust_ = robust_vcov(model, vcov);
    vcov_ = robust_.vcov;
  }
  if (is_kenward_roger(df)) {
    KenwardRoger kr = kenward_roger(model, df == MmrmDf::kenward_roger);
    w_ = std::move(kr.w);
    slopes_ = std::move(kr.slopes);
    vcov_ = std::move(kr.vcov);
  } else if (df == MmrmDf::satterthwaite && vcov == MmrmVcov::model) {
    require(model.last().theta_vcov.size() > 0, "stats.mmrm.df",
            "Satterthwaite needs the covariance parameters' information matrix, which cannot be "
            "inverted here: choose a simpler covariance structure, or between-within",
            ErrorKind::unanswerable);
    w_ = model.last().theta_vcov;
    slopes_ = parameter_slopes(model);
  } else if (df != MmrmDf::satterthwaite) {
    simple_df_ = simple_dfs(model, df);
  }
}

double MmrmInference::satterthwaite(const Eigen::VectorXd& l) const {
  const Eigen::VectorXd hat = root_.transpose() * l;
  const double v = hat.squaredNorm();
  const Eigen::VectorXd g = slopes_.transpose() * packed_square(hat);
  return 2 * v * v / g.dot(w_ * g);
}

MmrmInference::ScaledF MmrmInference::kenward_roger_df(const Eigen::MatrixXd& l) const {
  const Eigen::MatrixXd hat = l * root_;  // r x p
  const Eigen::LLT<Eigen::MatrixXd> factor(hat * hat.transpose());
  const Eigen::MatrixXd b = factor.matrixL().solve(hat);  // orthonormal rows
  const Eigen::Index r = b.rows();
  Eigen::VectorXd traces(slopes_.cols());
  Eigen::MatrixXd flat(r * r, slopes_.cols());
  for (Eigen::Index a = 0; a < slopes_.cols(); ++a) {
    const Eigen::MatrixXd c = projected(slopes_.col(a), b);
    traces[a] = c.trace();
    flat.col(a) = Eigen::Map<const Eigen::VectorXd>(c.data(), r * r);
  }
  const double a1 = traces.dot(w_ * traces);
  const double a2 = (flat * w_).cwiseProduct(flat).sum();
  const auto n = static_cast<double>(r);
  const double big_b = (a1 + 6 * a2) / (2 * n);
  const double g = ((n + 1) * a1 - (n + 4) * a2) / ((n + 2) * a2);
  const double below = 3 * n + 2 * (1 - g);
  const double c1 = g / below, c2 = (n - g) / below, c3 = (n + 2 - g) / below;
  const double mean = 1 / (1 - a2 / n);
  const double variance =
      2 / n * (1 + c1 * big_b) / ((1 - c2 * big_b) * (1 - c2 * big_b) * (1 - c3 * big_b));
  const double rho = variance / (2 * mean * mean);
  const double m = 4 + (n + 2) / (n * rho - 1);
  return {m, m / (mean * (m - 2))};
}

double MmrmInference::df_of(const Eigen::VectorXd& l) const {
  if (is_kenward_roger(df_)) return kenward_roger_df(l.transpose()).df;
  if (df_ == MmrmDf::satterthwaite)
    return kind_ == MmrmVcov::model ? satterthwaite(l) : robust_.df(root_.transpose() * l);
  double least = std::numeric_limits<double>::infinity();
  const double nothing = 1e-10 * l.cwiseAbs().maxCoeff();  // rounding in what should be 0
  for (Eigen::Index k = 0; k < l.size(); ++k)
    if (std::abs(l[k]) > nothing) least = std::min(least, simple_df_[k]);
  return least;
}

MmrmContrast MmrmInference::contrast(const Eigen::Ref<const Eigen::VectorXd>& l) const {
  MmrmContrast c{.estimate = l.dot(beta_), .se = std::sqrt(l.dot(vcov_ * l)), .df = df_of(l)};
  c.t = c.estimate / c.se;
  c.p = two_sided_p(c.t, c.df);
  return c;
}

double MmrmInference::joint_df(const Eigen::MatrixXd& l, const Eigen::MatrixXd& v,
                               double& f) const {
  // Independent one-dimensional tests, along the eigenvectors of the contrasts' covariance.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> e(v);
  const Eigen::MatrixXd turned = e.eigenvectors().transpose() * l;
  Eigen::VectorXd df(l.rows());
  f = 0;
  for (Eigen::Index k = 0; k < l.rows(); ++k) {
    const Eigen::VectorXd row = turned.row(k).transpose();
    const double estimate = row.dot(beta_);
    f += estimate * estimate / e.eigenvalues()[k] / static_cast<double>(l.rows());
    df[k] = df_of(row);
  }
  return combined_df(df);
}

MmrmTest MmrmInference::test(const Eigen::MatrixXd& l) const {
  MmrmTest t{.numerator_df = static_cast<int>(l.rows())};
  const Eigen::MatrixXd v = l * vcov_ * l.transpose();
  if (is_kenward_roger(df_)) {
    const ScaledF scaled = kenward_roger_df(l);
    const Eigen::VectorXd estimate = l * beta_;
    t.f = scaled.scale * estimate.dot(v.llt().solve(estimate)) / static_cast<double>(l.rows());
    t.denominator_df = scaled.df;
  } else if (df_ == MmrmDf::satterthwaite) {
    t.denominator_df = joint_df(l, v, t.f);
  } else {
    const Eigen::VectorXd estimate = l * beta_;
    t.f = estimate.dot(v.llt().solve(estimate)) / static_cast<double>(l.rows());
    t.denominator_df = std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < l.rows(); ++k)
      t.denominator_df = std::min(t.denominator_df, df_of(l.row(k).transpose()));
  }
  t.p = f_upper(t.f, t.numerator_df, t.denominator_df);
  return t;
}

}  // namespace entact
