#include "entact/report/document_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

/// The smallest Document that uses each kind of reference.
Document small_document() {
  Document document;
  document.sources["mitchell2021"] = {
      .id = "mitchell2021", .kind = "journal", .label = "Mitchell 2021"};
  document.facts["bin.1"] = {
      .table = "binary", .cells = {{"events", "28"}}, .source = "mitchell2021"};
  document.numbers = {{.id = "n1",
                       .value = 0.67,
                       .text = "67",
                       .label = "response",
                       .trail = {.facts = {"bin.1"}}}};
  Section section{.id = "key", .title = "Key outcomes"};
  section.opening = {
      {text("In all "), number_span("n1"), text(" of 100 "), source_span("mitchell2021")}};
  section.blocks.push_back(TableBlock{
      .id = "t1", .columns = {{.key = "a", .title = "A"}}, .rows = {{number_cell("n1")}}});
  section.blocks.push_back(FigureBlock{
      .id = "f1", .vega = R"({"data":{"values":[{"x":1,"number":"n1"}]}})", .table = "t1"});
  document.sections = {section};
  return document;
}

TEST(DocumentJson, writes_spans_as_text_or_references) {
  const Json json = Json::parse(to_json(small_document()));
  const Json& opening = json["sections"][0]["opening"][0];
  EXPECT_EQ(opening[0], "In all ");
  EXPECT_EQ(opening[1]["number"], "n1");
  EXPECT_EQ(opening[3]["source"], "mitchell2021");
  EXPECT_EQ(json["numbers"]["n1"]["facts"][0], "bin.1");
  EXPECT_EQ(json["facts"]["bin.1"]["cells"][0][1], "28");
}

TEST(DocumentJson, missing_is_null_and_infinite_is_text) {
  Document document = small_document();
  document.numbers.push_back(
      {.id = "n2", .value = std::nan(""), .text = "not estimable", .trail = {.facts = {"bin.1"}}});
  document.numbers.push_back(
      {.id = "n3", .value = INFINITY, .text = "infinite", .trail = {.facts = {"bin.1"}}});
  const Json json = Json::parse(to_json(document));
  EXPECT_TRUE(json["numbers"]["n2"]["value"].is_null());
  EXPECT_EQ(json["numbers"]["n3"]["value"], "inf");
}

TEST(DocumentJson, doubles_keep_every_digit) {
  Document document = small_document();
  document.numbers[0].value = 0.1 + 0.2;
  EXPECT_EQ(Json::parse(to_json(document))["numbers"]["n1"]["value"].get<double>(), 0.1 + 0.2);
}

TEST(DocumentJson, finds_each_kind_of_dangling_reference) {
  EXPECT_TRUE(dangling_references(small_document()).empty());
  const auto faults_after = [](const auto& spoil) {
    Document document = small_document();
    spoil(document);
    return dangling_references(document).size();
  };
  EXPECT_EQ(
      faults_after([](Document& d) { d.sections[0].opening[0].push_back(number_span("n9")); }), 1U);
  EXPECT_EQ(faults_after([](Document& d) { d.sections[0].opening[0].push_back(source_span("x")); }),
            1U);
  EXPECT_EQ(faults_after([](Document& d) { d.numbers[0].trail.facts = {"bin.9"}; }), 1U);
  EXPECT_EQ(faults_after([](Document& d) { d.numbers[0].trail = {}; }), 1U);
  EXPECT_EQ(faults_after(
                [](Document& d) { std::get<FigureBlock>(d.sections[0].blocks[1]).table = "t9"; }),
            1U);
  EXPECT_EQ(faults_after([](Document& d) {
              std::get<FigureBlock>(d.sections[0].blocks[1]).vega =
                  R"({"layer":[{"data":{"values":[{"number":"n9"}]}}]})";
            }),
            1U);
  EXPECT_EQ(faults_after(
                [](Document& d) { std::get<TableBlock>(d.sections[0].blocks[0]).rows[0].clear(); }),
            1U);
}

TEST(DocumentJson, refuses_to_write_a_number_without_a_trail) {
  Document document = small_document();
  document.numbers[0].trail = {};
  EXPECT_THROW(to_json(document), Error);
}

}  // namespace
}  // namespace entact
