#include "entact/pharm/population_diagnostics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/pharm/population_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using nlohmann::json;

// NONMEM prints five digits, at estimates that lie within 1e-3 of ours.
TEST(PopulationDiagnostics, agree_with_nonmem) {
  const PopulationModel model = specimen::theopp(true);
  const PopulationLayout layout(model);
  const PopulationFit fit = fit_population(model, {.threads = 1});
  const PopulationDiagnostics d = diagnose_population(layout, fit.values, fit.modes);
  const json expected = specimen::population_json()["theopp"]["focei"];
  const SubjectDiagnostics& first = d.subjects[0];
  for (const auto& [name, ours] : {std::pair{"pred", &first.pred},
                                   {"ipred", &first.ipred},
                                   {"iwres", &first.iwres},
                                   {"cwres", &first.cwres}})
    for (Index j = 0; j < ours->size(); ++j)
      EXPECT_NEAR((*ours)[j], expected[name][static_cast<std::size_t>(j)].get<double>(), 2e-3)
          << name << " " << j;
}

// The square of the residuals' norm does not depend on which root makes them independent; without
// random effects both kinds are the same.
TEST(PopulationDiagnostics, have_one_kind_of_residual_without_random_effects) {
  PopulationModel model = specimen::wang();
  model.parameters[0].between_sd = 0;
  const PopulationLayout layout(model);
  const PopulationFit fit = fit_population(model, {.threads = 1});
  EXPECT_TRUE(fit.fit.converged);
  const PopulationDiagnostics d = diagnose_population(layout, fit.values, fit.modes);
  for (const SubjectDiagnostics& s : d.subjects) {
    EXPECT_TRUE(s.iwres.isApprox(s.cwres, 1e-12));
    EXPECT_EQ(s.pred, s.ipred);
  }
  EXPECT_EQ(d.shrinkage.size(), 0);
}

TEST(PopulationDiagnostics, leave_censored_observations_without_residual) {
  PopulationModel model = specimen::wang();
  model.subjects[4].below = Eigen::Vector2d(NAN, 3);
  const PopulationLayout layout(model);
  const PopulationFit fit =
      fit_population(model, {.method = PopulationMethod::laplace, .threads = 1});
  const PopulationDiagnostics d = diagnose_population(layout, fit.values, fit.modes);
  EXPECT_TRUE(std::isnan(d.subjects[4].cwres[1]));
  EXPECT_TRUE(std::isfinite(d.subjects[4].cwres[0]));
  EXPECT_TRUE(std::isfinite(d.residual_shrinkage));
}

// Modes by hand: kappa of two occasions of two people, 0.1, -0.1, 0.3 and -0.3 at a variance of
// 0.1.
TEST(PopulationDiagnostics, see_shrinkage_between_occasions) {
  PopulationModel model = specimen::wang();
  model.subjects.resize(2);
  model.parameters[0].occasion_sd = std::sqrt(0.1);
  model.predict = [](std::ptrdiff_t, const Eigen::VectorXd& phi, bool, Prediction& p) {
    p.value = Eigen::VectorXd::Ones(2);
    p.jacobian = Eigen::MatrixXd::Zero(2, phi.size());
  };
  for (PopulationSubject& s : model.subjects) s.occasions = 2;
  const PopulationLayout layout(model);
  std::vector<SubjectMode> modes(2);
  modes[0].b = Eigen::Vector3d(0.2, 0.1, -0.1);
  modes[1].b = Eigen::Vector3d(-0.2, 0.3, -0.3);
  const PopulationDiagnostics d = diagnose_population(layout, layout.values(layout.start()), modes);
  EXPECT_NEAR(d.occasion_mean[0], 0, 1e-15);
  EXPECT_NEAR(d.occasion_shrinkage[0], 1 - std::sqrt(0.2 / 3 / 0.1), 1e-12);
  EXPECT_NEAR(d.shrinkage[0], 1 - std::sqrt(0.08) / 0.2, 1e-12);
  modes.pop_back();
  EXPECT_TRUE(
      std::isnan(diagnose_population(layout, layout.values(layout.start()), modes).shrinkage[0]));
}

// Observations that say little: the modes crowd together.
TEST(PopulationDiagnostics, see_shrinkage) {
  PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  PopulationValues values = layout.values(layout.start());
  values.proportional = 3;
  std::vector<SubjectMode> modes;
  for (std::ptrdiff_t i = 0; i < 10; ++i) modes.push_back(subject_mode(layout, values, i, {}, {}));
  EXPECT_GT(diagnose_population(layout, values, modes).shrinkage[0], 0.9);
}

}  // namespace
}  // namespace entact
