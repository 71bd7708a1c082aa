#include "entact/stats/mmrm_free_times.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/mmrm_inference.h"
#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Participants seen at four or fewer of nine unequal days, all of which they share.
struct Seen {
  MmrmData data{};
  VectorXd y{};
  MatrixXd days{};
};

Seen seen_at_some_days(int participants, bool groups, bool weights) {
  const auto trial = specimen::drawn_trial(participants, 9, 0.6);
  Seen s{.y = trial.y, .days = VectorXd::LinSpaced(9, 0, 8).array().square()};
  const Index n = trial.y.size();
  s.data = {.x = MatrixXd(n, 4),
            .subject = trial.data.subject,
            .visit = trial.data.visit,
            .visits = trial.data.visits};
  for (Index i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double arm = s.data.subject[at] % 2, day = s.days(s.data.visit[at], 0);
    s.data.x.row(i) << 1, trial.data.x(i, 1), arm, arm * day;
    if (groups) s.data.group.push_back(s.data.subject[at] % 3 == 0);
  }
  if (weights) s.data.weight = 1 + 0.5 * VectorXd::LinSpaced(n, 0, 9).array().sin();
  return s;
}

// The definition, with one n x n matrix.
double dense_value(const Seen& s, const VectorXd& theta, bool reml) {
  const Index n = s.y.size(), p = s.data.x.cols();
  MatrixXd v = MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      if (s.data.subject[a] != s.data.subject[b]) continue;
      const Index g = s.data.group.empty() ? 0 : s.data.group[a];
      const double apart = std::abs(s.days(s.data.visit[a], 0) - s.days(s.data.visit[b], 0));
      v(i, j) = std::exp(2 * theta[2 * g] - apart / std::exp(theta[2 * g + 1]));
      if (s.data.weight.size() > 0) v(i, j) /= std::sqrt(s.data.weight[i] * s.data.weight[j]);
    }
  const Eigen::LLT<MatrixXd> factor(v);
  const MatrixXd vx = factor.solve(s.data.x), xvx = s.data.x.transpose() * vx;
  const VectorXd r = s.y - s.data.x * xvx.ldlt().solve(vx.transpose() * s.y);
  const MatrixXd lower = factor.matrixL();
  double twice = 2 * lower.diagonal().array().log().sum() + r.dot(factor.solve(r));
  if (reml) twice += std::log(xvx.determinant());
  return (twice + static_cast<double>(reml ? n - p : n) * std::log(2 * M_PI)) / 2;
}

template <class Check>
void for_each_case(Check&& check) {
  for (const bool groups : {false, true})
    for (const bool weights : {false, true})
      for (const bool reml : {false, true}) {
        const Seen s = seen_at_some_days(15, groups, weights);
        MmrmFreeTimes f(s.data, s.days, reml);
        f.set_response(s.y);
        VectorXd theta = f.start();
        for (Index k = 0; k < theta.size(); ++k)
          theta[k] += 0.2 * std::sin(static_cast<double>(k) + 1);
        check(s, f, theta, reml);
      }
}

TEST(MmrmFreeTimes, likelihood_equals_its_definition) {
  for_each_case([](const Seen& s, MmrmFreeTimes& f, const VectorXd& theta, bool reml) {
    const double want = dense_value(s, theta, reml);
    EXPECT_NEAR(f.value(theta), want, 1e-12 * std::abs(want));
  });
}

TEST(MmrmFreeTimes, derivatives_equal_differences) {
  for_each_case([](const Seen&, MmrmFreeTimes& f, const VectorXd& theta, bool) {
    VectorXd gradient, up, down;
    MatrixXd hessian, unused;
    f.value(theta);
    f.derivatives(gradient, hessian);
    const double size = 1 + hessian.cwiseAbs().maxCoeff(), h = 1e-5;
    for (Index k = 0; k < theta.size(); ++k) {
      VectorXd x = theta;
      x[k] += h;
      const double above = f.value(x);
      f.derivatives(up, unused);
      x[k] -= 2 * h;
      const double below = f.value(x);
      f.derivatives(down, unused);
      EXPECT_NEAR(gradient[k], (above - below) / (2 * h), 1e-7 * size);
      EXPECT_LT(((up - down) / (2 * h) - hessian.col(k)).cwiseAbs().maxCoeff(), 1e-7 * size);
    }
  });
}

