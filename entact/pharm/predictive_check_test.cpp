#include "entact/pharm/predictive_check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/population_specimen.h"

namespace entact {
namespace {

// A model that made the data itself has about 90% of the quantiles inside.
TEST(PredictiveCheck, holds_for_data_from_the_model_itself) {
  PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  for (std::size_t i = 0; i < model.subjects.size(); ++i)
    model.subjects[i].observed =
        draw_observations(layout, values, static_cast<std::ptrdiff_t>(i), 77, 0);
  const PredictiveCheck check = predictive_check(layout, values, {.replicates = 300, .threads = 1});
  EXPECT_GE(check.bins.size(), 8U);
  EXPECT_LE(check.bins.size(), 11U);
  EXPECT_GT(check.inside, 0.75);
  std::ptrdiff_t all = 0;
  for (const PredictiveBin& bin : check.bins) {
    all += bin.observations;
    for (const auto& q : bin.quantiles) {
      EXPECT_LE(q.low, q.simulated);
      EXPECT_LE(q.simulated, q.high);
    }
  }
  EXPECT_EQ(all, 132);
}

TEST(PredictiveCheck, sees_a_wrong_model) {
  const PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  PopulationValues values = layout.values(layout.start());
  values.typical[2] *= 2;  // half the concentrations
  EXPECT_LT(predictive_check(layout, values, {.replicates = 100, .threads = 1}).inside, 0.6);
}

TEST(PredictiveCheck, does_not_depend_on_the_number_of_threads) {
  const PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  const PredictiveCheck one =
      predictive_check(layout, values, {.replicates = 40, .seed = 5, .threads = 1});
  const PredictiveCheck two =
      predictive_check(layout, values, {.replicates = 40, .seed = 5, .threads = 2});
  for (std::size_t k = 0; k < one.bins.size(); ++k)
    for (std::size_t q = 0; q < 3; ++q) {
      EXPECT_EQ(one.bins[k].quantiles[q].low, two.bins[k].quantiles[q].low);
      EXPECT_EQ(one.bins[k].quantiles[q].simulated, two.bins[k].quantiles[q].simulated);
    }
}

// With no spread at all a corrected observation is its bin's typical prediction.
TEST(PredictiveCheck, corrects_for_what_the_design_predicts) {
  PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  PopulationValues values = layout.values(layout.start());
  values.omega *= 1e-20;
  values.additive = 1e-10;
  const PredictiveCheck check = predictive_check(
      layout, values, {.replicates = 20, .threads = 1, .prediction_corrected = true});
  for (std::size_t k = 1; k < check.bins.size(); ++k)  // the first holds time 0
    EXPECT_NEAR(check.bins[k].quantiles[0].simulated, check.bins[k].quantiles[2].simulated, 1e-6);
}

TEST(PredictiveCheck, counts_what_is_below_the_limit_as_the_limit) {
  PopulationModel model = specimen::theophylline_lognormal();
  model.subjects[0].below = Eigen::VectorXd::Constant(11, NAN);
  model.subjects[0].below[0] = 2;
  const PopulationLayout layout(model);
  const PredictiveCheck check =
      predictive_check(layout, layout.values(layout.start()), {.replicates = 20, .threads = 1});
  for (const PredictiveBin& bin : check.bins)
    for (const auto& q : bin.quantiles) {
      EXPECT_GE(q.observed, 2);
      EXPECT_GE(q.low, 2);
    }
}

// Were people, or studies, drawn alike, means would vary otherwise than the spread says; every
// simulated coverage rests on this.
TEST(PredictiveCheck, draws_people_and_studies_independently) {
  constexpr int people = 24, studies = 4000;
  PopulationModel model;
  for (int i = 0; i < people; ++i)
    model.subjects.push_back(
        {.id = std::to_string(i), .observed = Eigen::VectorXd::Zero(1), .time_h = {1}});
  model.parameters = {{.id = "x", .typical = 0, .form = IndividualForm::normal, .between_sd = 0.6}};
  model.error.additive = 0.8;
  model.predict = [](std::ptrdiff_t, const Eigen::VectorXd& phi, bool, Prediction& p) {
    p.value = phi;
  };
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  double between = 0, within = 0, neighbours = 0, last = 0;
  for (std::uint32_t r = 0; r < studies; ++r) {
    Eigen::ArrayXd y(people);  // of variance 0.36 + 0.64
    for (int i = 0; i < people; ++i) y[i] = draw_observations(layout, values, i, 5, r)[0];
    between += people * y.mean() * y.mean() / studies;
    within += (y - y.mean()).square().sum() / (people - 1) / studies;
    neighbours += people * y.mean() * last / studies;
    last = y.mean();
  }
  EXPECT_NEAR(between, 1, 4 * std::sqrt(2.0 / studies));
  EXPECT_NEAR(within, 1, 4 * std::sqrt(2.0 / (studies * (people - 1))));
  EXPECT_NEAR(neighbours, 0, 4 / std::sqrt(studies));
}

TEST(PredictiveCheck, refuses_options_without_meaning) {
  const PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  EXPECT_THROW(predictive_check(layout, values, {.replicates = 1}), Error);
  EXPECT_THROW(predictive_check(layout, values, {.bins = 0}), Error);
  EXPECT_THROW(predictive_check(layout, values, {.level = 1}), Error);
}

}  // namespace
}  // namespace entact
