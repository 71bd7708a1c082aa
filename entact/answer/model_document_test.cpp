#include "entact/answer/model_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/answer/mmrm_command.h"

namespace entact {
namespace {

MmrmRequest usual() {
  MmrmRequest request;
  request.formula = "CHG ~ BASE + ARM * AVISIT + us(AVISIT | USUBJID)";
  request.reference = {"PBO"};
  return request;
}

TEST(ModelDocument, every_number_stands_at_its_place_in_the_result) {
  const Answer answer =
      mmrm_file(std::string(ENTACT_SOURCE_DIR) + "/reference/mmrm/mapp_like.csv", usual());
  ASSERT_TRUE(answer.document.has_value());
  const nlohmann::json whole{{"result", nlohmann::json::parse(answer.result_json)}};
  ASSERT_GT(answer.document->numbers.size(), 60U);
  for (const Number& number : answer.document->numbers)
    EXPECT_EQ(whole.at(nlohmann::json::json_pointer(number.trail.pointer)).get<double>(),
              number.value)
        << number.label;
}

TEST(ModelDocument, without_visits_there_is_no_course) {
  const std::vector<ModelRow> rows{{.kind = ModelRow::Kind::mean, .label = "PBO", .estimate = 1}};
  const Document document = model_document({.title = "t", .words = "a model"}, rows);
  for (const Block& block : document.sections.at(0).blocks)
    EXPECT_FALSE(std::holds_alternative<FigureBlock>(block));
  EXPECT_EQ(document.sections[0].opening.at(0).at(0).value, "A model.");
}

}  // namespace
}  // namespace entact
