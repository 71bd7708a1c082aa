#include "entact/answer/simulate_parameters.h"

#include <gtest/gtest.h>

#include "entact/answer/simulate_specimen.h"

namespace entact {
namespace {

std::vector<ParameterRow> rows_of(const std::vector<ParameterRow>& all, const std::string& id) {
  std::vector<ParameterRow> found;
  for (const ParameterRow& row : all)
    if (row.parameter.id == id) found.push_back(row);
  return found;
}

TEST(ParameterRows, a_value_that_cases_do_not_share_says_whose_it_is) {
  const SimulationPlan plan = plan_simulation({.model = "mdma",
                                               .data = ENTACT_SOURCE_DIR "/data",
                                               .regimens = {"80@0", "120@0"},
                                               .n = 0,
                                               .each = "cyp2d6"});
  const std::vector<ParameterRow> all = parameter_rows(plan);
  EXPECT_EQ(all.size(), plan.file.description.parameters.size() + 3);
  const auto activity = rows_of(all, "activity");
  ASSERT_EQ(activity.size(), 4U);
  EXPECT_EQ(activity[0].parameter.value, 0);
  EXPECT_EQ(activity[0].cases, (std::vector<std::string>{"80@0, PM", "120@0, PM"}));
  EXPECT_EQ(activity[2].parameter.value, 1);
  EXPECT_EQ(activity[2].cases, (std::vector<std::string>{"80@0, NM", "120@0, NM"}));
  ASSERT_EQ(rows_of(all, "ka").size(), 1U);
  EXPECT_TRUE(rows_of(all, "ka")[0].cases.empty());
}

TEST(ParameterRows, a_value_that_changes_in_a_course_says_so) {
  const OralSpecimen oral;
  const SpecimenFile table("events.csv",
                           "ID,TIME,AMT,cl\na,0,100,40\na,10,.,40\na,30,.,20\nb,0,100,40\n");
  SimulateRequest request = oral.asked("", "0:48:1");
  request.events = table.path(), request.unit = "mg";
  const std::vector<ParameterRow> cl = rows_of(parameter_rows(plan_simulation(request)), "cl");
  ASSERT_EQ(cl.size(), 2U);
  EXPECT_EQ(cl[0].cases, (std::vector<std::string>{"ID a, at first", "ID b"}));
  EXPECT_EQ(cl[1].parameter.value, 20);
  EXPECT_EQ(cl[1].cases, (std::vector<std::string>{"ID a, later"}));
}

}  // namespace
}  // namespace entact
