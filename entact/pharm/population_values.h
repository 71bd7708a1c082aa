#pragma once

#include <string>
#include <vector>

#include "entact/pharm/population_model.h"

namespace entact {

/// What a fit estimates, on the scale that people read.
struct PopulationValues {
  Eigen::VectorXd typical{};       ///< length P
  Eigen::VectorXd coefficients{};  ///< of the covariate effects
  Eigen::MatrixXd omega{};         ///< covariance of eta
  Eigen::MatrixXd occasion{};      ///< covariance of kappa
  double additive = 0;             ///< standard deviation
  double proportional = 0;
};

/// Name, role and value of one estimate on the scale that people read.
struct PopulationEstimate {
  enum class Role { typical, coefficient, between, between_covariance, occasion, residual };
  std::string name{};
  std::string unit{};
  Role role = Role::typical;
  double value = 0;
  bool fixed = false;
};

/// The order of the estimated quantities in an unconstrained vector u: logarithms of positive
/// values, Cholesky factors of covariance matrices (diagonal as its logarithm). What is no
/// logarithm is in multiples of a scale of its own, so that a step of 1 means the same in any unit:
/// a normal parameter (and its covariances) of its spread or value at the start, a coefficient of a
/// covariate's difference from the reference of the largest difference in the data.
class PopulationLayout {
 public:
  /// @throws Error "pharm.population.parameter" for a start that its form does not allow,
  /// "pharm.population.block" for a block of parameters that do not vary or occur twice,
  /// "pharm.population.error" for a residual error of zero
  explicit PopulationLayout(const PopulationModel& model);

  [[nodiscard]] Eigen::Index size() const { return size_; }
  [[nodiscard]] Eigen::VectorXd start() const;
  [[nodiscard]] PopulationValues values(const Eigen::VectorXd& u) const;
  /// Inverse of values() for the free ones.
  [[nodiscard]] Eigen::VectorXd unconstrained(const PopulationValues& values) const;
  /// Every quantity, the fixed ones too, in the order of `natural`.
  [[nodiscard]] std::vector<PopulationEstimate> estimates(const PopulationValues& values) const;
  /// Free quantities on the scale that people read, in the order of u: typical values,
  /// coefficients, elements of the covariance matrices, standard deviations of the error.
  [[nodiscard]] Eigen::VectorXd natural(const Eigen::VectorXd& u) const;

  /// Index of eta of a parameter; -1 if people do not differ in it. The same for kappa.
  [[nodiscard]] const std::vector<Eigen::Index>& eta_of() const { return eta_; }
  [[nodiscard]] const std::vector<Eigen::Index>& kappa_of() const { return kappa_; }
  [[nodiscard]] Eigen::Index etas() const { return etas_; }
  [[nodiscard]] Eigen::Index kappas() const { return kappas_; }
  /// Length of a person's random effects: eta, then kappa of each occasion.
  [[nodiscard]] Eigen::Index effects(const PopulationSubject& subject) const {
    return etas_ + kappas_ * subject.occasions;
  }
  /// What a unit of each parameter is in u: 1 for a lognormal one.
  [[nodiscard]] const Eigen::VectorXd& typical_scale() const { return typical_scale_; }
  /// The same for a person's random effects, in the order of `effects`.
  [[nodiscard]] Eigen::VectorXd effect_scale(const PopulationSubject& subject) const;
  [[nodiscard]] const PopulationModel& model() const { return *model_; }

 private:
  /// Rows and columns of the free elements of a Cholesky factor, row by row.
  using Elements = std::vector<std::pair<Eigen::Index, Eigen::Index>>;
  const PopulationModel* model_;
  std::vector<Eigen::Index> eta_{}, kappa_{};
  Eigen::Index etas_ = 0, kappas_ = 0, size_ = 0;
  Elements between_{}, occasion_{};
  Eigen::VectorXd typical_scale_{}, coefficient_scale_{}, eta_scale_{}, kappa_scale_{};
};

/// A person's parameters: length P occasions; the second and third member are their first and
/// second derivative by their own random effect (eta and kappa enter as a sum).
struct IndividualParameters {
  Eigen::VectorXd phi{}, first{}, second{};
};

/// @param b  random effects of the person (PopulationLayout::effects)
IndividualParameters individual_parameters(const PopulationLayout& layout,
                                           const PopulationValues& values,
                                           const PopulationSubject& subject,
                                           const Eigen::VectorXd& b);

/// Columns of d phi / d b: for each element of phi the random effects that move it, up to two
/// (-1: none).
std::vector<std::pair<Eigen::Index, Eigen::Index>> moving_effects(const PopulationLayout& layout,
                                                                  const PopulationSubject& subject);

/// Inverse of the covariance of all random effects of the person, and its log determinant.
struct RandomPrecision {
  Eigen::MatrixXd inverse{};
  double log_determinant = 0;  ///< of the covariance
  Eigen::MatrixXd root{};      ///< lower Cholesky factor of the covariance
};
RandomPrecision random_precision(const PopulationLayout& layout, const PopulationValues& values,
                                 const PopulationSubject& subject);

}  // namespace entact
