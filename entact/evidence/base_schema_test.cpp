#include "entact/evidence/base_schema.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

constexpr const char* header =
    "table,column,type,required,vocabulary,unit,references,min,max,description\n";

SchemaReading read(const std::string& rows, const std::string& words = "arm_role,placebo,inert\n") {
  return read_base_schema(read_csv(header + rows, {.file = "schema.csv"}),
                          read_csv("list,value,meaning\n" + words, {.file = "vocabulary.csv"}));
}

std::string first_code(const SchemaReading& reading) {
  return reading.issues.empty() ? "none" : reading.issues.front().code;
}

TEST(BaseSchema, keeps_what_the_file_says_of_a_column) {
  const SchemaReading reading =
      read("arms,arm_id,id,yes,,,,,,Which arm\narms,weight_kg,number,no,,kg,,1,500,Body weight\n");
  EXPECT_EQ(first_code(reading), "none");
  const FactSchema* arms = reading.schema.find("arms");
  ASSERT_NE(arms, nullptr);
  ASSERT_EQ(arms->columns.size(), 2U);
  EXPECT_EQ(arms->find("weight_kg"), 1);
  EXPECT_EQ(arms->find("height"), -1);
  const FactColumn& weight = arms->columns[1];
  EXPECT_EQ(weight.type, FactType::number);
  EXPECT_FALSE(weight.required);
  EXPECT_TRUE(arms->columns[0].required);
  EXPECT_EQ(weight.unit, "kg");
  EXPECT_EQ(weight.min, 1);
  EXPECT_EQ(weight.max, 500);
  EXPECT_EQ(weight.description, "Body weight");
}

TEST(BaseSchema, keeps_words_with_their_meanings) {
  const SchemaReading reading = read("arms,role,text,no,arm_role,,,,,Role\n");
  EXPECT_EQ(reading.schema.vocabularies.at("arm_role").at("placebo"), "inert");
}

TEST(BaseSchema, knows_every_type_by_its_word) {
  for (const FactType type : {FactType::id, FactType::text, FactType::number, FactType::integer,
                              FactType::date, FactType::yes_no, FactType::list}) {
    const SchemaReading reading =
        read("t,c," + std::string(to_text(type)) + ",no,,,,,,What it is\n");
    EXPECT_EQ(first_code(reading), "none") << to_text(type);
    EXPECT_EQ(reading.schema.tables.front().columns.front().type, type);
  }
}

TEST(BaseSchema, reports_each_fault_once_with_line_and_field) {
  const auto fault = [](const std::string& row, const std::string& code, long field) {
    const SchemaReading reading = read("a,a_id,id,yes,,,,,,Key\n" + row);
    ASSERT_EQ(reading.issues.size(), 1U) << row;
    EXPECT_EQ(reading.issues[0].code, code);
    EXPECT_EQ(reading.issues[0].line, 3);
    EXPECT_EQ(reading.issues[0].column, field);
    EXPECT_EQ(reading.issues[0].file, "schema.csv");
  };
  fault("a,b,real,no,,,,,,x\n", "evidence.schema.type", 3);
  fault("a,b,text,maybe,,,,,,x\n", "evidence.schema.required", 4);
  fault("a,b,text,no,colours,,,,,x\n", "evidence.schema.vocabulary", 5);
  fault("a,b,id,no,,,b.b_id,,,x\n", "evidence.schema.reference", 7);
  fault("a,b,id,no,,,a.a_id|nowhere,,,x\n", "evidence.schema.reference", 7);
  fault("a,b,number,no,,,,low,,x\n", "evidence.schema.bound", 8);
  fault("a,a_id,text,no,,,,,,x\n", "evidence.schema.column", 2);
}

TEST(BaseSchema, accepts_references_to_any_fact_and_to_one_of_several_columns) {
  EXPECT_EQ(first_code(read("a,a_id,id,yes,,,,,,Key\na,b,id,no,,,*.fact_id|a.a_id,,,x\n")), "none");
}

TEST(BaseSchema, reports_a_word_listed_twice) {
  EXPECT_EQ(first_code(read("a,b,text,no,,,,,,x\n", "l,w,one\nl,w,two\n")), "evidence.schema.word");
}

TEST(BaseSchema, refuses_a_file_without_its_columns) {
  try {
    (void)read_base_schema(read_csv("table,column\na,b\n"), read_csv("list,value,meaning\n"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.schema.header");
  }
}

TEST(ListElements, trims_and_leaves_out_empty_ones) {
  EXPECT_EQ(list_elements(" US; Canada ;;Israel"),
            (std::vector<std::string>{"US", "Canada", "Israel"}));
  EXPECT_TRUE(list_elements(" ; ").empty());
  EXPECT_TRUE(list_elements("").empty());
}

}  // namespace
}  // namespace entact