// The model by both ways: by its common matrix, and participant by participant.
struct BothWays {
  Mmrm common, free;
};
BothWays both_ways(const Seen& s, bool reml) {
  MmrmOptions how{.covariance = CovarianceKind::sp_exp, .coordinates = s.days, .reml = reml};
  Mmrm common(s.data, how);
  how.most_in_common = 0;
  Mmrm free(s.data, how);
  common.fit(s.y);
  free.fit(s.y);
  return {std::move(common), std::move(free)};
}

TEST(MmrmFreeTimes, fit_as_the_common_matrix_does_where_days_are_shared) {
  for (const bool groups : {false, true})
    for (const bool weights : {false, true})
      for (const bool reml : {false, true}) {
        const Seen s = seen_at_some_days(60, groups, weights);
        const BothWays way = both_ways(s, reml);
        ASSERT_FALSE(way.common.free_times());
        ASSERT_TRUE(way.free.free_times());
        const MmrmFit &a = way.common.last(), &b = way.free.last();
        EXPECT_TRUE(b.fit.converged);
        EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-12 * std::abs(a.log_likelihood));
        EXPECT_NEAR(a.bic, b.bic, 1e-12 * a.bic);
        EXPECT_LT((a.theta - b.theta).norm(), 1e-10 * a.theta.norm());
        EXPECT_LT((a.beta - b.beta).norm(), 1e-10 * a.beta.norm());
        EXPECT_LT((a.theta_vcov - b.theta_vcov).norm(), 1e-10 * a.theta_vcov.norm());
      }
}

TEST(MmrmFreeTimes, infer_as_the_common_matrix_does) {
  const MatrixXd two = MatrixXd::Identity(4, 4).bottomRows(2);
  for (const bool groups : {false, true}) {
    const BothWays way = both_ways(seen_at_some_days(60, groups, groups), true);
    for (const auto& [df, vcov] : {std::pair{MmrmDf::satterthwaite, MmrmVcov::model},
                                   {MmrmDf::kenward_roger, MmrmVcov::model},
                                   {MmrmDf::kenward_roger_linear, MmrmVcov::model},
                                   {MmrmDf::between_within, MmrmVcov::cr0},
                                   {MmrmDf::satterthwaite, MmrmVcov::cr2},
                                   {MmrmDf::satterthwaite, MmrmVcov::cr3}}) {
      const MmrmInference a(way.common, df, vcov), b(way.free, df, vcov);
      EXPECT_LT((a.vcov() - b.vcov()).norm(), 1e-10 * a.vcov().norm());
      for (Index k = 0; k < 4; ++k) {
        const double want = a.contrast(VectorXd::Unit(4, k)).df;
        EXPECT_NEAR(b.contrast(VectorXd::Unit(4, k)).df, want, 1e-9 * want);
      }
      EXPECT_NEAR(a.test(two).f, b.test(two).f, 1e-9 * a.test(two).f);
      EXPECT_NEAR(a.test(two).denominator_df, b.test(two).denominator_df,
                  1e-8 * a.test(two).denominator_df);
    }
  }
}

