#include "entact/stats/cumulative_incidence.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

const SurvivalData data{.stop = {1, 2, 2, 3, 4, 4, 5, 6, 7, 7},
                        .event = {1, 2, 0, 1, 2, 1, 0, 3, 1, 0}};

TEST(CumulativeIncidence, all_causes_and_none_add_up_to_one) {
  const IncidenceCurve curve = cumulative_incidence(data, 3);
  for (Eigen::Index k = 0; k < curve.event_free.size(); ++k)
    EXPECT_NEAR(curve.event_free(k) + curve.incidence.row(k).sum(), 1, 1e-15);
}

// Without ties the variance is Greenwood's: the jump's variance S^2 d / n^2 is carried on by
// S(t) / S(s), S(s) = S (n - d) / n, so that each event adds S(t)^2 d / (n - d)^2 where Greenwood
// has d / (n (n - d)).
TEST(CumulativeIncidence, of_one_cause_is_what_kaplan_meier_leaves) {
  const SurvivalData one{.stop = {1, 2, 3, 4, 5, 6}, .event = {1, 0, 1, 1, 0, 1}};
  const IncidenceCurve curve = cumulative_incidence(one, 1);
  const SurvivalCurve survival = kaplan_meier(one);
  double sum = 0;
  for (std::size_t k = 0; k + 1 < survival.time.size(); ++k) {
    const auto at = static_cast<Eigen::Index>(k);
    const double n = survival.at_risk[k], d = survival.events[k];
    sum += d / ((n - d) * (n - d));
    EXPECT_NEAR(curve.incidence(at, 0), 1 - survival.survival[k], 1e-15);
    EXPECT_NEAR(curve.se(at, 0), survival.survival[k] * std::sqrt(sum), 1e-14);
  }
}

// Renumbering causes and joining two of them leaves the others alone.
TEST(CumulativeIncidence, of_a_cause_does_not_depend_on_how_the_others_are_split) {
  SurvivalData joined = data;
  for (int& event : joined.event) event = event == 3 ? 2 : event;
  const IncidenceCurve three = cumulative_incidence(data, 3), two = cumulative_incidence(joined, 2);
  EXPECT_EQ(three.incidence.col(0), two.incidence.col(0));
  EXPECT_LT((three.se.col(0) - two.se.col(0)).norm(), 1e-15);
}

TEST(CumulativeIncidence, is_nothing_before_the_first_event) {
  const IncidenceCurve curve = cumulative_incidence(data, 3);
  EXPECT_EQ(at_time(curve, 1, 0.5).survival, 0);
  EXPECT_EQ(at_time(curve, 1, 0.5).at_risk, 10);
  EXPECT_NEAR(at_time(curve, 2, 2.5).survival, 0.9 / 9, 1e-15);
}

TEST(CumulativeIncidence, refuses_a_cause_that_it_was_not_told_of) {
  EXPECT_THROW(cumulative_incidence(data, 2), Error);
  EXPECT_THROW(cumulative_incidence({}, 1), Error);
}

}  // namespace
}  // namespace entact
