#include "entact/answer/blinding_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/io/csv_table.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using nlohmann::json;

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text, {.file = "x.csv"});
  return {to_table(csv).table, "x.csv", csv.lines, {}};
}

/// One line for each person of a table arms x guesses.
std::string persons(const json& counts, const std::vector<std::string>& arms) {
  std::string text = "USUBJID,ARM,GUESS,CHG\n";
  int id = 0;
  for (std::size_t a = 0; a < arms.size(); ++a)
    for (std::size_t g = 0; g <= arms.size(); ++g)
      for (int i = 0; i < counts[a][g].get<int>(); ++i)
        text += "P" + std::to_string(++id) + "," + arms[a] + "," +
                (g < arms.size() ? arms[g] : "Do not know") + "," + std::to_string(-i) + "\n";
  return text;
}

TEST(BlindingCommand, gives_the_indices_of_the_reference) {
  const json all = json::parse(
      read_file(std::string(ENTACT_SOURCE_DIR) + "/reference/blinding/expected.json"))["tables"];
  for (const json& row : all) {
    std::vector<std::string> arms{"A", "B", "C"};
    arms.resize(row["counts"].size());
    const Answer answer =
        blinding_answer(table_of(persons(row["counts"], arms)), {.guess = "GUESS"});
    const json ours = json::parse(answer.result_json);
    EXPECT_NEAR(ours["james"]["estimate"], row["james"]["value"], 1e-12);
    EXPECT_NEAR(ours["james"]["se"], row["james"]["se"], 1e-9);
    ASSERT_EQ(ours["bang"].size(), arms.size());
    EXPECT_EQ(answer.reservations.empty(), arms.size() == 2);  // three arms: says what it is
    for (std::size_t a = 0; a < arms.size(); ++a)
      EXPECT_NEAR(ours["bang"][a]["estimate"], row["bang"][a]["value"], 1e-12);
  }
}

TEST(BlindingCommand, describes_outcomes_by_guess_and_only_that) {
  const json counts{{2, 1, 0}, {1, 3, 1}};
  const Answer answer =
      blinding_answer(table_of(persons(counts, {"A", "B"})), {.guess = "GUESS", .outcome = "CHG"});
  const json outcomes = json::parse(answer.result_json)["outcomes"];
  EXPECT_EQ(outcomes["words"].get<std::string>().rfind("Description only", 0), 0u);
  EXPECT_EQ(outcomes["rows"][0]["n"], 2);
  EXPECT_EQ(outcomes["rows"][0]["mean"], -0.5);
  EXPECT_TRUE(outcomes["rows"][2]["mean"].is_null());
  EXPECT_EQ(outcomes["rows"][4]["sd"], 1);
  EXPECT_NE(answer.text.find(outcome_by_guess_words), std::string::npos);
  EXPECT_EQ(answer.text.find("p <"), std::string::npos);
}

TEST(BlindingCommand, leaves_out_who_gave_no_answer) {
  const Answer answer =
      blinding_answer(table_of("ARM,GUESS\nA,A\nA,B\nB,B\nB,\nB,dnk\n"), {.guess = "GUESS"});
  EXPECT_EQ(json::parse(answer.result_json)["n_missing"], 1);
  EXPECT_EQ(json::parse(answer.result_json)["guesses"][1]["unknown"], 1);
  EXPECT_NE(answer.reservations[0].find("not counted as not knowing"), std::string::npos);
}

void expect_refused(const std::string& text, const BlindingRequest& request,
                    const std::string& code, const std::string& words) {
  try {
    blinding_answer(table_of(text), request);
    ADD_FAILURE() << code << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(BlindingCommand, names_file_line_and_column_of_what_is_wrong) {
  const BlindingRequest request{.guess = "GUESS"};
  expect_refused("ARM,GUESS\nA,A\nB,b\n", request, "answer.blinding.guess", "x.csv:3:2 (GUESS)");
  expect_refused("ARM,GUESS\nA,A\nA,A\n", request, "answer.blinding.arm", "fewer than two");
  expect_refused("ARM,GUESS\nA,dnk\nB,dnk\n", request, "stats.blinding.undefined", "do not know");
  expect_refused("USUBJID,ARM,GUESS\nP,A,A\nP,A,B\nQ,B,B\n", request, "answer.blinding.duplicate",
                 "x.csv:3:1 (USUBJID)");
  expect_refused("G,GUESS\nA,A\nB,A\n", request, "answer.blinding.arm", "--arm");
}

}  // namespace
}  // namespace entact
