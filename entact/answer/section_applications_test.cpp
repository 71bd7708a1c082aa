#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "entact/answer/report.h"
#include "entact/answer/sections.h"

namespace entact {
namespace {

const EvidenceBase& base() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

const Document& made() {
  static const Document document = [] {
    DocumentBuilder builder(base());
    builder.document.sections.push_back(applications_section(builder, find_all(base(), {})));
    return std::move(builder).finish();
  }();
  return document;
}

double number_labelled(const std::string& label) {
  for (const Number& number : made().numbers)
    if (number.label == label) return number.value;
  return std::nan("");
}

// Counted over the rows of the studies table, apart from the groups of the map.
TEST(SectionApplications, counts_the_conditions_with_a_finished_randomised_trial) {
  std::set<std::string> all, randomised;
  for (const Row& row : base().table("studies").rows()) {
    if (row.text("compound") != "MDMA" || row.text("record_kind") != "trial" || !row.used() ||
        row.text("condition") == "healthy")
      continue;
    all.insert(row.text("condition"));
    const std::string& status = row.text("status");
    if (row.text("randomised") == "yes" && status != "recruiting" && status != "planned" &&
        status != "registered")
      randomised.insert(row.text("condition"));
  }
  EXPECT_GE(randomised.size(), 3U);
  EXPECT_EQ(number_labelled("conditions with a trial"), static_cast<double>(all.size()));
  EXPECT_EQ(number_labelled("conditions with a finished randomised trial"),
            static_cast<double>(randomised.size()));
}

TEST(SectionApplications, has_a_forest_for_each_condition_with_its_trials) {
  const FigureBlock* figure = nullptr;
  for (const Block& block : made().sections[0].blocks)
    if (const auto* each = std::get_if<FigureBlock>(&block);
        each != nullptr && each->id == "applications-forest")
      figure = each;
  ASSERT_NE(figure, nullptr);
  for (const char* words : {"Post-traumatic stress disorder", "Social anxiety in autistic adults",
                            "Anxiety with a life-threatening illness", "Mitchell 2021 (MAPP1)"})
    EXPECT_NE(figure->vega.find(words), std::string::npos) << words;
  EXPECT_NE(figure->alt.find("in 3 conditions"), std::string::npos) << figure->alt;
}

}  // namespace
}  // namespace entact
