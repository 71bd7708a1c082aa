#include "entact/pharm/population_fit.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/num/quasi_newton.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double log_two_pi = 1.837877066409345484;

ModeOptions mode_options(const PopulationFitOptions& how) {
  return {.method = how.method, .gradient = how.inner_gradient};
}

// d natural / d u.
MatrixXd natural_jacobian(const PopulationLayout& layout, const VectorXd& u) {
  MatrixXd j(u.size(), u.size());
  VectorXd at = u;
  for (Index k = 0; k < u.size(); ++k) {
    constexpr double step = 1e-5;
    at[k] = u[k] + step;
    const VectorXd high = layout.natural(at);
    at[k] = u[k] - step;
    j.col(k) = (high - layout.natural(at)) / (2 * step);
    at[k] = u[k];
  }
  return j;
}

double condition_number(const MatrixXd& covariance) {
  const VectorXd sd = covariance.diagonal().cwiseSqrt();
  const MatrixXd correlation =
      sd.cwiseInverse().asDiagonal() * covariance * sd.cwiseInverse().asDiagonal();
  const VectorXd values = Eigen::SelfAdjointEigenSolver<MatrixXd>(correlation).eigenvalues();
  return values[values.size() - 1] / values[0];
}

void add_reservations(PopulationFit& fit, const PopulationLayout& layout) {
  auto& list = fit.fit.reservations;
  for (std::size_t i = 0; i < fit.modes.size(); ++i)
    if (!fit.modes[i].converged)
      list.push_back(fmt::format("the random effects of participant {} were not found exactly",
                                 layout.model().subjects[i].id));
  if (fit.free > 0 && fit.covariance.r.size() == 0)
    list.emplace_back(
        "no standard errors: the objective is flat or not at its minimum in some direction (R is "
        "not positive definite)");
  else if (fit.free > 0 && fit.covariance.condition > 1000)
    list.push_back(fmt::format("the estimates hang together: condition number {:.0f}",
                               fit.covariance.condition));
  for (const PopulationEstimate& e : layout.estimates(fit.values))
    if (e.role == PopulationEstimate::Role::between && e.value < 1e-6)
      list.push_back(e.name + " went to zero: leave that random effect out");
}

}  // namespace

void check_population(const PopulationModel& model, PopulationMethod method) {
  std::ptrdiff_t observations = 0;
  for (const PopulationSubject& s : model.subjects) {
    observations += s.observed.size();
    const bool fits = s.time_h.size() == static_cast<std::size_t>(s.observed.size()) &&
                      (s.below.size() == 0 || s.below.size() == s.observed.size()) &&
                      (model.effects.empty() || s.covariates.rows() == s.occasions);
    require(fits, "pharm.population.length",
            fmt::format("participant {}: times, observations and limits have one length, "
                        "covariates a row for each occasion",
                        s.id));
    const bool censored = s.below.size() > 0 && s.below.array().isFinite().any();
    require(!censored || method == PopulationMethod::laplace, "pharm.population.method",
            fmt::format("participant {}: an observation below the limit of quantification enters "
                        "by its probability (M3), which needs the method laplace or saem",
                        s.id),
            ErrorKind::usage);
  }
  require(observations > 0, "pharm.population.empty", "a fit needs people with observations");
}

PopulationObjective population_objective(const PopulationLayout& layout, const VectorXd& u,
                                         const std::vector<SubjectMode>& modes, bool gradient,
                                         const PopulationFitOptions& how) {
  const PopulationModel& model = layout.model();
  const PopulationValues values = layout.values(u);
  const auto n = static_cast<std::ptrdiff_t>(model.subjects.size());
  PopulationObjective result;
  result.modes.resize(model.subjects.size());
  if (gradient) result.subject_gradients.resize(n, u.size());
  parallel_for(n, how.threads, [&](std::ptrdiff_t i) {
    const auto at = static_cast<std::size_t>(i);
    const VectorXd start = modes.empty() ? VectorXd() : modes[at].b;
    result.modes[at] = subject_mode(layout, values, i, start, mode_options(how));
    if (gradient)
      result.subject_gradients.row(i) =
          subject_gradient(layout, u, i, result.modes[at], mode_options(how)).transpose();
  });
  for (const SubjectMode& mode : result.modes) result.value += mode.objective;
  return result;
}

