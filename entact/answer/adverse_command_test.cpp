#include "entact/answer/adverse_command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/report/document_json.h"
#include "entact/stats/agreement_specimen.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const std::string folder = ENTACT_SOURCE_DIR "/reference/adverse/";

AdverseRequest synthetic() {
  return {.events = folder + "adae.csv",
          .subjects = folder + "adsl.csv",
          .sessions = folder + "sessions.csv",
          .windows = "acute:0-2,delayed:3-7"};
}

Json expected() { return Json::parse(std::ifstream(folder + "expected.json")); }
Json result_of(const AdverseRequest& request) {
  return Json::parse(adverse_answer(request).result_json);
}

const Json& arm_of(const Json& row, const std::string& arm) {
  for (const Json& each : row["arms"])
    if (each["arm"] == arm) return each;
  throw Error("test", "no arm " + arm);
}

/// Relative, for intervals of ratios that may be infinite on both sides.
void expect_near(const Json& ours, const Json& theirs, double relative) {
  if (ours.is_string()) {
    EXPECT_EQ(theirs, "Inf");
    return;
  }
  const double value = theirs.get<double>();
  EXPECT_NEAR(ours.get<double>(), value, relative * std::max(1.0, std::abs(value)));
}

TEST(AdverseCommand, every_row_agrees_with_r) {
  const Json result = result_of(synthetic()), oracle = expected();
  std::map<std::pair<std::string, std::string>, Json> rows;
  for (const Json& row : result["rows"]) rows[{row["class"], row["term"]}] = row;
  ASSERT_EQ(rows.size(), oracle["rows"].size());
  for (const Json& theirs : oracle["rows"]) {
    const Json& ours = rows.at({theirs["class"], theirs["term"]});
    for (const std::string arm : {"Placebo", "MDMA"}) {
      EXPECT_EQ(arm_of(ours, arm)["participants"], theirs["arms"][arm]["participants"]);
      EXPECT_EQ(arm_of(ours, arm)["events"], theirs["arms"][arm]["events"]);
      EXPECT_EQ(arm_of(ours, arm)["person_days_to_first"], theirs["arms"][arm]["days"]);
      const char* words[] = {"not reported", "mild", "moderate", "severe"};
      for (std::size_t s = 0; s < 4; ++s)
        EXPECT_EQ(arm_of(ours, arm)["by_severity"][words[s]], theirs["arms"][arm]["severity"][s]);
    }
    const Json& comparison = ours["comparisons"][0];
    EXPECT_EQ(comparison["arm"], "MDMA");
    specimen::note_disagreement("R fisher.test, p.adjust, poisson.test", "p", comparison["p"],
                                theirs["p"]);
    specimen::note_disagreement("R fisher.test, p.adjust, poisson.test", "adjusted p",
                                comparison["p_bh"], theirs["p_bh"]);
    expect_near(comparison["p"], theirs["p"], 1e-12);
    expect_near(comparison["p_bh"], theirs["p_bh"], 1e-12);
    expect_near(comparison["rate_ratio_low"], theirs["rate_ratio"][0], 1e-11);
    expect_near(comparison["rate_ratio_high"], theirs["rate_ratio"][1], 1e-11);
  }
}

TEST(AdverseCommand, says_which_arm_is_the_reference_and_why) {
  AdverseRequest request = synthetic();
  const Answer usual = adverse_answer(request);
  EXPECT_EQ(Json::parse(usual.result_json)["reference_chosen"], "lowest TRT01AN");
  EXPECT_NE(usual.text.find("reference arm Placebo (lowest TRT01AN)"), std::string::npos);
  const auto told = [](const Answer& answer) {
    return std::any_of(answer.reservations.begin(), answer.reservations.end(),
                       [](const std::string& note) {
                         return note.find("choose another with --reference") != std::string::npos;
                       });
  };
  EXPECT_TRUE(told(usual));
  request.reference = "MDMA";
  const Answer asked = adverse_answer(request);
  EXPECT_EQ(Json::parse(asked.result_json)["reference_chosen"], "asked for");
  EXPECT_FALSE(told(asked));
}

TEST(AdverseCommand, says_that_test_and_interval_are_two_methods) {
  AdverseRequest request = synthetic();
  EXPECT_NE(adverse_answer(request).text.find(
                "Miettinen-Nurminen score intervals; p by Fisher's exact test"),
            std::string::npos);
  request.how.test = AdverseCompareOptions::Test::score;
  EXPECT_EQ(adverse_answer(request).text.find("two methods"), std::string::npos);
}

/// Participants with related events, all arms together.
int related_of(const Json& result) {
  for (const Json& row : result["overview"])
    if (row["events"] == "related") return row["total"]["participants"];
  return -1;
}

