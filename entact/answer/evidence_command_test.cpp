#include "entact/answer/evidence_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const EvidenceBase& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

TEST(EvidenceCommand, counting_agrees_with_listing) {
  const FactListing all{.table = "studies", .where = {{"compound", "MDMA"}}};
  FactListing counted = all;
  counted.count = true;
  const Json rows = Json::parse(list_answer(shipped(), all).result_json);
  const Json count = Json::parse(list_answer(shipped(), counted).result_json);
  EXPECT_GT(rows.size(), 20U);
  EXPECT_EQ(count[0]["count"].get<double>(), static_cast<double>(rows.size()));
}

TEST(EvidenceCommand, lists_numbers_as_numbers_and_missing_as_null) {
  const Json rows =
      Json::parse(list_answer(shipped(), {.table = "studies",
                                          .where = {{"study_id", "MAPP1"}},
                                          .columns = {"study_id", "n_randomised", "n_planned"}})
                      .result_json);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["n_randomised"].get<double>(), 90);  // Mitchell 2021, abstract
  EXPECT_TRUE(rows[0]["n_planned"].is_null());
}

TEST(EvidenceCommand, shows_where_a_fact_comes_from) {
  const Answer answer = show_answer(shipped(), "cont.mapp1.mdma.caps5.w18.mean");
  EXPECT_NE(answer.text.find("sypres_data"), std::string::npos);
  EXPECT_EQ(Json::parse(answer.result_json)["table"], "continuous");
  EXPECT_EQ(Json::parse(answer.result_json)["file"],
            "continuous.csv");  // no folder of this machine
  EXPECT_THROW(show_answer(shipped(), "no.such.fact"), Error);
}

TEST(EvidenceCommand, csv_has_a_line_for_each_row_and_one_more) {
  const Answer answer =
      list_answer(shipped(), {.table = "jurisdictions", .columns = {"jurisdiction"}});
  const Json rows = Json::parse(answer.result_json);
  EXPECT_EQ(std::count(answer.csv.begin(), answer.csv.end(), '\n'),
            static_cast<std::ptrdiff_t>(rows.size()) + 1);
}

}  // namespace
}  // namespace entact
