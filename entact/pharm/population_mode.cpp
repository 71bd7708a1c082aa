// The person's part of FOCE-I and of Laplace's method: the mode of the random effects, the
// approximate integral there and its derivative by the population's values. Sums over people and
// the search are population_fit's.
#include "entact/pharm/population_mode.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/num/newton.h"
#include "entact/pharm/observation_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of an element of phi, for differences where it is close to 0.
double usual_size(const PopulationLayout& layout, Index m) {
  const Index j = m % layout.typical_scale().size();
  const PopulationParameter& p = layout.model().parameters[static_cast<std::size_t>(j)];
  return p.form == IndividualForm::lognormal ? std::min(1.0, p.typical) : layout.typical_scale()[j];
}

// d^2 f / d phi d phi_m for each m (n x P each), by central differences of the exact Jacobian. Only
// for those that `wanted`.
std::vector<MatrixXd> second_derivatives(const PopulationLayout& layout, std::ptrdiff_t subject,
                                         const VectorXd& phi) {
  const PopulationModel& model = layout.model();
  std::vector<MatrixXd> list;
  Prediction low, high;
  VectorXd at = phi;
  for (Index m = 0; m < phi.size(); ++m) {
    const double step = std::max(6e-6, std::cbrt(model.noise)) *
                        std::max(std::abs(phi[m]), 1e-3 * usual_size(layout, m));
    at[m] = phi[m] + step;
    model.predict(subject, at, true, high);
    at[m] = phi[m] - step;
    model.predict(subject, at, true, low);
    at[m] = phi[m];
    list.emplace_back((high.jacobian - low.jacobian) / (2 * step));
  }
  return list;
}

// Everything that is known of the person's predictions at a point: f and d f / d phi there and, for
// points near `at`, the polynomial.
struct Expansion {
  VectorXd at{};  // phi
  Prediction here{};
  std::vector<MatrixXd> second{};

  // f and its Jacobian by phi at `phi` from the polynomial.
  [[nodiscard]] Prediction near(const VectorXd& phi) const {
    Prediction p = here;
    for (Index m = 0; m < phi.size(); ++m) {
      const double d = phi[m] - at[m];
      if (d != 0) p.jacobian += d * second[static_cast<std::size_t>(m)];
    }
    p.value += 0.5 * (here.jacobian + p.jacobian) * (phi - at);
    return p;
  }
};

ObservationTerm term_of(const PopulationSubject& s, const PopulationValues& v, Index j, double f) {
  if (s.below.size() > 0 && std::isfinite(s.below[j]))
    return censored_term(s.below[j], f, v.additive, v.proportional);
  return measured_term(s.observed[j], f, v.additive, v.proportional);
}

// The person's joint -2 log likelihood of observations and b, halved: what Newton minimises. Its
// Hessian is the expected one unless `exact`.
class Joint {
 public:
  Joint(const PopulationLayout& layout, const PopulationValues& values, std::ptrdiff_t subject)
      : layout_(&layout),
        values_(&values),
        index_(subject),
        subject_(&layout.model().subjects[static_cast<std::size_t>(subject)]),
        precision_(random_precision(layout, values, *subject_)),
        moving_(moving_effects(layout, *subject_)) {}

  void exact(bool yes) { exact_ = yes; }

  double value(const VectorXd& b) {
    b_ = b;
    individual_ = individual_parameters(*layout_, *values_, *subject_, b);
    layout_->model().predict(index_, individual_.phi, true, expansion_.here);
    expansion_.at = individual_.phi;
    return set(expansion_.here);
  }

  // The value alone, without moving there.
  [[nodiscard]] double value_only(const VectorXd& b) const {
    Prediction p;
    return (observation_sum(*layout_, *values_, index_, b, p) + b.dot(precision_.inverse * b)) / 2;
  }

  void derivatives(VectorXd& gradient, MatrixXd& hessian) {
    if (exact_) expansion_.second = second_derivatives(*layout_, index_, individual_.phi);
    gradient = slope(expansion_.here);
    hessian = curvature(expansion_.here, exact_ ? &expansion_.second : nullptr);
  }

  // At b with another expansion's polynomial instead of the model.
  double value_near(const VectorXd& b, const Expansion& expansion) {
    b_ = b;
    individual_ = individual_parameters(*layout_, *values_, *subject_, b);
    expansion_.here = expansion.near(individual_.phi);
    return set(expansion_.here);
  }
  [[nodiscard]] VectorXd slope_here() const { return slope(expansion_.here); }
  [[nodiscard]] MatrixXd expected_curvature() const { return curvature(expansion_.here, nullptr); }
  void fill_second() { expansion_.second = second_derivatives(*layout_, index_, individual_.phi); }
  [[nodiscard]] MatrixXd exact_curvature() const {
    return curvature(expansion_.here, &expansion_.second);
  }
  [[nodiscard]] const Expansion& expansion() const { return expansion_; }
  [[nodiscard]] double joint() const {
    return terms_ + precision_.log_determinant + b_.dot(precision_.inverse * b_);
  }

