#include "entact/answer/model_entries.h"

#include <gtest/gtest.h>

#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

const std::string clearance =
    "id = \"cl\"\nunit = \"L/h\"\nlabel = \"clearance\"\nvalue = 40\nstatus = \"derived\"\n";

ModelParameter parameter(const std::string& text) {
  return read_parameter(read_toml(text, "M.toml"));
}

std::string refusal(const std::string& text) {
  try {
    parameter(text);
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

TEST(ModelEntries, a_source_names_where_and_how_it_was_read) {
  EXPECT_EQ(parameter(clearance + "why = \"by hand\"\n").source, "by hand");
  const ModelParameter published = parameter(
      "id = \"ka\"\nunit = \"1/h\"\nlabel = \"absorption\"\nvalue = 1\n"
      "status = \"measured\"\nsource = \"van2006\"\nlocator = \"Table 2\"\n"
      "verified = \"page\"\nwhy = \"mean of two\"\n");
  EXPECT_EQ(published.source, "van2006: Table 2 (page); mean of two");
  EXPECT_EQ(published.status, ParameterStatus::measured);
}

TEST(ModelEntries, a_range_is_asked_of_what_is_assumed_and_may_be_given_of_the_rest) {
  EXPECT_EQ(parameter(clearance + "why = \"x\"\nlow = 30\nhigh = 50\n").high, 50);
  std::string assumed = clearance + "why = \"x\"\n";
  assumed.replace(assumed.find("derived"), 7, "assumed");
  EXPECT_NE(refusal(assumed).find("low"), std::string::npos) << refusal(assumed);
  EXPECT_NE(refusal(assumed + "low = 41\nhigh = 50\n").find("from low to high, 41 to 50"),
            std::string::npos);
}

TEST(ModelEntries, refuse_an_entry_with_its_place) {
  const auto expect = [](const std::string& seen, const std::string& words) {
    EXPECT_NE(seen.find(words), std::string::npos) << seen;
    EXPECT_EQ(seen.rfind("io.toml.", 0), 0U) << seen;
  };
  expect(refusal(clearance), "says from what");
  std::string measured = clearance;
  measured.replace(measured.find("derived"), 7, "measured");
  expect(refusal(measured), "names its source");
  expect(refusal(clearance + "why = \"x\"\nbetween_sd = 4\n"), "M.toml:7");
  std::string other = clearance;
  other.replace(other.find("derived"), 7, "guessed");
  expect(refusal(other), "derived or assumed");
  std::string empty = clearance;
  empty.replace(empty.find("L/h"), 3, "");
  expect(refusal(empty), "holds a word");
}

TEST(ModelEntries, changes_and_quantities_follow_the_same_rules) {
  const ParameterChange change = read_change(
      read_toml("value = 0.1\nlow = 0\nhigh = 0.3\nstatus = \"assumed\"\nwhy = \"x\"\n", "M.toml"));
  EXPECT_EQ(change.value, 0.1);
  EXPECT_EQ(change.high, 0.3);
  const ModelQuantity output = read_quantity(read_toml(
      "id = \"effect\"\nunit = \"1\"\nlabel = \"effect\"\nhypothesis = true\n", "M.toml"));
  EXPECT_TRUE(output.hypothesis);
  EXPECT_EQ(index_of(std::vector<ModelQuantity>{{.id = "a"}, output}, "effect"), 1);
  EXPECT_EQ(index_of(std::vector<ModelQuantity>{output}, "b"), -1);
}

}  // namespace
}  // namespace entact
