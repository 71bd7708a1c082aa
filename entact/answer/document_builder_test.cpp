#include "entact/answer/document_builder.h"

#include <gtest/gtest.h>

#include "entact/answer/answer.h"
#include "entact/answer/installed_files.h"
#include "entact/base/error.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

EvidenceBase small_base() {
  return read_evidence(
             {{"schema.csv",
               "table,column,type,required,vocabulary,unit,references,min,max,description\n"
               "sources,source_id,id,yes,,,,,,\nsources,label,text,yes,,,,,,\nsources,kind,text,no,"
               ",,,,,\n"
               "binary,fact_id,id,yes,,,,,,\nbinary,events,integer,no,,,,,,\nbinary,n,integer,no,,,"
               ",,,\n"
               "binary,source,id,yes,,,sources.source_id,,,\nbinary,locator,text,no,,,,,,\nbinary,"
               "verified,text,yes,,,,,,\n"},
              {"vocabulary.csv", "list,value,meaning\n"},
              {"sources.csv",
               "source_id,label,kind\nm2021,Mitchell 2021,journal\nother,Other,journal\n"},
              {"binary.csv",
               "fact_id,events,n,source,locator,verified\nbin.1,28,42,m2021,Table 2,page\n"}})
      .base;
}

TEST(DocumentBuilder, keeps_only_the_facts_and_sources_referred_to) {
  const EvidenceBase base = small_base();
  DocumentBuilder builder(base);
  const std::string id = builder.fact_number(*base.fact("bin.1"), "events", "responders");
  Section section{.id = "s", .title = "S"};
  section.opening = {{number_span(id)}};
  builder.document.sections = {section};
  const Document document = std::move(builder).finish();
  EXPECT_EQ(document.facts.size(), 1U);
  EXPECT_EQ(document.sources.size(), 1U);
  EXPECT_EQ(document.numbers[0].text, "28");
  EXPECT_TRUE(dangling_references(document).empty());
  EXPECT_EQ(document.facts.at("bin.1").cells.size(), 2U);
}

TEST(DocumentBuilder, gives_one_id_to_one_number) {
  const EvidenceBase base = small_base();
  DocumentBuilder builder(base);
  const NumberTrail trail{
      .facts = {"bin.1"}, .command = "entact effect", .pointer = "/result/value"};
  const std::string first = builder.number(0.5, "0.50", "risk", trail);
  EXPECT_EQ(builder.number(0.5, "0.50", "risk", trail), first);
  EXPECT_NE(builder.number(0.5, "50", "risk", trail), first);
  EXPECT_EQ(builder.value(first), 0.5);
}

TEST(DocumentBuilder, refuses_facts_that_do_not_exist) {
  const EvidenceBase base = small_base();
  DocumentBuilder builder(base);
  EXPECT_THROW(builder.number(1, "1", "x", {.facts = {"bin.9"}}), Error);
}

TEST(Answer, envelope_names_version_command_and_inputs) {
  const std::string json =
      envelope({.result_json = "{\"k\":2}", .inputs = {{"a.csv", "00"}}}, "entact pool a.csv");
  for (const char* part :
       {"\"version\"", "\"entact pool a.csv\"", "\"a.csv\"", "\"k\": 2", "\"issues\": []"})
    EXPECT_NE(json.find(part), std::string::npos) << part;
}

TEST(InstalledFiles, the_source_tree_holds_the_evidence_base) {
  EXPECT_TRUE(std::filesystem::exists(find_data("") / "schema.csv"));
  EXPECT_THROW(find_data("/nowhere"), Error);
}

}  // namespace
}  // namespace entact
