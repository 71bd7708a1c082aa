#include "entact/answer/exposure_notes.h"

#include <gtest/gtest.h>

#include "entact/answer/simulate_specimen.h"

namespace entact {
namespace {

std::vector<std::string> notes_of(const SimulateRequest& request) {
  return run_simulation(plan_simulation(request), request).front().notes;
}

TEST(ExposureNotes, say_what_the_times_miss) {
  const OralSpecimen oral;
  EXPECT_TRUE(notes_of(oral.asked("100@0", "0:24:0.25")).empty());
  const std::vector<std::string> notes = notes_of(oral.asked("100@0", "0:24:6"));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("concentration, Cmax: 149 ng/mL, on a fine grid 199 at 2."),
            std::string::npos)
      << notes[0];
  EXPECT_NE(notes[0].find("concentration, AUC 0-24 h: "), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find(" ng/mL h, by model "), std::string::npos) << notes[0];
}

TEST(ExposureNotes, of_many_cases_are_told_for_the_first_four) {
  const OralSpecimen oral;
  SimulateRequest request = oral.asked("100@0", "0:24:6");
  for (const char* regimen : {"1@0", "2@0", "3@0", "4@0", "5@0"})
    request.regimens.emplace_back(regimen);
  const std::vector<std::string> notes = simulate_answer(request).reservations;
  ASSERT_EQ(notes.size(), 5U);
  EXPECT_TRUE(notes[3].starts_with("3@0: the times"));
  EXPECT_TRUE(notes[4].starts_with("2 further cases"));
}

// Slow clearances of people still rise at the end of a window that the typical course falls in.
TEST(ExposureNotes, count_the_people_who_have_no_half_life) {
  const OralSpecimen oral;
  SimulateRequest request = oral.asked("100@0", "0:3:0.2");
  request.n = 60;
  const std::vector<std::string> notes = notes_of(request);
  ASSERT_FALSE(notes.empty());
  EXPECT_TRUE(notes[0].starts_with("concentration, half-life: not estimable in ")) << notes[0];
  EXPECT_TRUE(notes[0].ends_with(" of 60 courses (each of a person); the band is of the others"));
}

TEST(ExposureNotes, name_an_output_that_is_no_number_and_when) {
  const OralSpecimen oral;
  SimulateRequest request = oral.asked("100@0", "0:24:0.25");
  request.outputs.clear();
  const std::vector<std::string> notes = notes_of(request);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("depot by body is not a finite number at 0 h;"), std::string::npos)
      << notes[0];
  const Answer answer = simulate_answer(request);
  ASSERT_EQ(answer.reservations.size(), 1U);
  EXPECT_TRUE(answer.reservations[0].starts_with("100@0: depot by body"));
}

}  // namespace
}  // namespace entact