TEST(AdverseCommand, events_without_an_assessment_count_as_asked) {
  const std::string folder_of_test = testing::TempDir() + "entact-unassessed/";
  std::filesystem::create_directories(folder_of_test);
  write_file_atomically(folder_of_test + "adsl.csv",
                        "USUBJID,TRT01A,SAFFL\nP1,A,Y\nP2,B,Y\nP3,B,Y\n");
  write_file_atomically(folder_of_test + "adae.csv",
                        "USUBJID,AEDECOD,AEBODSYS,AEREL\nP1,Nausea,GI,Y\nP2,Nausea,GI,\n"
                        "P3,Nausea,GI,N\n");
  AdverseRequest request{.events = folder_of_test + "adae.csv",
                         .subjects = folder_of_test + "adsl.csv"};
  const Answer usual = adverse_answer(request);
  EXPECT_EQ(related_of(Json::parse(usual.result_json)), 2);
  EXPECT_EQ(Json::parse(usual.result_json)["options"]["unassessed_relatedness"], "related");
  EXPECT_EQ(Json::parse(usual.result_json)["reference_chosen"], "first by name");
  request.columns.unassessed_related = false;
  EXPECT_EQ(related_of(result_of(request)), 1);
  std::filesystem::remove_all(folder_of_test);
}

