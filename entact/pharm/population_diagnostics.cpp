#include "entact/pharm/population_diagnostics.h"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "entact/pharm/observation_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Indices of the observations that were measured.
std::vector<Index> measured(const PopulationSubject& s) {
  std::vector<Index> list;
  for (Index j = 0; j < s.observed.size(); ++j)
    if (s.below.size() == 0 || !std::isfinite(s.below[j])) list.push_back(j);
  return list;
}

VectorXd whitened(const VectorXd& r, const MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance);
  return solver.operatorInverseSqrt() * r;
}

SubjectDiagnostics diagnose(const PopulationLayout& layout, const PopulationValues& values,
                            std::ptrdiff_t index, const SubjectMode& mode) {
  const PopulationModel& model = layout.model();
  const PopulationSubject& s = model.subjects[static_cast<std::size_t>(index)];
  SubjectDiagnostics d;
  Prediction p;
  const VectorXd none = VectorXd::Zero(layout.effects(s));
  model.predict(index, individual_parameters(layout, values, s, none).phi, false, p);
  d.pred = p.value;
  const IndividualParameters own = individual_parameters(layout, values, s, mode.b);
  model.predict(index, own.phi, true, p);
  d.ipred = p.value;
  d.iwres = d.cwres = VectorXd::Constant(p.value.size(), missing);
  const MatrixXd j = effect_jacobian(layout, s, own, p.jacobian);
  const RandomPrecision random = random_precision(layout, values, s);
  const MatrixXd spread = random.root * random.root.transpose();
  const std::vector<Index> rows = measured(s);
  const auto n = static_cast<Index>(rows.size());
  if (n == 0) return d;
  VectorXd r(n), variance(n);
  MatrixXd by(n, j.cols());
  for (Index k = 0; k < n; ++k) {
    const Index at = rows[static_cast<std::size_t>(k)];
    variance[k] = residual_variance(p.value[at], values.additive, values.proportional);
    d.iwres[at] = (s.observed[at] - p.value[at]) / std::sqrt(variance[k]);
    if (by.cols() > 0) by.row(k) = j.row(at);
    r[k] = s.observed[at] - p.value[at];
  }
  if (by.cols() > 0) r += by * mode.b;
  MatrixXd covariance = variance.asDiagonal();
  if (by.cols() > 0) covariance += by * spread * by.transpose();
  const VectorXd white = whitened(r, covariance);
  for (Index k = 0; k < n; ++k) d.cwres[rows[static_cast<std::size_t>(k)]] = white[k];
  return d;
}

double mean_of(const std::vector<double>& x) {
  double mean = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  return mean;
}

double deviation(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double sum = 0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return x.size() > 1 ? std::sqrt(sum / static_cast<double>(x.size() - 1)) : missing;
}

double shrinkage_of(const std::vector<double>& modes, double variance) {
  return variance > 0 ? 1 - deviation(modes) / std::sqrt(variance) : missing;
}

}  // namespace

PopulationDiagnostics diagnose_population(const PopulationLayout& layout,
                                          const PopulationValues& values,
                                          const std::vector<SubjectMode>& modes) {
  PopulationDiagnostics result;
  std::vector<double> iwres;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    result.subjects.push_back(diagnose(layout, values, static_cast<std::ptrdiff_t>(i), modes[i]));
    for (const double x : result.subjects.back().iwres)
      if (std::isfinite(x)) iwres.push_back(x);
  }
  result.residual_shrinkage = 1 - deviation(iwres);
  result.shrinkage = result.mean = VectorXd(layout.etas());
  for (Index e = 0; e < layout.etas(); ++e) {
    std::vector<double> eta;
    for (const SubjectMode& mode : modes) eta.push_back(mode.b[e]);
    result.mean[e] = mean_of(eta);
    result.shrinkage[e] = shrinkage_of(eta, values.omega(e, e));
  }
  result.occasion_shrinkage = result.occasion_mean = VectorXd(layout.kappas());
  for (Index e = 0; e < layout.kappas(); ++e) {
    std::vector<double> kappa;
    for (const SubjectMode& mode : modes)
      for (Index at = layout.etas() + e; at < mode.b.size(); at += layout.kappas())
        kappa.push_back(mode.b[at]);
    result.occasion_mean[e] = mean_of(kappa);
    result.occasion_shrinkage[e] = shrinkage_of(kappa, values.occasion(e, e));
  }
  return result;
}

}  // namespace entact
