#pragma once

// A nonlinear mixed effects model as the fits see it: what differs between people and occasions,
// how covariates act, how measurements err, and the data. How a person's observations follow from
// the person's parameters is a function, so that closed forms, ODE models and straight lines are
// fitted by the same code.

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace entact {

/// How a parameter of person i on occasion k follows from its typical value tv (covariates
/// included), eta of the person and kappa of the occasion.
enum class IndividualForm {
  lognormal,  ///< tv exp(eta + kappa); tv > 0
  normal,     ///< tv + eta + kappa
};

/// One parameter of the structural model.
struct PopulationParameter {
  std::string id{};
  std::string unit{};
  double typical = 1;  ///< start of the search, or the value itself if fixed
  IndividualForm form = IndividualForm::lognormal;
  bool fixed = false;
  double between_sd = 0;   ///< start of the standard deviation of eta; 0: people do not differ
  double occasion_sd = 0;  ///< the same for kappa
};

/// A covariate c multiplies the typical value of a parameter by a factor with one coefficient b.
struct CovariateEffect {
  enum class Form {
    power,         ///< (c / reference)^b
    exponential,   ///< exp(b (c - reference))
    proportional,  ///< 1 + b (c - reference)
  };
  std::ptrdiff_t parameter = 0;  ///< index into PopulationModel::parameters
  std::ptrdiff_t covariate = 0;  ///< index into PopulationSubject::covariates
  std::string name{};            ///< of the covariate, for messages and tables
  Form form = Form::power;
  double reference = 1;
  double coefficient = 0;  ///< start, or the value itself if fixed
  bool fixed = false;
};

/// Residual error of one kind of observation: variance a^2 + b^2 f^2 around the prediction f.
struct ResidualError {
  double additive = 0;      ///< start of a, in the unit of the observation; 0: none
  double proportional = 0;  ///< start of b; 0: none
};

/// One person: observations in the order of the data.
struct PopulationSubject {
  std::string id{};
  Eigen::VectorXd observed{};  ///< length n
  /// Length n, or empty if nothing is censored: where finite, the observation is only known to lie
  /// below it.
  Eigen::VectorXd below{};
  std::vector<double> time_h{};  ///< length n, for residuals and figures
  std::vector<long> lines{};     ///< length n, lines of the data file for messages; may be empty
  /// occasions x covariates
  Eigen::MatrixXd covariates{};
  std::ptrdiff_t occasions = 1;
};

/// Predictions of one person's observations and their derivatives.
struct Prediction {
  Eigen::VectorXd value{};     ///< length n
  Eigen::MatrixXd jacobian{};  ///< n x length of phi; left alone unless asked for
};

/// f(subject, phi, derivatives, prediction): phi holds the parameters of the first occasion, then
/// of the second, ... Must be safe to call from several threads, and must not depend on the order
/// of calls.
using PredictSubject = std::function<void(std::ptrdiff_t subject, const Eigen::VectorXd& phi,
                                          bool derivatives, Prediction& prediction)>;

/// Which parameters' random effects are correlated: lists of indices into parameters. A parameter
/// in none of them is independent of the others.
using RandomBlocks = std::vector<std::vector<std::ptrdiff_t>>;

struct PopulationModel {
  std::vector<PopulationParameter> parameters{};
  std::vector<CovariateEffect> effects{};
  RandomBlocks between_blocks{};
  RandomBlocks occasion_blocks{};
  ResidualError error{};
  std::vector<PopulationSubject> subjects{};
  PredictSubject predict{};
  /// Relative error of predictions and derivatives: 0 for closed forms, a solver's tolerance
  /// otherwise. Searches stop, and differences are taken, accordingly.
  double noise = 0;
};

}  // namespace entact
