#include "entact/stats/adverse_windows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/stats/adverse_specimen.h"

namespace entact {
namespace {

const std::vector<DayWindow> acute_and_delayed{{"acute", 0, 2}, {"delayed", 3, 7}};

TEST(AdverseWindows, sorts_events_by_the_session_before_them) {
  const WindowedEvents sorted = events_by_window(four_people(), acute_and_delayed);
  // Days 4, 1, 22 after sessions on 0 and 21; 50 after a session on day 2; one of unknown day.
  EXPECT_EQ(sorted.window, (std::vector<int>{1, 0, 0, 2, WindowedEvents::unknown}));
  EXPECT_EQ(sorted.session, (std::vector<int>{0, 0, 1, 0, -1}));
  EXPECT_EQ(sorted.between, 2);
}

TEST(AdverseWindows, the_next_session_ends_a_window) {
  const WindowedEvents sorted = events_by_window(four_people(), acute_and_delayed);
  // Participant 0: sessions on 0 and 5, at risk to day 9. Acute 0-2 and 5-7; delayed 3-4 and 8-9.
  EXPECT_EQ(sorted.days[0][0], 6);
  EXPECT_EQ(sorted.days[1][0], 4);
  EXPECT_EQ(sorted.days[2][0], 0);
  // Participant 3: session on 2, at risk to day 39: 3, 5 and 30 days.
  EXPECT_EQ(sorted.days[0][3], 3);
  EXPECT_EQ(sorted.days[1][3], 5);
  EXPECT_EQ(sorted.days[2][3], 30);
  EXPECT_EQ(sorted.days[0][1], 0);  // had no session
}

TEST(AdverseWindows, every_event_and_every_day_is_in_one_place) {
  const AdverseStudy study = many_people(80, 500);
  const WindowedEvents sorted = events_by_window(study, acute_and_delayed);
  for (std::size_t i = 0; i < study.participants.size(); ++i) {
    double days = 0;
    for (const auto& window : sorted.days) days += window[i];
    EXPECT_EQ(days, study.participants[i].exposure_days);  // the first session is on day 0
  }
  int counted = 0;
  for (int window = 0; window <= sorted.between; ++window)
    counted += adverse_table(study, window_view(study, sorted, window)).rows[0].total.events;
  int before = 0;
  for (const int window : sorted.window) before += window == WindowedEvents::before ? 1 : 0;
  EXPECT_EQ(counted + before, 500);
}

TEST(AdverseWindows, only_those_with_a_session_are_at_risk) {
  const AdverseStudy study = four_people();
  const WindowedEvents sorted = events_by_window(study, acute_and_delayed);
  const AdverseTable acute = adverse_table(study, window_view(study, sorted, 0));
  EXPECT_EQ(acute.n, (std::vector<int>{1, 2}));
  EXPECT_EQ(acute.rows[0].arms[1].events, 2);
  EXPECT_EQ(acute.exposure_days, (std::vector<double>{6, 9}));
}

TEST(AdverseWindows, unknown_time_at_risk_stays_unknown) {
  AdverseStudy study = four_people();
  study.participants[2].exposure_days = std::nan("");
  const WindowedEvents sorted = events_by_window(study, acute_and_delayed);
  EXPECT_TRUE(std::isnan(sorted.days[0][2]));
  EXPECT_EQ(sorted.window[0], 1);
}

TEST(AdverseWindows, refuses_windows_and_sessions_out_of_order) {
  const AdverseStudy study = four_people();
  EXPECT_THROW(events_by_window(study, {{"a", -1, 2}}), Error);
  EXPECT_THROW(events_by_window(study, {{"a", 3, 2}}), Error);
  EXPECT_THROW(events_by_window(study, {{"a", 0, 2}, {"b", 2, 4}}), Error);
  AdverseStudy twice = study;
  twice.participants[0].session_days = {5, 5};
  EXPECT_THROW(events_by_window(twice, acute_and_delayed), Error);
}

}  // namespace
}  // namespace entact
