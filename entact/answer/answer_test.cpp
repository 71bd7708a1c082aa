#include "entact/answer/answer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/answer/document_builder.h"
#include "entact/answer/report.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

Answer answer_with_page() {
  DocumentBuilder builder;
  builder.document.title = "Adverse events <of> a study";
  Section section{.id = "s", .title = "S"};
  section.opening = {{number_span(
      builder.number(0.25, "25", "share", {.pointer = "/result/share", .model = "Wilson"}))}};
  builder.document.sections = {section};
  return {.result_json = R"({"share": 0.25})",
          .text = "25\n",
          .inputs = {{"adae.csv", "ab"}},
          .document = std::move(builder).finish()};
}

TEST(Answer, page_gets_the_provenance_of_its_run) {
  const Document page = document_of(answer_with_page(), "entact adverse adae.csv");
  EXPECT_EQ(page.provenance.version, version());
  EXPECT_EQ(page.provenance.command, "entact adverse adae.csv");
  ASSERT_EQ(page.provenance.inputs.size(), 1U);
  EXPECT_EQ(page.provenance.inputs[0].name, "adae.csv");
}

TEST(Answer, numbers_of_a_page_lead_to_the_same_command) {
  const Document page = document_of(answer_with_page(), "entact adverse adae.csv");
  EXPECT_EQ(page.numbers.at(0).trail.command, "entact adverse adae.csv --format json");
  const Json json = Json::parse(envelope(answer_with_page(), "entact adverse adae.csv"));
  const std::string pointer = page.numbers.at(0).trail.pointer;
  EXPECT_EQ(json.at(Json::json_pointer(pointer)).get<double>(), page.numbers.at(0).value);
}

TEST(Answer, json_holds_the_page_only_where_there_is_one) {
  Answer answer = answer_with_page();
  EXPECT_EQ(Json::parse(envelope(answer, "entact x"))["document"]["schema"], 1);
  answer.document.reset();
  EXPECT_FALSE(Json::parse(envelope(answer, "entact x")).contains("document"));
  EXPECT_THROW(document_of(answer, "entact x"), Error);
}

TEST(Answer, page_stands_whole_in_the_html) {
  const std::string html = html_of(document_of(answer_with_page(), "entact x"),
                                   "<title><!--ENTACT-TITLE--></title><!--ENTACT-DOCUMENT-->");
  EXPECT_NE(html.find("<title>Adverse events &lt;of> a study</title>"), std::string::npos);
  EXPECT_NE(html.find("id=\"entact-document\""), std::string::npos);
}

}  // namespace
}  // namespace entact
