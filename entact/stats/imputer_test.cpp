#include "entact/stats/imputer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

ImputationParameters estimated(const ImputationData& data) {
  const MmrmFit fit = ImputationReml(data).fit();
  return {fit.beta, fit.covariance};
}

TEST(Imputer, conditional_means_are_those_of_an_independent_program) {
  const json expected = read("expected.json")["conditional_mean"];
  for (const char* name : {"MAR", "JR", "CR", "CIR", "LMCF"}) {
    const auto s = imputation_specimen(read("input.json"), imputation_strategy(name));
    const MatrixXd completed = Imputer(s.data).mean(estimated(s.data));
    for (Index i = 0; i < 100; ++i)
      for (Index v = 0; v < 3; ++v)
        EXPECT_NEAR(
            completed(i, v),
            expected[name]["completed"][static_cast<std::size_t>(i)][static_cast<std::size_t>(v)]
                .get<double>(),
            1e-6)  // as close as R's likelihood comes to its maximum
            << name << i;
  }
}

TEST(Imputer, what_was_observed_stays_and_nothing_stays_missing) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  const ImputationParameters parameters = estimated(s.data);
  const Imputer imputer(s.data);
  for (const MatrixXd& completed : {imputer.mean(parameters), imputer.draw(parameters, 1, 0)}) {
    EXPECT_TRUE(completed.allFinite());
    for (Index i = 0; i < 100; ++i)
      for (Index v = 0; v < 3; ++v)
        if (!std::isnan(s.data.y(i, v))) {
          EXPECT_EQ(completed(i, v), s.data.y(i, v));
        }
  }
}

TEST(Imputer, draws_scatter_around_the_conditional_mean) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::cir);
  const ImputationParameters parameters = estimated(s.data);
  const Imputer imputer(s.data);
  constexpr std::uint32_t n = 4000;
  MatrixXd sum = MatrixXd::Zero(100, 3), squares = sum;
  for (std::uint32_t r = 0; r < n; ++r) {
    const MatrixXd completed = imputer.draw(parameters, 9, r);
    sum += completed;
    squares += completed.cwiseAbs2();
  }
  const MatrixXd mean = sum / n, sd = (squares / n - mean.cwiseAbs2()).cwiseMax(0).cwiseSqrt();
  // The largest of 28 deviations: five standard errors.
  EXPECT_LT(((mean - imputer.mean(parameters)).cwiseAbs() - 5 * sd / std::sqrt(n)).maxCoeff(),
            1e-8);
  EXPECT_GT(sd.maxCoeff(), 1);
  EXPECT_EQ(imputer.draw(parameters, 9, 3), imputer.draw(parameters, 9, 3));
  EXPECT_NE(imputer.draw(parameters, 9, 3), imputer.draw(parameters, 9, 4));
}

// One visit, no covariate: a dropout of the treated arm gets the placebo mean under J2R.
TEST(Imputer, with_one_visit_jump_to_reference_is_the_mean_of_the_reference) {
  ImputationData d;
  d.y = MatrixXd::Constant(6, 1, std::nan(""));
  d.y.col(0).head(5) << 1, 2, 6, 10, 20;
  d.x = MatrixXd::Ones(6, 2);
  d.x.col(1) << 0, 0, 0, 1, 1, 1;
  d.x_reference = d.x;
  d.x_reference.col(1).setZero();
  d.first_affected = {1, 1, 1, 1, 1, 0};
  d.strategy.assign(6, ImputationStrategy::jr);
  d.participants = {"a", "b", "c", "d", "e", "f"};
  d.visits = {"end"};
  EXPECT_NEAR(Imputer(d).mean(estimated(d))(5, 0), 3, 1e-9);
  d.strategy.assign(6, ImputationStrategy::mar);
  EXPECT_NEAR(Imputer(d).mean(estimated(d))(5, 0), 15, 1e-9);
}

TEST(Imputer, values_after_an_event_are_kept_and_stay_out_of_the_model) {
  auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  Index complete = 0;
  while (!s.data.y.row(complete).allFinite()) ++complete;
  s.data.first_affected[static_cast<std::size_t>(complete)] = 2;
  const ImputationParameters without = estimated(s.data);
  s.data.y(complete, 2) += 1000;
  EXPECT_EQ(estimated(s.data).beta, without.beta);
  EXPECT_EQ(Imputer(s.data).mean(without)(complete, 2), s.data.y(complete, 2));
  s.data.strategy[static_cast<std::size_t>(complete)] = ImputationStrategy::mar;
  EXPECT_NE(estimated(s.data).beta, without.beta);
}

// Observed or not, from the event on; a value missing before it is imputed without looking there.
TEST(Imputer, composite_and_on_treatment_outcomes_follow_by_definition) {
  auto s = imputation_specimen(read("input.json"), ImputationStrategy::mar);
  s.data.first_affected.assign(100, 3);
  s.data.first_affected[0] = s.data.first_affected[1] = 2;
  s.data.strategy[0] = ImputationStrategy::composite;
  s.data.strategy[1] = ImputationStrategy::on_treatment;
  s.data.failure = 50;
  s.data.y(1, 1) = std::nan("");
  const ImputationParameters parameters = estimated(s.data);
  const MatrixXd completed = Imputer(s.data).mean(parameters);
  EXPECT_EQ(completed(0, 2), 50);
  EXPECT_EQ(completed(1, 2), completed(1, 1));
  s.data.y(0, 2) = s.data.y(1, 2) = std::nan("");
  EXPECT_EQ(estimated(s.data).beta, parameters.beta);
  EXPECT_EQ(Imputer(s.data).mean(parameters), completed);
  EXPECT_EQ(with_delta(s.data, completed, MatrixXd::Ones(100, 3))(0, 2), 50);
  EXPECT_EQ(estimand_words(ImputationStrategy::composite), "composite");
  EXPECT_EQ(estimand_words(ImputationStrategy::jr), "treatment policy");
}

TEST(Imputer, delta_shifts_imputed_values_alone) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  const MatrixXd completed = Imputer(s.data).mean(estimated(s.data));
  const MatrixXd shifted = with_delta(s.data, completed, MatrixXd::Constant(100, 3, 2.5));
  for (Index i = 0; i < 100; ++i)
    for (Index v = 0; v < 3; ++v)
      EXPECT_NEAR(shifted(i, v) - completed(i, v), std::isnan(s.data.y(i, v)) ? 2.5 : 0, 1e-12);
  EXPECT_EQ(with_delta(s.data, completed, {}), completed);
  EXPECT_THROW(with_delta(s.data, completed, MatrixXd::Zero(3, 3)), Error);
}

std::string code_of(const ImputationData& data) {
  try {
    Imputer imputer(data);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Imputer, bad_input_is_refused_with_the_participant) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::lmcf);
  auto bad = s.data;
  bad.first_affected[7] = 0;
  EXPECT_EQ(code_of(bad), "stats.impute.lmcf");
  bad = s.data;
  bad.y(2, 1) = INFINITY;
  EXPECT_EQ(code_of(bad), "stats.impute.value");
  bad = s.data;
  bad.x(5, 1) = std::nan("");
  EXPECT_EQ(code_of(bad), "stats.impute.value");
  bad = s.data;
  bad.strategy.pop_back();
  EXPECT_EQ(code_of(bad), "stats.impute.shape");
  bad = s.data;
  bad.first_affected[7] = 4;
  EXPECT_EQ(code_of(bad), "stats.impute.shape");
}

}  // namespace
}  // namespace entact