// The trial of reference/mmrm/free_times.csv: 80 participants, five days each of their own.
Seen five_days_each() {
  std::ifstream file(std::string(ENTACT_SOURCE_DIR) + "/reference/mmrm/free_times.csv");
  std::string line;
  std::getline(file, line);
  std::vector<std::vector<double>> rows;
  Seen s;
  std::map<std::string, int> known;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::vector<std::string> cell(5);
    for (auto& c : cell) std::getline(cells, c, ',');
    s.data.subject.push_back(known.emplace(cell[0], static_cast<int>(known.size())).first->second);
    rows.push_back(
        {cell[1] == "ACT" ? 1.0 : 0.0, std::stod(cell[2]), std::stod(cell[3]), std::stod(cell[4])});
  }
  const auto n = static_cast<Index>(rows.size());
  s.data.x.resize(n, 5);
  s.y.resize(n);
  s.days.resize(n, 1);
  for (Index i = 0; i < n; ++i) {
    const auto& r = rows[static_cast<std::size_t>(i)];
    s.data.x.row(i) << 1, r[1], r[0], r[2], r[0] * r[2];
    s.days(i, 0) = r[2];
    s.y[i] = r[3];
    s.data.visit.push_back(static_cast<int>(i));  // every row a time of its own
  }
  s.data.visits = static_cast<int>(n);
  return s;
}

TEST(MmrmFreeTimes, equal_r_nlme_on_days_of_each_participants_own) {
  const Seen s = five_days_each();
  const nlohmann::json expected = specimen::mmrm_json("free_times.json");
  for (const bool reml : {true, false}) {
    const nlohmann::json& want = expected.at(reml ? "REML" : "ML");
    Mmrm model(s.data, {.covariance = CovarianceKind::sp_exp, .coordinates = s.days, .reml = reml});
    const MmrmFit& fit = model.fit(s.y);
    EXPECT_TRUE(fit.fit.converged);
    EXPECT_LE(fit.fit.iterations, 8);
    const auto near = [](const char* what, double got, double expect, double relative) {
      EXPECT_NEAR(got, expect, relative * std::abs(expect)) << what;
      specimen::note_disagreement("R nlme 3.1.162", what, got, expect);
    };
    near("log likelihood", fit.log_likelihood, want.at("log_likelihood"), 1e-11);
    near("variance", std::exp(2 * fit.theta[0]), want.at("variance"), 1e-6);
    near("range", std::exp(fit.theta[1]), want.at("range"), 1e-6);  // gls stops about there
    for (Index k = 0; k < fit.beta.size(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      near("estimate", fit.beta[k], want.at("estimate")[at], 1e-6);
      near("standard error", std::sqrt(fit.beta_vcov(k, k)), want.at("se")[at], 1e-6);
    }
  }
}

TEST(MmrmFreeTimes, do_not_depend_on_the_order_of_rows) {
  const Seen s = seen_at_some_days(30, true, true);
  Seen turned = s;
  turned.y.reverseInPlace();
  turned.data.x = s.data.x.colwise().reverse().eval();
  turned.data.weight.reverseInPlace();
  std::reverse(turned.data.subject.begin(), turned.data.subject.end());
  std::reverse(turned.data.visit.begin(), turned.data.visit.end());
  std::reverse(turned.data.group.begin(), turned.data.group.end());
  const MmrmFit a = both_ways(s, true).free.last(), b = both_ways(turned, true).free.last();
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-12 * std::abs(a.log_likelihood));
  EXPECT_LT((a.beta - b.beta).norm(), 1e-10 * a.beta.norm());
}

TEST(MmrmFreeTimes, refuse_what_they_cannot_use) {
  const Seen s = seen_at_some_days(30, false, false);
  const auto code_of = [&](Seen changed) -> std::string {
    try {
      MmrmFreeTimes(changed.data, changed.days, true).set_response(changed.y);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code_of(s), "");
  Seen bad = s;
  bad.days.setZero();  // all days in one place
  EXPECT_EQ(code_of(bad), "stats.mmrm.twice");
  bad = s;
  bad.data.x.col(2) = bad.data.x.col(0);
  EXPECT_EQ(code_of(bad), "stats.mmrm.rank");
  bad = s;
  bad.y[3] = std::nan("");
  EXPECT_EQ(code_of(bad), "stats.mmrm.data");
  Mmrm model(s.data,
             {.covariance = CovarianceKind::sp_exp, .coordinates = s.days, .most_in_common = 0});
  EXPECT_THROW(model.count(VectorXd::Ones(30)), Error);
}

}  // namespace
}  // namespace entact
