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
#include "entact/pharm/observation_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double log_two_pi = 1.837877066409345484;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

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

// Variances at zero: of a lognormal parameter in logarithms, of a normal one beside its start.
void note_vanished(const PopulationLayout& layout, const std::vector<Index>& effect,
                   const MatrixXd& variance, const char* what, std::vector<std::string>& list) {
  const bool between = &effect == &layout.eta_of();
  for (std::size_t j = 0; j < effect.size(); ++j) {
    const Index e = effect[j];
    const PopulationParameter& p = layout.model().parameters[j];
    const double sd = between ? p.between_sd : p.occasion_sd;
    const double unit = p.form == IndividualForm::lognormal ? 1 : sd * sd;
    if (e >= 0 && variance(e, e) < 1e-6 * unit)
      list.push_back(
          fmt::format("{} variance of {} went to zero: leave that random effect out", what, p.id));
  }
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
  if (fit.modes.size() == 1 && layout.etas() > 0)
    list.emplace_back(
        "one participant cannot tell how people differ: leave the random effects between people "
        "out");
  note_vanished(layout, layout.eta_of(), fit.values.omega, "between-person", list);
  note_vanished(layout, layout.kappa_of(), fit.values.occasion, "between-occasion", list);
}

bool is_censored(const PopulationSubject& s, Index j) {
  return s.below.size() > 0 && std::isfinite(s.below[j]);
}

std::string place_of_observation(const PopulationSubject& s, Index j) {
  const auto at = static_cast<std::size_t>(j);
  std::string place = fmt::format("participant {}, time {} h", s.id, s.time_h[at]);
  if (at < s.lines.size() && s.lines[at] > 0) place += fmt::format(" (line {})", s.lines[at]);
  return place;
}

}  // namespace

void check_population(const PopulationModel& model, PopulationMethod method) {
  std::ptrdiff_t observations = 0, censored = 0;
  for (const PopulationSubject& s : model.subjects) {
    observations += s.observed.size();
    const bool fits = s.time_h.size() == static_cast<std::size_t>(s.observed.size()) &&
                      (s.below.size() == 0 || s.below.size() == s.observed.size()) &&
                      (model.effects.empty() || s.covariates.rows() == s.occasions);
    require(fits, "pharm.population.length",
            fmt::format("participant {}: times, observations and limits have one length, "
                        "covariates a row for each occasion",
                        s.id));
    const Index below = s.below.size() > 0 ? s.below.array().isFinite().count() : 0;
    censored += below;
    require(below == 0 || method == PopulationMethod::laplace, "pharm.population.method",
            fmt::format("participant {}: an observation below the limit of quantification enters "
                        "by its probability (M3), which needs the method laplace or saem",
                        s.id),
            ErrorKind::usage);
  }
  require(observations > 0, "pharm.population.empty", "a fit needs people with observations");
  require(observations > censored, "pharm.population.censored",
          fmt::format("all {} observations lie below the limit of quantification, so nothing tells "
                      "how high they are: at least one measured observation is needed",
                      observations),
          ErrorKind::unanswerable);
}

void check_population_start(const PopulationLayout& layout) {
  const PopulationModel& model = layout.model();
  const PopulationValues values = layout.values(layout.start());
  std::string first;
  std::ptrdiff_t zeros = 0;
  for (std::size_t i = 0; i < model.subjects.size(); ++i) {
    const PopulationSubject& s = model.subjects[i];
    Prediction p;
    if (std::isfinite(observation_sum(layout, values, static_cast<std::ptrdiff_t>(i),
                                      VectorXd::Zero(layout.effects(s)), p)))
      continue;
    for (Index j = 0; j < p.value.size(); ++j) {
      require(std::isfinite(p.value[j]), "pharm.population.prediction", [&] {
        return fmt::format(
            "{}: the prediction must be a number; saw {}. Other starting values may help",
            place_of_observation(s, j), p.value[j]);
      });
      if (is_censored(s, j) ||
          residual_variance(p.value[j], values.additive, values.proportional) > 0)
        continue;
      if (zeros++ == 0) first = place_of_observation(s, j);
    }
    require(zeros > 0, "pharm.population.start", [&] {
      return fmt::format(
          "participant {}: the observations are impossible at the starting values (likelihood 0); "
          "other starting values may help",
          s.id);
    });
  }
  require(zeros == 0, "pharm.population.spread", [&] {
    return fmt::format(
        "{}: the prediction is 0, so a proportional error has no spread there: leave the row out, "
        "or add an additive part ({} such observations in all)",
        first, zeros);
  });
}

PopulationObjective population_objective(const PopulationLayout& layout, const VectorXd& u,
                                         const std::vector<SubjectMode>& modes, bool gradient,
                                         const PopulationFitOptions& how) {
  const PopulationModel& model = layout.model();
  const PopulationValues values = layout.values(u);
  const auto n = static_cast<std::ptrdiff_t>(model.subjects.size());
  PopulationObjective result;
  result.modes.resize(model.subjects.size());
  if (gradient) result.subject_gradients.setConstant(n, u.size(), missing);
  parallel_for(n, how.threads, [&](std::ptrdiff_t i) {
    const auto at = static_cast<std::size_t>(i);
    const VectorXd start = modes.empty() ? VectorXd() : modes[at].b;
    result.modes[at] = subject_mode(layout, values, i, start, mode_options(how));
    if (gradient && std::isfinite(result.modes[at].objective))
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
  // Laplace's gradients of a solver's predictions are differences with an error of their own.
  const bool rough = how.method == PopulationMethod::laplace && layout.model().noise > 0;
  const double step = rough ? 1e-2 : 1e-3;
  for (Index k = 0; k < n; ++k) {
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
  // Gradients sum to 0 at the minimum, so that S of n people has rank n - 1 at most.
  const bool enough = g.rows() > n;
  if (enough && s_factor.info() == Eigen::Success && s_factor.rcond() > 1e-14)
    result.s = j * s_factor.solve(MatrixXd::Identity(n, n)) * j.transpose();
  if (!r.allFinite() || r_factor.info() != Eigen::Success) return result;
  const MatrixXd inverse = r_factor.solve(MatrixXd::Identity(n, n));
  result.r = j * inverse * j.transpose();
  if (enough) result.sandwich = j * inverse * s * inverse * j.transpose();
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
  for (std::size_t i = 0; i < fit.modes.size(); ++i)
    require(
        std::isfinite(fit.modes[i].objective), "pharm.population.likelihood",
        [&] {
          return fmt::format(
              "participant {}: the likelihood cannot be told at the values that the search found; "
              "other starting values may help",
              layout.model().subjects[i].id);
        },
        ErrorKind::unanswerable);
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
  check_population_start(layout);
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
