#include "entact/answer/adverse_measures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "entact/answer/adverse_command.h"
#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const std::string folder = ENTACT_SOURCE_DIR "/reference/adverse/";

AdverseRequest synthetic() {
  return {.events = folder + "adae.csv",
          .subjects = folder + "adsl.csv",
          .vitals = folder + "advs.csv",
          .shift = folder + "adcssrs.csv",
          .course = folder + "adqs.csv",
          .outliers = {"SYSBP>=150"}};
}

Json expected() { return Json::parse(std::ifstream(folder + "expected.json")); }

Json measures() {
  static const Json result = Json::parse(adverse_answer(synthetic()).result_json)["measures"];
  return result;
}

const Json& table_of(const Json& all, const std::string& id) {
  for (const Json& table : all)
    if (table["id"] == id) return table;
  throw Error("test", "no table " + id);
}

void expect_means(const Json& ours, const Json& theirs, const std::string& arm) {
  EXPECT_EQ(ours["n"], theirs["n"]);
  for (const char* key : {"mean", "sd", "low", "high"})
    EXPECT_NEAR(ours[key].get<double>(), theirs[key].get<double>(), 1e-10) << key;
  if (arm == "Placebo") {
    EXPECT_TRUE(ours["difference"].is_null());  // the reference
    return;
  }
  for (const char* key : {"difference", "difference_low", "difference_high"})
    EXPECT_NEAR(ours[key].get<double>(), theirs[key].get<double>(), 1e-10) << key;
}

TEST(AdverseMeasures, peaks_of_every_session_agree_with_r) {
  const Json all = measures(), oracle = expected();
  const std::map<std::string, std::string> labels{{"SYSBP", "Systolic blood pressure (mmHg)"},
                                                  {"PULSE", "Pulse (beats/min)"}};
  int compared = 0;
  for (const Json& theirs : oracle["peaks"])
    for (const Json& row : table_of(all, "peaks")["rows"]) {
      if (row["param"] != labels.at(theirs["param"]) || row["session"] != theirs["session"] ||
          row["arm"] != theirs["arm"])
        continue;
      expect_means(row["values"], theirs["change"], row["arm"]);
      EXPECT_NEAR(row["values"]["peak_mean"].get<double>(), theirs["peak_mean"].get<double>(),
                  1e-10);
      EXPECT_EQ(row["values"]["peak_max"], theirs["peak_max"]);
      ++compared;
    }
  EXPECT_EQ(compared, 12);  // two measures, three sessions, two arms
}

TEST(AdverseMeasures, participants_past_a_limit_agree_with_r) {
  const Json all = measures(), oracle = expected();
  int compared = 0;
  for (const Json& row : table_of(all, "outliers")["rows"])
    if (row["session"] == "any") {
      EXPECT_EQ(row["values"]["participants"], oracle["high150"][row["arm"].get<std::string>()]);
      ++compared;
    }
  EXPECT_EQ(compared, 2);
}

TEST(AdverseMeasures, the_shift_to_the_worst_agrees_with_r) {
  const Json all = measures(), oracle = expected();
  std::map<std::string, std::size_t> from;
  for (const Json& row : table_of(all, "shift-CSSRS")["rows"]) {
    if (row["visit"] != "worst of all") continue;
    const std::string arm = row["arm"];
    std::size_t to = 0;
    for (const char* word : {"No ideation", "Wish to be dead", "Non-specific thoughts",
                             "Ideation with method", "Intent"})
      EXPECT_EQ(row["values"].value(word, 0.0), oracle["shift"][arm]["table"][from[arm]][to++])
          << word;
    ++from[arm];
  }
  EXPECT_EQ(from["MDMA"], 4U);  // nobody was ever at "Intent"
  for (const Json& row : table_of(all, "worse")["rows"])
    if (row["visit"] == "worst of all") {
      EXPECT_EQ(row["values"]["participants"],
                oracle["shift"][row["arm"].get<std::string>()]["worse"]);
    }
}

