#include "entact/answer/validate_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const std::string data = ENTACT_SOURCE_DIR "/data";

/// Few draws: the tests are about what stands where.
const Answer& answer() {
  static const Answer shipped = validate_answer("mdma", data, {.draws = 10, .people = 20});
  return shipped;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Validate, says_the_notice_and_marks_hypotheses_in_every_form) {
  const Json result = Json::parse(answer().result_json);
  std::size_t hypotheses = 0;
  for (const Json& row : result["rows"]) hypotheses += row["hypothesis"].get<bool>();
  ASSERT_GT(hypotheses, 0U);
  const std::string notice = result["notice"];
  EXPECT_NE(notice.find("not for choosing a dose"), std::string::npos);
  EXPECT_NE(answer().text.find(notice), std::string::npos);
  EXPECT_EQ(answer().document->notice.find(notice), 0U);
  EXPECT_EQ(count(answer().text, " (h) "), hypotheses + count(result["misfits"].dump(), " (h) "));
  EXPECT_EQ(count(answer().csv, ",yes\n"), hypotheses);
  EXPECT_EQ(count(answer().csv, ",no\n"), result["rows"].size() - hypotheses);
}

TEST(Validate, draws_each_row_with_a_ratio_under_a_name_of_its_own_with_its_interval) {
  const Json result = Json::parse(answer().result_json);
  std::size_t ratios = 0;
  for (const Json& row : result["rows"]) ratios += !row["ratio"].is_null();
  const Section& section = answer().document->sections.front();
  const auto& figure = std::get<FigureBlock>(section.blocks.front());
  const Json values = Json::parse(figure.vega)["data"]["values"];
  ASSERT_EQ(values.size(), ratios);
  std::set<std::string> names;
  for (const Json& value : values) {
    EXPECT_TRUE(names.insert(value["row"]).second) << value["row"];
    EXPECT_TRUE(value["low"].is_number() && value["high"].is_number()) << value["row"];
    EXPECT_LE(value["low"], value["high"]) << value["row"];
  }
  EXPECT_TRUE(names.contains("MDMA Tmax h, huestis2025 food, 100@0, fed = 0"));
  EXPECT_TRUE(names.contains("MDMA Tmax h, huestis2025 food, 100@0, fed = 1"));
  EXPECT_TRUE(names.contains("(h) oxytocin peak, kirkpatrick2014, 115.5@0"));
  const std::string without = std::to_string(result["rows"].size() - ratios);
  EXPECT_NE(figure.caption.find("The " + without + " rows"), std::string::npos) << figure.caption;
}

TEST(Validate, has_no_observations_for_another_model) {
  try {
    validate_answer("mdma-linear", data);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.validate.model");
    EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
    EXPECT_EQ(std::string(error.what()).find("no observations for model mdma-linear"), 0U);
  }
}

}  // namespace
}  // namespace entact
