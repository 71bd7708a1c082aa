// Competing risks against R's cmprsk, recurrent events against survival, on the inputs of
// reference/survival.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "entact/stats/agreement_specimen.h"
#include "entact/stats/cumulative_incidence.h"
#include "entact/stats/fine_gray.h"
#include "entact/stats/gray.h"
#include "entact/stats/mean_cumulative.h"

namespace entact {
namespace {

using nlohmann::json;
using Columns = std::map<std::string, std::vector<double>>;

std::string path(const std::string& name) {
  return std::string(ENTACT_SOURCE_DIR) + "/reference/survival/" + name;
}

const json& competing() {
  static const json loaded = json::parse(std::ifstream(path("competing.json")));
  return loaded;
}

Columns read(const std::string& name) {
  std::ifstream in(path(name));
  std::string line, cell;
  std::vector<std::string> header;
  Columns columns;
  for (bool first = true; std::getline(in, line); first = false) {
    std::istringstream cells(line);
    for (std::size_t i = 0; std::getline(cells, cell, ','); ++i)
      if (first)
        header.push_back(cell);
      else
        columns[header[i]].push_back(std::stod(cell));
  }
  return columns;
}

std::vector<int> whole(const std::vector<double>& values) { return {values.begin(), values.end()}; }

SurvivalData causes_of(const Columns& c) {
  return {.stop = c.at("time"), .event = whole(c.at("cause"))};
}

// 1e-8 relative; 1e-10 absolute where the number is 0 or nearly so.
void expect_near(double ours, const json& theirs, const std::string& what) {
  const double expected = theirs.get<double>();
  EXPECT_NEAR(ours, expected, std::max(1e-10, 1e-8 * std::abs(expected))) << what;
  specimen::note_disagreement("R cmprsk 2.2.11, survival 3.5.3", what, ours, expected);
}

void compare_incidence(const IncidenceCurve& ours, int cause, const json& theirs,
                       const std::string& what) {
  for (std::size_t i = 0; i < theirs["time"].size(); ++i) {
    const CurvePoint point = at_time(ours, cause, theirs["time"][i].get<double>());
    expect_near(point.survival, theirs["est"][i], what + " estimate");
    expect_near(point.se, theirs["se"][i], what + " se");
  }
}

TEST(CompetingReference, incidence_of_each_cause_and_group) {
  const Columns c = read("competing.csv");
  const SurvivalData data = causes_of(c);
  const auto arms = rows_by(data, whole(c.at("arm")), 3);
  for (int cause : {1, 2}) {
    const std::string name = " " + std::to_string(cause);
    compare_incidence(cumulative_incidence(data, 2), cause, competing()["all"]["1" + name], "all");
    for (int arm = 0; arm < 3; ++arm)
      compare_incidence(cumulative_incidence(subset(data, arms[static_cast<std::size_t>(arm)]), 2),
                        cause, competing()["by"][std::to_string(arm) + name], "by arm");
  }
}

TEST(CompetingReference, grays_test) {
  const Columns c = read("competing.csv");
  SurvivalData data = causes_of(c);
  const std::vector<int> arm = whole(c.at("arm"));
  const json& theirs = competing()["gray"];
  for (int cause : {1, 2}) {
    const auto at = static_cast<std::size_t>(cause - 1);
    const GrayTest three = gray_test(data, arm, 3, 2, cause);
    expect_near(three.statistic, theirs["three"]["statistic"][at], "three groups");
    EXPECT_EQ(three.df, theirs["three"]["df"][at].get<double>());
    expect_near(gray_test(data, arm, 3, 2, cause, 1).statistic, theirs["rho1"]["statistic"][at],
                "rho 1");
    data.stratum = whole(c.at("site"));
    expect_near(gray_test(data, arm, 3, 2, cause).statistic, theirs["strata"]["statistic"][at],
                "strata");
    data.stratum.clear();
    std::vector<std::size_t> two;
    std::vector<int> arms;
    for (std::size_t i = 0; i < arm.size(); ++i)
      if (arm[i] < 2) {
        two.push_back(i);
        arms.push_back(arm[i]);
      }
    expect_near(gray_test(subset(data, two), arms, 2, 2, cause).statistic,
                theirs["two"]["statistic"][at], "two groups");
  }
}

TEST(CompetingReference, fine_and_grays_model) {
  const Columns c = read("competing.csv");
  CoxData data{.survival = causes_of(c), .x = Eigen::MatrixXd(240, 3), .names = {"b", "c", "x1"}};
  for (Eigen::Index i = 0; i < 240; ++i) {
    const auto at = static_cast<std::size_t>(i);
    data.x.row(i) << (c.at("arm")[at] == 1), (c.at("arm")[at] == 2), c.at("x1")[at];
  }
  for (int cause : {1, 2}) {
    const json& theirs = competing()["fine_gray"][static_cast<std::size_t>(cause - 1)];
    const FineGrayFit fit = fit_fine_gray(data, 2, cause);
    EXPECT_TRUE(fit.fit.converged);
    expect_near(fit.log_likelihood, theirs["loglik"], "log-likelihood");
    expect_near(fit.null_log_likelihood, theirs["null_loglik"], "log-likelihood");
    for (std::size_t j = 0; j < 3; ++j) {
      expect_near(fit.coefficients[j].value, theirs["coef"][j], "coefficient");
      expect_near(fit.coefficients[j].se, theirs["se"][j], "se");
    }
  }
}

TEST(CompetingReference, mean_cumulative_function) {
  const Columns c = read("recurrent.csv");
  const MeanCumulative ours =
      mean_cumulative({.start = c.at("start"), .stop = c.at("stop"), .event = whole(c.at("event"))},
                      whole(c.at("id")));
  for (const char* name : {"mean_cumulative", "lawless_nadeau"}) {
    const json& theirs = competing()[name];
    ASSERT_EQ(ours.time.size(), theirs["time"].size());
    for (std::size_t i = 0; i < ours.time.size(); ++i) {
      EXPECT_EQ(ours.time[i], theirs["time"][i].get<double>());
      expect_near(ours.at_risk[i], theirs["n"][i], "at risk");
      expect_near(ours.mean[i], theirs["mean"][i], "mean");
      expect_near(ours.se[i], theirs["se"][i], name);
    }
  }
}

}  // namespace
}  // namespace entact
