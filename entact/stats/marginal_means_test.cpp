#include "entact/stats/marginal_means.h"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

Table input(bool full) {
  const Table all = table_from(read_reference("design/input.json"));
  if (full) return all;
  return rows_where(all, [&](std::size_t i) { return all.text("ARM")[i] != "LOW DOSE"; });
}

Eigen::VectorXd least_squares(const Design& design) {
  return design.x.householderQr().solve(design.y);
}

MarginWeights weights_named(const std::string& name) {
  if (name == "proportional") return MarginWeights::observed;
  return name == "equal" ? MarginWeights::equal : MarginWeights::counterfactual;
}

std::string words(const MarginalMean& mean) {
  std::string text;
  for (const auto& [column, level] : mean.at) text += level + "|";
  return text;
}

double at(const json& values, std::size_t i) {
  const json& value = values.is_array() ? values[i] : values;
  return value.is_null() ? std::nan("") : value.get<double>();
}

TEST(MarginalMeans, are_those_of_emmeans) {
  const json expected_all = read_reference("design/expected.json");
  for (const json& row : expected_all["lsmeans"]) {
    const Table table = input(row["full"]);
    const Design design = make_design(parse_formula(row["formula"].get<std::string>()), table);
    const MarginalMeans means =
        marginal_means(design, table, row["by"].get<Words>(), weights_named(row["weights"]));
    const Eigen::VectorXd beta = least_squares(design);
    const double s2 = (design.y - design.x * beta).squaredNorm() /
                      static_cast<double>(design.x.rows() - design.x.cols());
    const Eigen::MatrixXd inverse = (design.x.transpose() * design.x)
                                        .householderQr()
                                        .solve(Eigen::MatrixXd::Identity(beta.size(), beta.size()));
    ASSERT_EQ(means.means.size(), row["at"].size()) << row["formula"];
    for (std::size_t i = 0; i < means.means.size(); ++i) {
      const MarginalMean& mean = means.means[i];
      std::string expected_words;
      for (const std::string word : row["at"][i]) expected_words += word + "|";
      EXPECT_EQ(words(mean), expected_words);
      const double expected = at(row["estimate"], i);
      EXPECT_EQ(mean.estimable, !std::isnan(expected)) << row["formula"] << words(mean);
      if (!mean.estimable) continue;
      // conditioning of the quadratic designs leaves 1e-10 of a mean of about 20
      EXPECT_NEAR(mean.coefficients * beta, expected, 1e-9) << row["formula"] << words(mean);
      if (row.contains("se")) {
        const double variance = (mean.coefficients * inverse).dot(mean.coefficients) * s2;
        EXPECT_NEAR(std::sqrt(variance), at(row["se"], i), 1e-7) << row["formula"];
      }
    }
  }
}

TEST(MarginalMeans, say_what_they_hold_and_average) {
  const Table table = input(true);
  const Design design = make_design(parse_formula("CHG ~ BASE + ARM + PRIOR + SEX"), table);
  const MarginalMeans equal = marginal_means(design, table, {"ARM"});
  EXPECT_EQ(equal.weights, "equal weights over SEX (F, M), PRIOR (0, 1)");
  EXPECT_DOUBLE_EQ(std::get<double>(equal.covariates.at("PRIOR")), 0.5);
  const MarginalMeans observed = marginal_means(design, table, {"ARM"}, MarginWeights::observed);
  EXPECT_NEAR(std::get<double>(observed.covariates.at("PRIOR")), design.x.col(4).mean(), 1e-12);
  EXPECT_NEAR(std::get<double>(observed.covariates.at("BASE")), design.x.col(1).mean(), 1e-12);
  const MarginalMeans everybody =
      marginal_means(design, table, {"ARM"}, MarginWeights::counterfactual);
  EXPECT_EQ(everybody.weights, "mean over the other columns as observed in all 84 rows in use");
}

// In an additive model, weights as observed and means over everybody are one.
TEST(MarginalMeans, weights_meet_where_nothing_interacts) {
  const Table table = input(true);
  const Design design = make_design(parse_formula("CHG ~ BASE + ARM + PRIOR + SEX + SITE"), table);
  const MarginalMeans one = marginal_means(design, table, {"ARM"}, MarginWeights::observed);
  const MarginalMeans other = marginal_means(design, table, {"ARM"}, MarginWeights::counterfactual);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR((one.means[i].coefficients - other.means[i].coefficients).norm(), 0, 1e-12);
}

// The slope of a line is its coefficient, that of a parabola twice its coefficient at the mean.
TEST(MarginalMeans, slopes_are_derivatives_at_the_mean) {
  const Table table = input(true);
  const Design line = make_design(parse_formula("CHG ~ BASE + ARM * AGE"), table);
  const MarginalMeans slopes = marginal_slopes(line, table, {"ARM"}, "AGE");
  const Eigen::VectorXd beta = least_squares(line);
  for (std::size_t j = 0; j < line.columns.size(); ++j)
    if (line.columns[j] == "AGE") {
      EXPECT_NEAR(slopes.means[0].coefficients * beta, beta[static_cast<Eigen::Index>(j)], 1e-9);
    }
  const Design parabola = make_design(parse_formula("CHG ~ AGE + I(AGE^2)"), table);
  const MarginalMeans bent = marginal_slopes(parabola, table, {}, "AGE");
  const double mean = std::get<double>(bent.covariates.at("AGE"));
  EXPECT_NEAR(bent.means[0].coefficients[1], 1, 1e-9);
  EXPECT_NEAR(bent.means[0].coefficients[2], 2 * mean, 1e-7);
}

TEST(MarginalMeans, hold_a_column_where_they_are_told) {
  const Table table = input(true);
  const Design design = make_design(parse_formula("CHG ~ BASE + ARM"), table);
  const MarginalMeans held =
      marginal_means(design, table, {"ARM"}, MarginWeights::equal, {{"BASE", 7}});
  EXPECT_EQ(held.means[0].coefficients[1], 7);
  EXPECT_EQ(std::get<double>(held.covariates.at("BASE")), 7);
  EXPECT_THROW(marginal_means(design, table, {"ARM"}, MarginWeights::equal, {{"ARM", 7}}), Error);
  EXPECT_THROW(marginal_means(design, table, {"ARM"}, MarginWeights::counterfactual, {{"BASE", 7}}),
               Error);
}

TEST(MarginalMeans, refuse_columns_outside_the_model) {
  const Table table = input(true);
  const Design design = make_design(parse_formula("CHG ~ I(BASE * AGE) + ARM"), table);
  EXPECT_THROW(marginal_means(design, table, {"SEX"}), Error);
  EXPECT_THROW(marginal_means(design, table, {"ARM", "ARM"}), Error);
  EXPECT_THROW(marginal_means(design, table, {"AGE"}, MarginWeights::counterfactual), Error);
}

}  // namespace
}  // namespace entact
