#include "entact/stats/mmrm.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <string>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

void check_coordinates(const MmrmOptions& how, int visits) {
  require(
      how.coordinates.rows() == visits && how.coordinates.cols() > 0 && how.coordinates.allFinite(),
      "stats.mmrm.covariance", "sp_exp needs to know where every visit is", ErrorKind::usage);
}

Covariance structure(const MmrmSums& sums, const MmrmOptions& how) {
  const bool product =
      how.covariance == CovarianceKind::un_ar1 || how.covariance == CovarianceKind::un_cs;
  if (product)
    require(how.endpoints > 1 && sums.visits % how.endpoints == 0, "stats.mmrm.covariance",
            "a direct product needs two or more endpoints with the same visits each",
            ErrorKind::usage);
  require(how.covariance == CovarianceKind::us || sums.visits <= 60, "stats.mmrm.covariance",
          name_of(how.covariance) + " takes at most 60 visits; there are " +
              std::to_string(sums.visits) +
              ". Its derivatives are summed for every two elements of their common matrix, which "
              "grows with the fourth power of their number. Round them, say to weeks, or take "
              "sp_exp with the times themselves",
          ErrorKind::unanswerable);
  const bool spatial = how.covariance == CovarianceKind::sp_exp;
  return {.kind = how.covariance,
          .visits = sums.visits,
          .distance = spatial ? distances(how.coordinates) : Eigen::MatrixXd(),
          .endpoints = product ? how.endpoints : 1};
}

}  // namespace

Mmrm::Mmrm(const MmrmData& data, const MmrmOptions& how) : how_(how) {
  const bool spatial = how.covariance == CovarianceKind::sp_exp;
  if (spatial) check_coordinates(how, data.visits);
  if (spatial && data.visits > how.most_in_common) {
    free_ = std::make_unique<MmrmFreeTimes>(data, how.coordinates, how.reml);
  } else {
    sums_ = std::make_unique<MmrmSums>(sum_design(data));
    likelihood_ = std::make_unique<MmrmLikelihood>(*sums_, structure(*sums_, how), how.reml);
  }
  require(sums().rows > sums().columns, "stats.mmrm.few",
          "there must be more rows than coefficients; there are " + std::to_string(sums().rows) +
              " rows and " + std::to_string(sums().columns) + " coefficients",
          ErrorKind::unanswerable);
}

template <class Likelihood>
void Mmrm::search(Likelihood& likelihood, const Eigen::Ref<const Eigen::VectorXd>& y,
                  const Eigen::VectorXd& start) {
  likelihood.set_response(y);
  const double spread = likelihood.residual().squaredNorm();
  require(spread > 1e-20 * (1 + y.squaredNorm()), "stats.mmrm.constant",
          "the response must vary about the fixed effects; they fit it without error",
          ErrorKind::unanswerable);
  if (start.size() == likelihood.parameters())
    fit_.theta = start;
  else
    fit_.theta = likelihood.start();
  // One step past the tolerance that is asked for: Newton's error is squared by it.
  const NewtonEnd end = newton_minimise(
      likelihood, fit_.theta, space_,
      {.max_iterations = how_.max_iterations, .gradient = 1e-2 * how_.gradient, .longest_step = 2});
  fit_.parameters = likelihood.parameters();
  root_.noalias() = likelihood.root_vcov();
  fit_.beta = likelihood.beta();
  describe(end);
}

const MmrmFit& Mmrm::fit(const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::VectorXd& start) {
  if (free_) {
    search(*free_, y, start);
    return fit_;
  }
  search(*likelihood_, y, start);
  fit_.covariance.resize(static_cast<std::size_t>(sums_->groups));
  for (int g = 0; g < sums_->groups; ++g)
    fit_.covariance[static_cast<std::size_t>(g)] = likelihood_->sigma(g);
  return fit_;
}

void Mmrm::count(const Eigen::VectorXd& counts) {
  require(!free_, "stats.mmrm.covariance",
          "participants with times of their own have no sums in which to count them: take a "
          "structure of visits in common",
          ErrorKind::unanswerable);
  count_subjects(*sums_, counts);
}

void Mmrm::describe(const NewtonEnd& end) {
  fit_.rows = sums().rows;
  fit_.subjects = static_cast<int>(sums().present);
  fit_.log_likelihood = -end.value;
  fit_.gradient = end.gradient;
  const double counted = fit_.parameters + (how_.reml ? 0 : sums().columns);
  fit_.aic = 2 * end.value + 2 * counted;
  fit_.bic = 2 * end.value + std::log(fit_.subjects) * counted;
  fit_.beta_vcov.noalias() = root_ * root_.transpose();
  fit_.fit.converged = end.gradient <= how_.gradient && end.minimum;
  fit_.fit.iterations = end.iterations;
  fit_.fit.reservations.clear();
  if (end.gradient > how_.gradient)
    fit_.fit.reservations.push_back(
        "the search stopped after " + std::to_string(end.iterations) +
        " iterations where the gradient is " + std::to_string(end.gradient) +
        ": the likelihood may have no maximum (a variance of 0 or a correlation of 1)");
  if (end.minimum) {
    fit_.theta_vcov.setIdentity(fit_.parameters, fit_.parameters);
    // newton_minimise leaves the Cholesky factor of the Hessian in `shifted`.
    space_.shifted.triangularView<Eigen::Lower>().solveInPlace(fit_.theta_vcov);
    information_.noalias() = fit_.theta_vcov.transpose() * fit_.theta_vcov;
    fit_.theta_vcov = information_;
  } else {
    fit_.theta_vcov.resize(0, 0);
    fit_.fit.reservations.emplace_back(
        "the information matrix is not positive definite there: the data do not identify every "
        "covariance parameter");
  }
}

MmrmFit fit_mmrm(const MmrmData& data, const Eigen::VectorXd& y, const MmrmOptions& how) {
  Mmrm model(data, how);
  return model.fit(y);
}

}  // namespace entact
