#include "entact/answer/toml_values.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

const TomlTable& table() {
  static const TomlTable one = read_toml(
      "n = 3\np = 1.5\nword = \"emax\"\nwords = [\"a\", \"b\"]\nnumbers = [1, 2.5]\n", "t.toml");
  return one;
}

template <class Read>
void expect_refused(const Read& read, const std::string& says) {
  try {
    read();
    ADD_FAILURE() << "not refused: " << says;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).rfind("t.toml:", 0), 0U) << error.what();
  }
}

TEST(TomlValues, one_value_stands_for_a_list_of_one) {
  EXPECT_EQ(toml_numbers(table(), "p", {}), std::vector<double>{1.5});
  EXPECT_EQ(toml_numbers(table(), "numbers", {}), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(toml_numbers(table(), "none", {7}), std::vector<double>{7});
  EXPECT_EQ(toml_texts(table(), "word", {}), std::vector<std::string>{"emax"});
  EXPECT_EQ(toml_texts(table(), "words", {}), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(toml_texts(table(), "none", {"x"}), std::vector<std::string>{"x"});
}

TEST(TomlValues, refuse_what_breaks_the_rule_with_its_place) {
  EXPECT_EQ(toml_count(table(), "n", 1, 3), 3);
  EXPECT_EQ(toml_word(table(), "word", {"linear", "emax"}), "emax");
  EXPECT_EQ(toml_probability(table(), "none", 0.25), 0.25);
  expect_refused([] { toml_count(table(), "n", 1, 4); }, "a whole number from 4 to 1000000");
  expect_refused([] { toml_probability(table(), "p", 0); }, "a probability is between 0 and 1");
  expect_refused([] { toml_word(table(), "word", {"linear"}); }, "it is one of: linear");
  expect_refused([] { toml_numbers(table(), "words", {}); }, "words");
}

}  // namespace
}  // namespace entact
