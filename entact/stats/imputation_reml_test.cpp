// REML of the imputation model against an independent program (reference/impute), and what leaving
// out and counting twice must do. The likelihood itself is tested in mmrm_likelihood_test.cpp.
#include "entact/stats/imputation_reml.h"

#include <gtest/gtest.h>

#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

ImputationSpecimen specimen(bool by_arm = false) {
  return imputation_specimen(read("input.json"), ImputationStrategy::mar, by_arm);
}

void expect_fit(const MmrmFit& fit, const json& expected) {
  ASSERT_TRUE(fit.fit.converged);
  EXPECT_NEAR(-2 * fit.log_likelihood, expected["minus_two_log_likelihood"].get<double>(), 1e-8);
  for (Index j = 0; j < fit.beta.size(); ++j)
    EXPECT_NEAR(fit.beta(j), expected["beta"][static_cast<std::size_t>(j)].get<double>(), 1e-6);
}

void expect_covariance(const MatrixXd& covariance, const json& expected) {
  // R's likelihood is maximised by differences to a gradient of about 1e-8.
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(covariance(static_cast<Index>(r), static_cast<Index>(c)),
                  expected[r][c].get<double>(), 1e-6 * expected[r][r].get<double>());
}

TEST(ImputationReml, fits_are_those_of_an_independent_likelihood) {
  const json expected = read("expected.json");
  const auto one = specimen();
  const MmrmFit shared = ImputationReml(one.data).fit();
  expect_fit(shared, expected["reml"]);
  expect_covariance(shared.covariance[0], expected["reml"]["sigma"]);
  const auto two = specimen(true);
  const MmrmFit grouped = ImputationReml(two.data).fit();
  expect_fit(grouped, expected["reml_by_arm"]);
  for (std::size_t g = 0; g < 2; ++g)
    expect_covariance(grouped.covariance[g], expected["reml_by_arm"]["sigma"][g]);
}

// The participants who count, as often as they do, as participants of their own.
ImputationData copied(const ImputationData& data, const VectorXd& counts) {
  ImputationData made{.covariance = data.covariance, .visits = data.visits};
  std::vector<Index> who, rows;
  for (Index i = 0; i < data.n(); ++i)
    for (int k = 0; k < static_cast<int>(counts(i)); ++k) {
      who.push_back(i);
      for (Index v = 0; v < data.m(); ++v) rows.push_back(i * data.m() + v);
      if (!data.group.empty()) made.group.push_back(data.group_of(i));
    }
  made.y = data.y(who, Eigen::all);
  made.x = data.x(rows, Eigen::all);
  made.first_affected.assign(who.size(), static_cast<int>(data.m()));
  made.strategy.assign(who.size(), ImputationStrategy::mar);
  return made;
}

void expect_same(const MmrmFit& a, const MmrmFit& b) {
  EXPECT_TRUE(a.fit.converged);
  EXPECT_LT((a.beta - b.beta).norm(), 1e-8);
  EXPECT_LT((a.covariance[0] - b.covariance[0]).norm(), 1e-6);
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-9);
  EXPECT_LT((a.beta_vcov - b.beta_vcov).norm(), 1e-7);
}

TEST(ImputationReml, a_refit_is_a_fit_of_the_participants_who_count) {
  for (const CovarianceKind kind :
       {CovarianceKind::us, CovarianceKind::csh, CovarianceKind::toep}) {
    for (const bool by_arm : {false, true}) {
      auto s = specimen(by_arm);
      s.data.covariance = kind;
      ImputationReml reml(s.data);
      const MmrmFit all = reml.fit();
      for (const Index out : {0, 41, 99}) {
        VectorXd counts = VectorXd::Ones(100);
        counts(out) = 0;
        expect_same(reml.refit(counts, all), ImputationReml(copied(s.data, counts)).fit());
      }
      VectorXd drawn = VectorXd::Ones(100);
      drawn.head(30).setConstant(2);
      drawn.segment(30, 20).setZero();
      expect_same(reml.refit(drawn, all), ImputationReml(copied(s.data, drawn)).fit());
      // and afterwards everybody once is the first fit again
      expect_same(reml.refit(VectorXd::Ones(100), all), all);
    }
  }
}

TEST(ImputationReml, two_visits_that_nobody_attended_both_of_are_a_reservation) {
  auto s = specimen();
  for (Index i = 0; i < 100; ++i) s.data.y(i, i % 2 == 0 ? 0 : 2) = std::nan("");
  const MmrmFit fit = ImputationReml(s.data).fit();
  EXPECT_FALSE(fit.fit.converged);
  EXPECT_EQ(fit.fit.reservations.size(), 1U);
}

template <class Body>
std::string code_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
    return error.code();
  }
  return "";
}

TEST(ImputationReml, what_has_no_estimate_is_refused) {
  auto s = specimen();
  s.data.x.col(1) = 2 * s.data.x.col(0);
  EXPECT_EQ(code_of([&] { ImputationReml reml(s.data); }), "stats.impute.rank");
  s = specimen();
  s.data.y.col(1).setConstant(std::nan(""));
  EXPECT_EQ(code_of([&] { ImputationReml reml(s.data); }), "stats.impute.visit_empty");
  s = specimen();
  ImputationReml reml(s.data);
  const MmrmFit all = reml.fit();
  VectorXd treated(100);
  for (Index i = 0; i < 100; ++i) treated(i) = s.arm[static_cast<std::size_t>(i)];
  EXPECT_EQ(code_of([&] { reml.refit(treated, all); }), "stats.impute.rank");
}

}  // namespace
}  // namespace entact