TEST(AdverseCommand, windows_and_sessions_agree_with_r) {
  const Json result = result_of(synthetic()), oracle = expected();
  const char* days[] = {"acute", "delayed", "between"};
  for (std::size_t w = 0; w < 3; ++w)
    EXPECT_EQ(result["windows"][w]["person_days"], oracle["days"][days[w]]);
  std::map<std::string, Json> theirs;
  for (const Json& each : oracle["window"]) theirs[each["where"]] = each;
  int compared = 0;
  for (const Json& ours : result["by_session"]) {
    const std::string where =
        ours["window"].get<std::string>() + " " + std::to_string(ours["session"].get<int>());
    for (const std::string arm : {"Placebo", "MDMA"}) {
      const Json none{{"events", {{arm, 0}}}, {"participants", {{arm, 0}}}};
      const Json& row = theirs.contains(where) ? theirs[where] : none;
      EXPECT_EQ(arm_of(ours, arm)["events"], row["events"][arm]) << where;
      EXPECT_EQ(arm_of(ours, arm)["participants"], row["participants"][arm]) << where;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 18);  // three windows, three sessions, two arms
}

TEST(AdverseCommand, a_threshold_hides_from_text_and_says_so) {
  AdverseRequest request = synthetic();
  const Answer whole = adverse_answer(request);
  request.threshold = 0.5;
  const Answer some = adverse_answer(request);
  EXPECT_NE(whole.text.find("  Palpitations"), std::string::npos);
  EXPECT_EQ(some.text.find("  Palpitations"), std::string::npos);
  EXPECT_NE(some.text.find("of 8 terms"), std::string::npos) << some.text;
  EXPECT_NE(some.csv.find("Palpitations,false"), std::string::npos);
  const Json all = Json::parse(whole.result_json), few = Json::parse(some.result_json);
  ASSERT_EQ(all["rows"].size(), few["rows"].size());
  for (std::size_t i = 0; i < all["rows"].size(); ++i)
    EXPECT_EQ(all["rows"][i]["comparisons"], few["rows"][i]["comparisons"]);
}

TEST(AdverseCommand, every_number_of_the_page_stands_in_the_result) {
  const Answer answer = adverse_answer(synthetic());
  const Json json = Json::parse(envelope(answer, "entact adverse"));
  EXPECT_TRUE(dangling_references(document_of(answer, "entact adverse")).empty());
  ASSERT_GT(answer.document->numbers.size(), 100U);
  for (const Number& number : answer.document->numbers)
    EXPECT_EQ(json.at(Json::json_pointer(number.trail.pointer)).get<double>(), number.value)
        << number.label << number.trail.pointer;
}

TEST(AdverseCommand, the_reference_turns_the_sign) {
  AdverseRequest request = synthetic();
  request.reference = "MDMA";
  const Json turned = result_of(request), straight = result_of(synthetic());
  for (std::size_t i = 0; i < turned["rows"].size(); ++i)
    EXPECT_NEAR(turned["rows"][i]["comparisons"][0]["rd"].get<double>(),
                -straight["rows"][i]["comparisons"][0]["rd"].get<double>(), 1e-15);
  request.reference = "Ketamine";
  EXPECT_THROW(adverse_answer(request), Error);
}

TEST(AdverseCommand, subsets_are_parts_of_all_events) {
  AdverseRequest request = synthetic();
  const Json all = result_of(request);
  request.only = {"serious", "related"};
  const Json both = result_of(request);
  for (const Json& part : all["overview"])
    if (part["events"] == "serious and related") {
      EXPECT_EQ(part["total"]["events"], both["rows"][0]["total"]["events"]);
    }
  EXPECT_LT(both["rows"][0]["total"]["events"], all["rows"][0]["total"]["events"]);
}

/// What a spoilt copy of a file makes the command say.
struct Refusal {
  std::string code{};
  std::string message{};
};
Refusal refusal(const std::string& file, const std::string& from, const std::string& to) {
  std::string text = read_file(folder + file);
  const auto at = text.find(from);
  if (at == std::string::npos) return {"test: nothing to spoil", from};
  const std::string spoilt = testing::TempDir() + "spoilt_" + file;
  write_file_atomically(spoilt, text.replace(at, from.size(), to));
  AdverseRequest request = synthetic();
  (file == "adae.csv"   ? request.events
   : file == "adsl.csv" ? request.subjects
                        : request.sessions) = spoilt;
  try {
    adverse_answer(request);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

void expect_refusal(const Refusal& ours, const std::string& code,
                    const std::vector<std::string>& says) {
  EXPECT_EQ(ours.code, code) << ours.message;
  for (const std::string& words : says)
    EXPECT_NE(ours.message.find(words), std::string::npos) << ours.message;
}

TEST(AdverseCommand, bad_events_are_refused_by_line_and_participant) {
  expect_refusal(refusal("adae.csv", "AEDECOD", "TERM"), "answer.study.column", {"AEDECOD"});
  expect_refusal(refusal("adae.csv", "\"SYN-001\"", "\"SYN-999\""), "answer.adverse.participant",
                 {"adae.csv:2", "SYN-999"});
  expect_refusal(refusal("adae.csv", "2025-05-26", "2025-05-21"), "answer.adverse.order",
                 {"adae.csv:2", "AENDT", "SYN-001", "2025-05-22"});
  expect_refusal(refusal("adae.csv", "\"MILD\"", "\"GRAVE\""), "answer.adverse.severity",
                 {"adae.csv:2", "AESEV", "SYN-001", "GRAVE"});
  expect_refusal(refusal("adae.csv", "\"N\"", "\"0\""), "answer.adverse.flag", {":2", "AESER"});
  expect_refusal(refusal("adae.csv", "\"REMOTE\"", "\"MAYBE\""), "answer.adverse.related",
                 {":2", "MAYBE", "--related-words"});
  expect_refusal(refusal("adae.csv", "\"Dizziness\"", "\"\""), "answer.adverse.term", {":2"});
  expect_refusal(refusal("adae.csv", ",35,", ",x,"), "answer.study.number", {":2", "ASTDY"});
}

TEST(AdverseCommand, bad_participants_are_refused_by_line) {
  expect_refusal(refusal("adsl.csv", "SYN-002", "SYN-001"), "answer.adverse.twice",
                 {"adsl.csv:3", "SYN-001"});
  expect_refusal(refusal("adsl.csv", ",126\n", ",-126\n"), "answer.adverse.exposure",
                 {"adsl.csv:2", "-126"});
  expect_refusal(refusal("adsl.csv", "\"Placebo\"", "\"\""), "answer.adverse.arm",
                 {"adsl.csv:2", "SYN-001"});
  expect_refusal(refusal("adsl.csv", "\"MDMA\",1,\"N\"", "\"Other\",2,\"N\""),
                 "answer.adverse.nobody", {"Other"});
  expect_refusal(refusal("adsl.csv", "\"Y\"", "\"X\""), "answer.adverse.flag", {"SAFFL"});
  expect_refusal(refusal("sessions.csv", "SYN-001", "SYN-777"), "answer.adverse.participant",
                 {"sessions.csv:2", "SYN-777"});
  expect_refusal(refusal("sessions.csv", ",29", ",1"), "answer.adverse.session", {":3"});
}

TEST(AdverseCommand, windows_and_thresholds_are_read_or_refused) {
  EXPECT_EQ(windows_of("acute:0-2, delayed:3-7")[1].to_day, 7);
  for (const char* wrong : {"acute", "acute:0", ":0-2", "acute:a-b"})
    EXPECT_THROW(windows_of(wrong), Error) << wrong;
  EXPECT_EQ(share_of("5%"), 0.05);
  EXPECT_EQ(share_of("0.25"), 0.25);
  EXPECT_EQ(share_of(""), 0);
  for (const char* wrong : {"five", "101%", "-1%", "%"}) EXPECT_THROW(share_of(wrong), Error);
  AdverseRequest request = synthetic();
  request.sessions.clear();
  EXPECT_THROW(adverse_answer(request), Error);
}

TEST(AdverseCommand, an_arm_without_sessions_is_not_compared_in_windows) {
  AdverseRequest request = synthetic();
  request.sessions = testing::TempDir() + "one_arm.csv";
  write_file_atomically(request.sessions, "USUBJID,ADY\nSYN-002,1\nSYN-004,1\n");  // MDMA
  const Answer answer = adverse_answer(request);
  const Json result = Json::parse(answer.result_json);
  EXPECT_TRUE(result["windows"][0]["rows"][0]["comparisons"][0].is_null());
  EXPECT_FALSE(result["rows"][0]["comparisons"][0].is_null());
  EXPECT_NE(answer.text.find("not compared"), std::string::npos);
  EXPECT_TRUE(dangling_references(document_of(answer, "entact adverse")).empty());
}

TEST(AdverseCommand, study_days_have_no_zero) {
  EXPECT_EQ(days_since_first(1), 0);
  EXPECT_EQ(days_since_first(29), 28);
  EXPECT_EQ(days_since_first(-1), -1);
}

}  // namespace
}  // namespace entact
