#include "entact/stats/blinding_index.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

MatrixXd matrix(const json& rows) {
  MatrixXd m(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j)
      m(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return m;
}

void note(const std::string& quantity, double ours, const json& theirs) {
  specimen::note_disagreement("definitions in R", quantity, ours, theirs);
}

// The reference differentiates numerically: 1e-9.
TEST(BlindingIndex, agrees_with_the_definitions) {
  const json all = read_reference("blinding/expected.json");
  for (const json& row : all["tables"]) {
    const Guesses guesses{matrix(row["counts"])};
    const BlindingIndex james = james_index(guesses);
    EXPECT_NEAR(james.value, row["james"]["value"], 1e-12);
    EXPECT_NEAR(james.se, row["james"]["se"], 1e-9);
    note("James' index", james.value, row["james"]["value"]);
    note("James' standard error", james.se, row["james"]["se"]);
    const auto bang = bang_index(guesses);
    ASSERT_EQ(bang.size(), row["bang"].size());
    for (std::size_t i = 0; i < bang.size(); ++i) {
      EXPECT_NEAR(bang[i].value, row["bang"][i]["value"], 1e-12);
      EXPECT_NEAR(bang[i].se, row["bang"][i]["se"], 1e-9);
      note("Bang's index", bang[i].value, row["bang"][i]["value"]);
      note("Bang's standard error", bang[i].se, row["bang"][i]["se"]);
    }
  }
}

void expect_printed(const BlindingIndex& ours, const json& printed) {
  EXPECT_NEAR(ours.value, printed[0], 5.1e-4);
  EXPECT_NEAR(ours.se, printed[1], 5.1e-4);
  EXPECT_NEAR(ours.low, printed[2], 5.1e-4);
  EXPECT_NEAR(ours.high, printed[3], 5.1e-4);
}

TEST(BlindingIndex, reproduces_published_values) {
  const json row = read_reference("blinding/expected.json")["published"][0];
  const Guesses guesses{matrix(row["counts"])};
  expect_printed(james_index(guesses), row["james"]);
  for (std::size_t i = 0; i < 2; ++i) expect_printed(bang_index(guesses)[i], row["bang"][i]);
}

TEST(BlindingIndex, has_the_values_of_the_extremes) {
  const MatrixXd all_right{{20, 0, 0}, {0, 30, 0}}, chance{{10, 10, 0}, {15, 15, 0}},
      all_wrong{{0, 20, 0}, {20, 0, 0}};
  EXPECT_NEAR(james_index({all_right}).value, 0, 1e-14);
  EXPECT_NEAR(james_index({chance}).value, 0.5, 1e-14);
  EXPECT_NEAR(james_index({all_wrong}).value, 1, 1e-14);
  EXPECT_EQ(bang_index({all_right})[0].value, 1);
  EXPECT_EQ(bang_index({chance})[1].value, 0);
  EXPECT_EQ(bang_index({all_wrong})[0].value, -1);
  EXPECT_FALSE(bang_index({all_right})[0].p.has_value());
}

// Of four arms: guesses at random, all right, all wrong, and the two-armed index where two of three
// arms are never guessed.
TEST(BlindingIndex, of_several_arms_is_zero_by_chance) {
  const MatrixXd four{{5, 5, 5, 5, 20}, {0, 9, 0, 0, 0}, {1, 1, 0, 4, 0}, {6, 2, 0, 0, 2}};
  const auto bang = bang_index({four});
  EXPECT_NEAR(bang[0].value, 0, 1e-15);
  EXPECT_NEAR(*bang[0].p, 1, 1e-12);
  EXPECT_EQ(bang[1].value, 1);
  EXPECT_NEAR(bang[2].value, -1.0 / 3, 1e-15);
  EXPECT_NEAR(bang[3].value, -0.8 / 3, 1e-15);
}

TEST(BlindingIndex, does_not_hang_on_which_arm_comes_first) {
  const MatrixXd one{{41, 3, 2}, {9, 31, 4}}, other{{31, 9, 4}, {3, 41, 2}};
  EXPECT_NEAR(james_index({one}).value, james_index({other}).value, 1e-14);
  EXPECT_NEAR(james_index({one}).se, james_index({other}).se, 1e-14);
  EXPECT_EQ(bang_index({one})[0].value, bang_index({other})[1].value);
}

TEST(BlindingIndex, refuses_tables_without_an_answer) {
  EXPECT_THROW(james_index({MatrixXd{{0, 0, 5}, {0, 0, 5}}}), Error);
  EXPECT_THROW(james_index({MatrixXd{{5, 0, 0}, {0, 0, 5}}}), Error);
  EXPECT_THROW(james_index({MatrixXd{{5, 0}, {0, 5}}}), Error);
  EXPECT_THROW(james_index({MatrixXd{{5, -1, 0}, {0, 1, 5}}}), Error);
  EXPECT_THROW(bang_index({MatrixXd{{5, 1, 0}, {0, 0, 0}}}), Error);
}

}  // namespace
}  // namespace entact
