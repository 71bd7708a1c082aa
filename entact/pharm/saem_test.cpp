#include "entact/pharm/saem.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/population_specimen.h"

namespace entact {
namespace {

using Eigen::VectorXd;

// FOCE-I and SAEM maximise slightly different likelihoods; on these rich data they agree to a few
// percent of the standard errors.
TEST(Saem, agrees_with_focei_on_theophylline) {
  const PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  const PopulationFit focei = fit_population(model, {.threads = 1});
  const PopulationValues v = layout.values(fit_saem(layout, {.seed = 3, .threads = 1}).u);
  for (const Eigen::Index j : {0, 1, 2}) {
    const double se = std::sqrt(focei.covariance.r(j, j));
    EXPECT_NEAR(v.typical[j], focei.values.typical[j], 0.25 * se) << j;
    EXPECT_NEAR(v.omega(j, j), focei.values.omega(j, j), 0.25 * focei.values.omega(j, j)) << j;
  }
  EXPECT_NEAR(v.additive, focei.values.additive, 0.02);
}

TEST(Saem, gives_the_same_for_any_number_of_threads_and_another_seed_something_near) {
  const PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  const SaemOptions few{.seed = 5, .threads = 1, .exploring = 60, .smoothing = 60};
  SaemOptions other = few;
  other.threads = 2;
  const VectorXd u = fit_saem(layout, few).u;
  EXPECT_EQ(u, fit_saem(layout, other).u);
  other.seed = 6;
  const VectorXd near = fit_saem(layout, other).u;
  EXPECT_NE(u, near);
  EXPECT_LT((u - near).cwiseAbs().maxCoeff(), 0.2);
}

// A line with random intercept and slope, the slope's mean without random effect in a second
// model: the maximum is that of the exact likelihood, which FOCE-I has too.
TEST(Saem, reaches_the_maximum_of_a_linear_model) {
  PopulationModel model;
  model.parameters = {{.id = "a", .typical = 2, .form = IndividualForm::normal, .between_sd = 1},
                      {.id = "b", .typical = 0.5, .form = IndividualForm::normal},
                      {.id = "c", .typical = 1, .form = IndividualForm::normal, .between_sd = 1}};
  model.between_blocks = {{0, 2}};
  model.effects = {{.parameter = 0,
                    .name = "X",
                    .form = CovariateEffect::Form::proportional,
                    .reference = 0,
                    .coefficient = 0.1}};
  model.error.additive = 0.5;
  const VectorXd t = VectorXd::LinSpaced(6, 0, 2);
  Eigen::MatrixXd x(6, 3);
  x.col(0).setOnes(), x.col(1) = t.array().square().matrix(), x.col(2) = t;
  for (int i = 0; i < 30; ++i) {
    PopulationSubject person{.id = std::to_string(i), .time_h = std::vector<double>(6)};
    person.covariates = Eigen::MatrixXd::Constant(1, 1, i % 2);
    person.observed = x * Eigen::Vector3d(3 + (i % 2) + std::sin(9.0 * i), -0.7,
                                          1 + std::cos(5.0 * i) + 0.3 * std::sin(9.0 * i));
    for (Eigen::Index j = 0; j < 6; ++j)
      person.observed[j] += 0.4 * std::sin(13.0 * i + 4.0 * static_cast<double>(j));
    model.subjects.push_back(person);
  }
  model.predict = [x](std::ptrdiff_t, const VectorXd& phi, bool derivatives, Prediction& p) {
    p.value = x * phi;
    if (derivatives) p.jacobian = x;
  };
  const PopulationLayout layout(model);
  const PopulationFit exact = fit_population(model, {.threads = 1});
  ASSERT_TRUE(exact.fit.converged);
  const SaemFit saem = fit_saem(layout, {.seed = 1, .threads = 1, .chains = 2});
  const double objective = population_objective(layout, saem.u, {}, false, {.threads = 1}).value;
  // Half a unit of the objective would be half a standard error in one direction.
  EXPECT_LT(objective - exact.objective, 0.05);
}

TEST(Saem, draws_what_is_below_the_limit) {
  PopulationModel model = specimen::theophylline_lognormal();
  for (PopulationSubject& s : model.subjects) {
    s.below = VectorXd::Constant(s.observed.size(), NAN);
    for (Eigen::Index j = 1; j < s.observed.size(); ++j)
      if (s.observed[j] < 2) s.below[j] = 2;
  }
  const PopulationLayout layout(model);
  const PopulationFit laplace =
      fit_population(model, {.method = PopulationMethod::laplace, .threads = 1});
  const PopulationValues v =
      layout.values(fit_saem(layout, {.seed = 2, .threads = 1, .exploring = 200}).u);
  for (const Eigen::Index j : {0, 1, 2})
    EXPECT_NEAR(v.typical[j], laplace.values.typical[j],
                0.4 * std::sqrt(laplace.covariance.r(j, j)))
        << j;
}

// The third observation of each person, before the dose: the prediction and its error are 0. The
// second parameter does not vary, so that the scoring step meets them too.
TEST(Saem, learns_nothing_from_a_censored_prediction_of_0) {
  PopulationModel model = specimen::wang();
  model.parameters[1].fixed = false;
  const SaemOptions how{.threads = 1, .exploring = 40, .smoothing = 20};
  const VectorXd without = fit_saem(PopulationLayout(model), how).u;
  specimen::add_censored_before_dose(model);
  EXPECT_EQ(fit_saem(PopulationLayout(model), how).u, without);
}

TEST(Saem, refuses_options_without_meaning) {
  const PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  EXPECT_THROW(fit_saem(layout, {.exploring = 0}), Error);
}

TEST(Saem, refuses_a_prediction_of_0_without_spread) {
  PopulationModel model = specimen::theophylline_lognormal();
  model.error = {.proportional = 0.2};
  const PopulationLayout layout(model);
  try {
    fit_saem(layout);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.population.spread");
  }
}

}  // namespace
}  // namespace entact
