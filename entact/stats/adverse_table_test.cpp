#include "entact/stats/adverse_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/base/error.h"
#include "entact/stats/adverse_specimen.h"

namespace entact {
namespace {

/// The row by definition: every participant and every event looked at for it alone.
AdverseCount recount(const AdverseStudy& study, const AdverseRow& row, int arm) {
  AdverseCount count{.by_severity =
                         std::vector<int>(static_cast<std::size_t>(study.severities) + 1, 0)};
  for (std::size_t i = 0; i < study.participants.size(); ++i) {
    if (study.participants[i].arm != arm) continue;
    int events = 0, severity = 0;
    double at_risk = study.participants[i].exposure_days;
    for (const AdverseEvent& event : study.events) {
      if (event.participant != static_cast<int>(i)) continue;
      if (row.system >= 0 && event.system != row.system) continue;
      if (row.term >= 0 && event.term != row.term) continue;
      ++events;
      severity = std::max(severity, event.severity);
      if (!std::isnan(event.day)) at_risk = std::min(at_risk, std::max(0.0, event.day + 1));
    }
    count.person_days += at_risk;
    count.events += events;
    if (events == 0) continue;
    ++count.participants;
    ++count.by_severity[static_cast<std::size_t>(severity)];
  }
  return count;
}

TEST(AdverseTable, counts_as_one_would_by_hand) {
  const AdverseTable table = adverse_table(four_people());
  EXPECT_EQ(table.n, (std::vector<int>{2, 2}));
  EXPECT_EQ(table.exposure_days, (std::vector<double>{30, 70}));
  const AdverseRow& any = table.rows[0];
  EXPECT_EQ(any.arms[1].participants, 2);
  EXPECT_EQ(any.arms[1].events, 4);
  EXPECT_EQ(any.arms[0].participants, 1);
  EXPECT_EQ(any.total.participants, 3);
  // Participant 2 first had an event on day 1, the second day; participant 3 after its time.
  EXPECT_EQ(any.arms[1].person_days, 2 + 40);
  EXPECT_EQ(any.arms[0].person_days, 10 + 20);  // the day of its one event is not known
  EXPECT_EQ(any.arms[1].by_severity, (std::vector<int>{0, 1, 0, 1}));
  EXPECT_EQ(any.arms[0].by_severity, (std::vector<int>{1, 0, 0, 0}));
}

TEST(AdverseTable, agrees_with_a_plain_recount) {
  const AdverseStudy study = many_people(60, 900);
  for (const AdverseRow& row : adverse_table(study).rows)
    for (int arm : {0, 1}) {
      const AdverseCount ours = row.arms[static_cast<std::size_t>(arm)];
      const AdverseCount plain = recount(study, row, arm);
      EXPECT_EQ(ours.participants, plain.participants);
      EXPECT_EQ(ours.events, plain.events);
      EXPECT_EQ(ours.by_severity, plain.by_severity);
      EXPECT_NEAR(ours.person_days, plain.person_days, 1e-9);
    }
}

TEST(AdverseTable, rows_come_by_class_the_most_frequent_first) {
  const AdverseTable table = adverse_table(many_people(60, 900));
  EXPECT_TRUE(table.rows[0].any());
  EXPECT_TRUE(table.rows[1].is_system());
  int class_count = table.rows[0].total.participants, term_count = 0;
  std::set<int> seen;
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const AdverseRow& row = table.rows[i];
    int& bound = row.is_system() ? class_count : term_count;
    EXPECT_LE(row.total.participants, bound);
    bound = row.total.participants;
    if (row.is_system()) {
      term_count = bound;  // no term is more frequent than its class
      EXPECT_TRUE(seen.insert(row.system).second);
    }
  }
}

TEST(AdverseTable, does_not_depend_on_the_order_of_events) {
  AdverseStudy study = many_people(40, 300);
  const AdverseTable before = adverse_table(study);
  std::reverse(study.events.begin(), study.events.end());
  const AdverseTable after = adverse_table(study);
  ASSERT_EQ(before.rows.size(), after.rows.size());
  for (std::size_t i = 0; i < before.rows.size(); ++i) {
    EXPECT_EQ(before.rows[i].term, after.rows[i].term);
    EXPECT_EQ(before.rows[i].total.participants, after.rows[i].total.participants);
    EXPECT_EQ(before.rows[i].total.person_days, after.rows[i].total.person_days);
  }
}

TEST(AdverseTable, a_view_counts_some_events_of_some_people) {
  const AdverseStudy study = four_people();
  const AdverseTable serious = adverse_table(study, {.events = {false, true, false, false, false}});
  ASSERT_EQ(serious.rows.size(), 3U);  // any event, its class, its term
  EXPECT_EQ(serious.rows[0].total.events, 1);
  EXPECT_EQ(serious.n_total, 4);  // people without such an event stay in the denominator
  const AdverseTable few = adverse_table(study, {.participants = {true, false, true, false}});
  EXPECT_EQ(few.n_total, 2);
  EXPECT_EQ(few.rows[0].total.participants, 2);
  const AdverseTable other = adverse_table(study, {.exposure_days = {1, 2, 3, 4}});
  EXPECT_EQ(other.exposure_total, 10);
  EXPECT_TRUE(std::isnan(other.rows[0].total.person_days));
}

TEST(AdverseTable, without_events_still_has_its_first_row) {
  AdverseStudy study = four_people();
  study.events.clear();
  const AdverseTable table = adverse_table(study);
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].total.participants, 0);
  EXPECT_EQ(table.rows[0].total.person_days, 100);
}

TEST(AdverseTable, refuses_what_points_nowhere) {
  AdverseStudy study = four_people();
  study.events[0].participant = 4;
  EXPECT_THROW(adverse_table(study), Error);
  study = four_people();
  study.events[0].severity = 4;
  EXPECT_THROW(adverse_table(study), Error);
  study = four_people();
  study.participants[0].arm = 2;
  EXPECT_THROW(adverse_table(study), Error);
  study = four_people();
  study.participants[0].exposure_days = -1;
  EXPECT_THROW(adverse_table(study), Error);
  EXPECT_THROW(adverse_table(four_people(), {.events = {true}}), Error);
}

}  // namespace
}  // namespace entact