 private:
  double set(const Prediction& p) {
    terms_ = 0;
    const Index n = p.value.size();
    first_.resize(n), second_.resize(n), expected_.resize(n);
    for (Index j = 0; j < n; ++j) {
      const ObservationTerm t = term_of(*subject_, *values_, j, p.value[j]);
      terms_ += t.value;
      first_[j] = t.first, second_[j] = t.second, expected_[j] = t.expected;
    }
    const double sum = (terms_ + b_.dot(precision_.inverse * b_)) / 2;
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] VectorXd slope(const Prediction& p) const {
    VectorXd g = precision_.inverse * b_;
    const VectorXd by_phi = (p.jacobian.transpose() * first_ / 2).cwiseProduct(individual_.first);
    for (Index m = 0; m < by_phi.size(); ++m) {
      const auto& [eta, kappa] = moving_[static_cast<std::size_t>(m)];
      if (eta >= 0) g[eta] += by_phi[m];
      if (kappa >= 0) g[kappa] += by_phi[m];
    }
    return g;
  }
  [[nodiscard]] MatrixXd curvature(const Prediction& p, const std::vector<MatrixXd>* second) const {
    const MatrixXd j = effect_jacobian(*layout_, *subject_, individual_, p.jacobian);
    MatrixXd h =
        precision_.inverse + j.transpose() * ((second ? second_ : expected_) / 2).asDiagonal() * j;
    if (second == nullptr) return h;
    const Index count = individual_.phi.size();
    MatrixXd by_phi(count, count);
    for (Index m = 0; m < count; ++m)
      by_phi.col(m) = (*second)[static_cast<std::size_t>(m)].transpose() * first_ / 2;
    by_phi = (by_phi + by_phi.transpose().eval()) / 2;
    by_phi = individual_.first.asDiagonal() * by_phi * individual_.first.asDiagonal();
    by_phi.diagonal() += (p.jacobian.transpose() * first_ / 2).cwiseProduct(individual_.second);
    for (Index m = 0; m < count; ++m)
      for (Index l = 0; l < count; ++l)
        for (const Index r : {moving_[static_cast<std::size_t>(m)].first,
                              moving_[static_cast<std::size_t>(m)].second})
          for (const Index c : {moving_[static_cast<std::size_t>(l)].first,
                                moving_[static_cast<std::size_t>(l)].second})
            if (r >= 0 && c >= 0) h(r, c) += by_phi(m, l);
    return h;
  }

  const PopulationLayout* layout_;
  const PopulationValues* values_;
  std::ptrdiff_t index_;
  const PopulationSubject* subject_;
  RandomPrecision precision_;
  std::vector<std::pair<Index, Index>> moving_;
  bool exact_ = false;
  VectorXd b_{};
  IndividualParameters individual_{};
  Expansion expansion_{};
  VectorXd first_{}, second_{}, expected_{};
  double terms_ = 0;
};

// What Newton moves: random effects in multiples of their scale, so that its steps and its end do
// not depend on units.
struct ScaledJoint {
  Joint& joint;
  VectorXd scale;

  double value(const VectorXd& z) { return joint.value(scale.cwiseProduct(z)); }
  void derivatives(VectorXd& gradient, MatrixXd& hessian) {
    joint.derivatives(gradient, hessian);
    gradient = scale.cwiseProduct(gradient);
    hessian = scale.asDiagonal() * hessian * scale.asDiagonal();
  }
};

double log_determinant(const MatrixXd& h) {
  if (h.rows() == 0) return 0;
  const Eigen::LLT<MatrixXd> llt(h);
  if (llt.info() != Eigen::Success) return std::numeric_limits<double>::infinity();
  return 2 * MatrixXd(llt.matrixL()).diagonal().array().log().sum();
}

// Values of the population under which the observations cannot be.
SubjectMode impossible(SubjectMode mode) {
  mode.objective = mode.joint = std::numeric_limits<double>::infinity();
  mode.hessian = MatrixXd::Identity(mode.b.size(), mode.b.size());
  return mode;
}

}  // namespace

MatrixXd effect_jacobian(const PopulationLayout& layout, const PopulationSubject& subject,
                         const IndividualParameters& individual, const MatrixXd& jacobian) {
  MatrixXd j = MatrixXd::Zero(jacobian.rows(), layout.effects(subject));
  const auto moving = moving_effects(layout, subject);
  for (std::size_t m = 0; m < moving.size(); ++m) {
    const auto at = static_cast<Index>(m);
    const auto& [eta, kappa] = moving[m];
    if (eta >= 0) j.col(eta) += jacobian.col(at) * individual.first[at];
    if (kappa >= 0) j.col(kappa) += jacobian.col(at) * individual.first[at];
  }
  return j;
}

