#include "entact/pharm/importance_sampling.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/parallel.h"
#include "entact/base/random.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double log_two_pi = 1.837877066409345484;

// log of the mean weight of one person, and the relative variance of that mean.
std::pair<double, double> sample_person(const PopulationLayout& layout,
                                        const PopulationValues& values, std::ptrdiff_t i,
                                        const SubjectMode& mode, const ImportanceOptions& how) {
  const PopulationSubject& s = layout.model().subjects[static_cast<std::size_t>(i)];
  Prediction prediction;
  const double d = static_cast<double>(mode.b.size());
  if (mode.b.size() == 0) return {-observation_sum(layout, values, i, mode.b, prediction) / 2, 0};
  const RandomPrecision prior = random_precision(layout, values, s);
  const Eigen::LLT<MatrixXd> llt(mode.hessian);
  const MatrixXd root = llt.matrixL();
  const double log_q = std::lgamma((how.df + d) / 2) - std::lgamma(how.df / 2) -
                       d / 2 * std::log(how.df * M_PI) + root.diagonal().array().log().sum();
  RandomStream random({.seed = how.seed,
                       .purpose = RandomPurpose::sampling,
                       .participant = static_cast<std::uint32_t>(i)});
  std::vector<double> weights;
  VectorXd z(mode.b.size());
  for (int n = 0; n < how.draws; ++n) {
    for (double& each : z) each = random.normal();
    z /= std::sqrt(random.chi_squared(how.df) / how.df);
    const VectorXd b = mode.b + root.transpose().triangularView<Eigen::Upper>().solve(z);
    const double log_p = -(observation_sum(layout, values, i, b, prediction) +
                           b.dot(prior.inverse * b) + prior.log_determinant + d * log_two_pi) /
                         2;
    weights.push_back(log_p - log_q + (how.df + d) / 2 * std::log1p(z.squaredNorm() / how.df));
  }
  double largest = -std::numeric_limits<double>::infinity(), sum = 0, square = 0;
  for (const double w : weights) largest = std::max(largest, w);
  for (const double w : weights) {
    sum += std::exp(w - largest);
    square += std::exp(2 * (w - largest));
  }
  const double n = how.draws;
  return {largest + std::log(sum / n), std::max(0.0, square / (sum * sum) - 1 / n)};
}

}  // namespace

SampledLikelihood sample_likelihood(const PopulationLayout& layout, const PopulationValues& values,
                                    const std::vector<SubjectMode>& modes,
                                    const ImportanceOptions& how) {
  std::vector<std::pair<double, double>> people(modes.size());
  parallel_for(static_cast<std::ptrdiff_t>(modes.size()), how.threads, [&](std::ptrdiff_t i) {
    const auto at = static_cast<std::size_t>(i);
    people[at] = sample_person(layout, values, i, modes[at], how);
  });
  SampledLikelihood result;
  double variance = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const PopulationSubject& s = layout.model().subjects[i];
    const Index below = s.below.size() > 0 ? s.below.array().isFinite().count() : 0;
    result.minus_two_log_likelihood +=
        -2 * people[i].first + static_cast<double>(s.observed.size() - below) * log_two_pi;
    variance += 4 * people[i].second;
  }
  result.standard_error = std::sqrt(variance);
  return result;
}

}  // namespace entact
