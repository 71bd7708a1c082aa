#include "entact/answer/impute_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json row(const char* label, const char* comparator, double estimate) {
  return {{"label", label},
          {"visit", "W18"},
          {"comparator", comparator},
          {"estimate", estimate},
          {"ci_low", estimate - 1},
          {"ci_high", nullptr},
          {"p", 0.03}};
}

Json made() {
  Json result{{"level", 0.9},
              {"model", "conditional mean imputation"},
              {"analysis", "ancova: CHG ~ ARM"},
              {"intercurrent_events", "hypothetical"},
              {"results", {row("MDMA", "", -9), row("MDMA - PBO", "PBO", -4)}}};
  Json cell{{"x", 2},         {"y", 0},    {"estimate", -3},      {"ci_low", -6},
            {"ci_high", 0.5}, {"p", 0.08}, {"significant", false}};
  result["tipping"] = {{"label", "MDMA - PBO"}, {"visit", "W18"},
                       {"x", "MDMA"},           {"y", ""},
                       {"kind", "values"},      {"axis", "Shift of imputed values"},
                       {"cells", {cell}}};
  return result;
}

TableBlock table_of(const Document& document, const std::string& id) {
  for (const Block& block : document.sections.front().blocks)
    if (const auto* table = std::get_if<TableBlock>(&block); table != nullptr && table->id == id)
      return *table;
  throw std::runtime_error("no table " + id);
}

TEST(ImputeDocument, every_number_stands_in_the_result) {
  const Json all{{"result", made()}};
  const Document document = impute_document(made(), {});
  EXPECT_GE(document.numbers.size(), 10U);
  for (const Number& number : document.numbers)
    EXPECT_EQ(all.at(Json::json_pointer(number.trail.pointer)).get<double>(), number.value);
}

TEST(ImputeDocument, differences_come_first_and_means_have_no_p) {
  const TableBlock table = table_of(impute_document(made(), {"a note"}), "results");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][0].prose.front().value, "MDMA - PBO");
  EXPECT_FALSE(table.rows[0].back().prose.empty());
  EXPECT_TRUE(table.rows[1].back().prose.empty());
  EXPECT_TRUE(table.rows[0][4].prose.empty());  // an end that is not there
  EXPECT_EQ(table.columns[3].title, "90% from");
}

TEST(ImputeDocument, a_grid_of_one_arm_has_one_column_of_shifts) {
  const TableBlock table = table_of(impute_document(made(), {}), "tipping");
  EXPECT_EQ(table.columns[0].title, "Shift of imputed values, MDMA");
  EXPECT_EQ(table.columns[1].key, "estimate");
  Json none = made();
  none.erase("tipping");
  EXPECT_THROW(table_of(impute_document(none, {}), "tipping"), std::runtime_error);
}

}  // namespace
}  // namespace entact