PopulationCovariance population_covariance(const PopulationLayout& layout, const VectorXd& u,
                                           const std::vector<SubjectMode>& modes,
                                           const PopulationFitOptions& how) {
  const Index n = u.size();
  PopulationCovariance result;
  if (n == 0) return result;
  MatrixXd hessian(n, n);
  VectorXd at = u;
  for (Index k = 0; k < n; ++k) {
    constexpr double step = 1e-3;
    at[k] = u[k] + step;
    const MatrixXd high = population_objective(layout, at, modes, true, how).subject_gradients;
    at[k] = u[k] - step;
    const MatrixXd low = population_objective(layout, at, modes, true, how).subject_gradients;
    at[k] = u[k];
    hessian.col(k) = (high - low).colwise().sum().transpose() / (2 * step);
  }
  const MatrixXd r = (hessian + hessian.transpose()) / 4;
  const MatrixXd g = population_objective(layout, u, modes, true, how).subject_gradients;
  const MatrixXd s = g.transpose() * g / 4;
  const MatrixXd j = natural_jacobian(layout, u);
  const Eigen::LLT<MatrixXd> r_factor(r), s_factor(s);
  if (s_factor.info() == Eigen::Success && s_factor.rcond() > 1e-14)
    result.s = j * s_factor.solve(MatrixXd::Identity(n, n)) * j.transpose();
  if (r_factor.info() != Eigen::Success) return result;
  const MatrixXd inverse = r_factor.solve(MatrixXd::Identity(n, n));
  result.r = j * inverse * j.transpose();
  result.sandwich = j * inverse * s * inverse * j.transpose();
  result.condition = condition_number(result.r);
  return result;
}

PopulationFit summarise_population(const PopulationLayout& layout, const VectorXd& u,
                                   const PopulationFitOptions& how,
                                   const std::vector<SubjectMode>& start) {
  PopulationFit fit{.values = layout.values(u), .u = u, .free = layout.size()};
  const PopulationObjective here = population_objective(layout, u, start, true, how);
  fit.modes = here.modes;
  fit.objective = here.value;
  fit.gradient = here.subject_gradients.colwise().sum().transpose();
  for (const PopulationSubject& s : layout.model().subjects) {
    const std::ptrdiff_t below = s.below.size() > 0 ? s.below.array().isFinite().count() : 0;
    fit.censored += below;
    fit.measured += s.observed.size() - below;
  }
  fit.minus_two_log_likelihood = fit.objective + static_cast<double>(fit.measured) * log_two_pi;
  fit.covariance = population_covariance(layout, u, fit.modes, how);
  add_reservations(fit, layout);
  return fit;
}

PopulationFit fit_population(const PopulationModel& model, const PopulationFitOptions& how) {
  check_population(model, how.method);
  const PopulationLayout layout(model);
  // Every search starts at the modes of the lowest point so far, so that the value at a point
  // depends on the path by no more than the inner tolerance. Those of a step too far may lie where
  // predictions are a solver's noise, from which no search returns.
  std::vector<SubjectMode> modes;
  double lowest = std::numeric_limits<double>::infinity();
  const auto f = [&](const VectorXd& u) {
    PopulationObjective o = population_objective(layout, u, modes, true, how);
    if (o.value < lowest) lowest = o.value, modes = o.modes;
    return FirstOrder{.value = o.value,
                      .gradient = o.subject_gradients.colwise().sum().transpose()};
  };
  const QuasiNewtonEnd end =
      minimise_quasi_newton(f, layout.start(),
                            {.max_iterations = how.max_iterations,
                             .gradient = std::max(how.gradient, 20 * std::cbrt(model.noise)),
                             .scale = 0.02,
                             .noise = std::max(1e-10, 100 * model.noise)});
  PopulationFit fit = summarise_population(layout, end.x, how, modes);
  fit.gradient = end.gradient;
  fit.fit.converged = end.converged;
  fit.fit.iterations = end.iterations;
  if (!end.converged)
    fit.fit.reservations.insert(
        fit.fit.reservations.begin(),
        fmt::format("the search stopped without converging: the largest gradient is {:.2g}; "
                    "estimates are not final",
                    end.gradient.cwiseAbs().maxCoeff()));
  return fit;
}

}  // namespace entact