TEST(AdverseMeasures, scores_over_time_agree_with_r) {
  const Json all = measures(), oracle = expected();
  int compared = 0;
  for (const Json& theirs : oracle["course"])
    for (const Json& row : table_of(all, "course")["rows"])
      if (row["visit"] == theirs["visit"] && row["arm"] == theirs["arm"]) {
        expect_means(row["values"], theirs, row["arm"]);
        ++compared;
      }
  EXPECT_EQ(compared, 8);
}

TEST(AdverseMeasures, every_number_of_their_section_stands_in_the_result) {
  const Answer answer = adverse_answer(synthetic());
  const Json json = Json::parse(envelope(answer, "entact adverse"));
  int measured = 0;
  for (const Number& number : answer.document->numbers) {
    if (number.trail.pointer.rfind("/result/measures", 0) != 0) continue;
    EXPECT_EQ(json.at(Json::json_pointer(number.trail.pointer)).get<double>(), number.value);
    ++measured;
  }
  EXPECT_GT(measured, 200);
}

AdverseRequest with_shift(const std::string& csv) {
  const std::string path = testing::TempDir() + "shift.csv";
  write_file_atomically(path, csv);
  return {.events = folder + "adae.csv", .subjects = folder + "adsl.csv", .shift = path};
}

TEST(AdverseMeasures, ranges_have_their_own_order) {
  const Json result = Json::parse(
      adverse_answer(with_shift("USUBJID,PARAMCD,AVISIT,AVAL,ANRIND,BNRIND\n"
                                "SYN-001,NA,W1,120,LOW,NORMAL\nSYN-001,NA,W2,150,HIGH,NORMAL\n"))
          .result_json);
  for (const Json& row : table_of(result["measures"], "shift-NA")["rows"])
    if (row["visit"] == "worst of all" && row["arm"] == "Placebo" && row["before"] == "NORMAL") {
      EXPECT_EQ(row["values"]["HIGH"], 1);
    }
}

std::string code_of(const AdverseRequest& request) {
  try {
    adverse_answer(request);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(AdverseMeasures, refuses_what_it_cannot_order_or_find) {
  const std::string head = "USUBJID,PARAMCD,AVISIT,AVAL,AVALC,ABLFL\n";
  EXPECT_EQ(code_of(with_shift(head + "SYN-001,X,W0,,good,Y\nSYN-001,X,W1,,bad,\n")),
            "answer.adverse.category");
  EXPECT_EQ(code_of(with_shift(head + "SYN-001,X,W0,0,good,Y\nSYN-001,X,W1,1,bad,Y\n")),
            "answer.adverse.before");
  EXPECT_EQ(code_of(with_shift("USUBJID,PARAMCD,AVISIT,AVAL\nSYN-001,X,W0,0\n")),
            "answer.study.column");
  AdverseRequest request = with_shift(head + "SYN-001,X,W0,,good,Y\nSYN-001,X,W1,,bad,\n");
  request.categories = {"good", "bad"};
  EXPECT_EQ(code_of(request), "");
  request.params = {"Y"};
  EXPECT_EQ(code_of(request), "answer.adverse.param");
  request = synthetic();
  for (const char* wrong : {"SYSBP", "SYSBP>160", ">=3", "SYSBP>=x"}) {
    request.outliers = {wrong};
    EXPECT_EQ(code_of(request), "answer.adverse.outlier") << wrong;
  }
  request.outliers = {"TEMP>=39"};
  EXPECT_EQ(code_of(request), "answer.adverse.param");
}

TEST(AdverseMeasures, limits_hold_at_their_number) {
  EXPECT_TRUE(outlier_limit("SYSBP>=160").holds(160));
  EXPECT_FALSE(outlier_limit("SYSBP>=160").holds(159.9));
  EXPECT_TRUE(outlier_limit("SPO2<=92").holds(92));
  EXPECT_FALSE(outlier_limit("SPO2<=92").holds(93));
}

}  // namespace
}  // namespace entact
