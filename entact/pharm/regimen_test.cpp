#include "entact/pharm/regimen.h"

#include <gtest/gtest.h>

#include <functional>

#include "entact/base/error.h"

namespace entact {
namespace {

std::string code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.code();
  }
  return "";
}

TEST(Regimen, reads_doses_infusions_and_refusals) {
  const auto doses = parse_regimen("80@0, 40mg@2 ?0.1, 100@4~1.5");
  ASSERT_EQ(doses.size(), 3U);
  EXPECT_EQ(doses[0].amount_mg, 80);
  EXPECT_EQ(doses[0].t_h, 0);
  EXPECT_EQ(doses[1].amount_mg, 40);
  EXPECT_EQ(doses[1].t_h, 2);
  EXPECT_EQ(doses[1].refused, 0.1);
  EXPECT_EQ(doses[2].over_h, 1.5);
}

TEST(Regimen, names_the_part_that_cannot_be_read) {
  for (const char* text : {"80", "80@", "@0", "80@x", "80@0,", "", "80@0~", "80@0?2", "80@0~-1"})
    EXPECT_EQ(code_of([&] { parse_regimen(text); }), "pharm.regimen.syntax") << text;
  EXPECT_EQ(code_of([] { parse_regimen("-80@0"); }), "pharm.regimen.amount");
  EXPECT_EQ(code_of([] { parse_regimen("0@0"); }), "pharm.regimen.amount");
  EXPECT_EQ(code_of([] { parse_regimen("80@2,40@2"); }), "pharm.regimen.order");
  try {
    parse_regimen("80@0,40@two");
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("\"40@two\""), std::string::npos);
  }
}

TEST(Regimen, reads_durations) {
  EXPECT_EQ(parse_hours("28d"), 672);
  EXPECT_EQ(parse_hours("2w"), 336);
  EXPECT_EQ(parse_hours("36h"), 36);
  EXPECT_DOUBLE_EQ(parse_hours("90min"), 1.5);
  for (const char* text : {"", "d", "28", "28x", "-1d", "1d2h"})
    EXPECT_EQ(code_of([&] { parse_hours(text); }), "pharm.regimen.duration") << text;
}

TEST(Regimen, reads_times) {
  const auto times_h = parse_times("0:48:0.25");
  ASSERT_EQ(times_h.size(), 193U);
  EXPECT_EQ(times_h.back(), 48);
  EXPECT_EQ(parse_times("0:1:0.1").size(), 11U);
  EXPECT_EQ(parse_times("0:1:0.1")[3], 0.3);  // 3 * 0.1 is not
  EXPECT_EQ(parse_times("0:2:1,2.5,4"), (std::vector<double>{0, 1, 2, 2.5, 4}));
  for (const char* text :
       {"", "0:1", "0:1:0", "1:0:1", "a", "0:1e9:1e-3", "4,0:2:1", "0:2:1,2:4:1"})
    EXPECT_EQ(code_of([&] { parse_times(text); }), "pharm.regimen.times") << text;
}

ModelDescription model(int duration_parameter = -1) {
  return {.id = "m", .inputs = {{.duration_parameter = duration_parameter}}};
}

TEST(Regimen, repeats_sessions) {
  const Regimen regimen{.doses = parse_regimen("80@0,40@2~4"), .sessions = 3, .every_h = 672};
  const auto events = regimen_events(regimen, model());
  ASSERT_EQ(events.size(), 6U);
  EXPECT_EQ(events[5].t_h, 1346);
  EXPECT_EQ(events[5].rate_mg_per_h, 10);
  EXPECT_EQ(events[4].rate_mg_per_h, 0);
  EXPECT_EQ(regimen_events(regimen, model(3))[4].rate_mg_per_h, -2);
  EXPECT_EQ(regimen_events(regimen, model(3))[5].rate_mg_per_h, 10);
}

TEST(Regimen, leaves_out_missed_doses) {
  Regimen regimen{.doses = parse_regimen("80@0,40@2"), .sessions = 2, .every_h = 672};
  regimen.missed = {{.session = 1, .dose = 2}};
  const auto events = regimen_events(regimen, model());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].t_h, 672);
  regimen.missed = {{.session = 3, .dose = 1}};
  EXPECT_EQ(code_of([&] { regimen_events(regimen, model()); }), "pharm.regimen.missed");
}

TEST(Regimen, refusals_come_as_often_as_said) {
  const Regimen regimen{.doses = parse_regimen("80@0,40@2?0.25")};
  int second = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    RandomStream random({.seed = 1, .purpose = RandomPurpose::events, .participant = i});
    const auto events = regimen_events(regimen, model(), random);
    ASSERT_GE(events.size(), 1U);
    second += static_cast<int>(events.size()) - 1;
  }
  EXPECT_NEAR(second, 1500, 77);  // four standard deviations: sqrt(2000 x 0.25 x 0.75) = 19.4
}

TEST(Regimen, refuses_sessions_that_overlap) {
  Regimen regimen{.doses = parse_regimen("80@0,40@2"), .sessions = 2, .every_h = 2};
  EXPECT_EQ(code_of([&] { regimen_events(regimen, model()); }), "pharm.regimen.sessions");
  regimen.sessions = 0;
  EXPECT_EQ(code_of([&] { regimen_events(regimen, model()); }), "pharm.regimen.sessions");
}

}  // namespace
}  // namespace entact