double observation_sum(const PopulationLayout& layout, const PopulationValues& values,
                       std::ptrdiff_t subject, const VectorXd& b, Prediction& prediction) {
  const PopulationSubject& s = layout.model().subjects[static_cast<std::size_t>(subject)];
  layout.model().predict(subject, individual_parameters(layout, values, s, b).phi, false,
                         prediction);
  double sum = 0;
  for (Index j = 0; j < prediction.value.size(); ++j)
    sum += term_of(s, values, j, prediction.value[j]).value;
  return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
}

SubjectMode subject_mode(const PopulationLayout& layout, const PopulationValues& values,
                         std::ptrdiff_t subject, const VectorXd& start, const ModeOptions& how) {
  const PopulationSubject& person = layout.model().subjects[static_cast<std::size_t>(subject)];
  const bool laplace = how.method == PopulationMethod::laplace;
  Joint joint(layout, values, subject);
  SubjectMode mode{.b = VectorXd::Zero(layout.effects(person))};
  // A start from other values of the population's may lie beyond a ridge by now.
  const double at_origin = joint.value_only(mode.b);
  if (start.size() > 0 && joint.value_only(start) < at_origin)
    mode.b = start;
  else if (!std::isfinite(at_origin) && !std::isfinite(joint.value(mode.b)))
    return impossible(std::move(mode));
  // A gradient as small as the noise makes it ends the search.
  const double smallest = std::max(how.gradient, 1e5 * layout.model().noise);
  // The expected Hessian finds its way from afar, the exact one is quick at the end; where every
  // prediction is a solver's, its differences cost more than they save.
  NewtonSpace space;
  ScaledJoint scaled{joint, layout.effect_scale(person)};
  VectorXd z = mode.b.cwiseQuotient(scaled.scale);
  joint.exact(false);
  const NewtonEnd near =
      newton_minimise(scaled, z, space, {.max_iterations = 30, .gradient = 1e-2});
  joint.exact(laplace || layout.model().noise == 0);
  const NewtonEnd end = newton_minimise(
      scaled, z, space, {.max_iterations = how.max_iterations, .gradient = smallest});
  mode.b = scaled.scale.cwiseProduct(z);
  joint.value(mode.b);
  if (laplace) joint.fill_second();
  mode.hessian = laplace ? joint.exact_curvature() : joint.expected_curvature();
  mode.joint = joint.joint();
  mode.objective = mode.joint + log_determinant(mode.hessian);
  mode.gradient = end.gradient, mode.iterations = near.iterations + end.iterations;
  mode.converged = end.converged && end.minimum;
  return mode;
}

VectorXd subject_gradient(const PopulationLayout& layout, const VectorXd& u, std::ptrdiff_t subject,
                          const SubjectMode& mode, const ModeOptions& how) {
  constexpr double step = 1e-5;
  VectorXd gradient(u.size()), at = u;
  if (how.method == PopulationMethod::laplace) {
    // Second derivatives of a solver's predictions are good to noise^(2/3), see above.
    const double wide = std::max(10 * step, std::pow(layout.model().noise, 2.0 / 9));
    for (Index k = 0; k < u.size(); ++k) {
      double sides[2];
      for (const int side : {0, 1}) {
        at[k] = u[k] + (side == 0 ? -wide : wide);
        sides[side] = subject_mode(layout, layout.values(at), subject, mode.b, how).objective;
      }
      at[k] = u[k];
      gradient[k] = (sides[1] - sides[0]) / (2 * wide);
    }
    return gradient;
  }
  const PopulationValues values = layout.values(u);
  Joint here(layout, values, subject);
  here.value(mode.b);
  here.fill_second();
  const Expansion expansion = here.expansion();
  const Eigen::LLT<MatrixXd> hessian(here.exact_curvature());
  const bool moves = mode.b.size() > 0 && hessian.info() == Eigen::Success;
  for (Index k = 0; k < u.size(); ++k) {
    double sides[2];
    for (const int side : {0, 1}) {
      at[k] = u[k] + (side == 0 ? -step : step);
      const PopulationValues moved = layout.values(at);
      Joint near(layout, moved, subject);
      near.value_near(mode.b, expansion);
      // One Newton step finds the moved mode to second order in the step.
      if (moves) near.value_near(mode.b - hessian.solve(near.slope_here()), expansion);
      sides[side] = near.joint() + log_determinant(near.expected_curvature());
    }
    at[k] = u[k];
    gradient[k] = (sides[1] - sides[0]) / (2 * step);
  }
  return gradient;
}

}  // namespace entact
