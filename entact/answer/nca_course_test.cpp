#include "entact/answer/nca_course.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

NcaProfile carried(double concentration) {
  return {.participant = "A",
          .t_h = {0, 1, 2, 4, 8},
          .concentration = {concentration, 100, 50, 25, 6.25},
          .predose_h = -1};
}

std::string notes_of(const NcaProfile& profile, const NcaOptions& options = {}) {
  std::string text;
  for (const std::string& each : nca_of_course(profile, 1, options).reservations)
    text += each + "\n";
  return text;
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

// From 0 up to 100 in an hour: a triangle of 50, which was not counted without the sample.
TEST(NcaCourse, begins_with_the_sample_that_stands_for_the_dose) {
  const Nca with = nca_of_course(carried(0), 1, {});
  NcaProfile without = carried(0);
  without.t_h.erase(without.t_h.begin());
  without.concentration.erase(without.concentration.begin());
  without.predose_h = std::nan("");
  EXPECT_NEAR(with.auc_last - nca_of_course(without, 1, {}).auc_last, 50, 1e-12);
  EXPECT_TRUE(says(notes_of(carried(0)), "1 h before it stands for it, 0 as below"));
  EXPECT_TRUE(says(notes_of(carried(3)), "1 h before it stands for it, 3\n"));
  EXPECT_TRUE(says(notes_of(carried(3), {.lower_limit = 4}), "0 as below quantification"));
  EXPECT_TRUE(says(notes_of(without), "first concentration is at 1 h; the area before it"));
}

TEST(NcaCourse, says_where_it_begins_once_the_first_are_dropped) {
  const std::string notes = notes_of(carried(0), {.first = BlqRule::drop});
  EXPECT_TRUE(says(notes, "first concentration is at 1 h")) << notes;
  EXPECT_FALSE(says(notes, "stands for it")) << notes;
}

TEST(NcaCourse, says_that_an_infusion_has_no_end) {
  NcaProfile profile = carried(0);
  EXPECT_FALSE(says(notes_of(profile), "infusion"));
  profile.infusion_h = std::nan("");
  EXPECT_TRUE(says(notes_of(profile), "the end of the infusion is not in the dataset"));
}

TEST(NcaCourse, has_no_numbers_without_concentrations) {
  const Nca none = nca_of_course({.participant = "A"}, 1, {});
  for (const double each : {none.cmax, none.auc_last, none.aumc_last, none.half_life_h})
    EXPECT_TRUE(std::isnan(each));
  EXPECT_EQ(none.reservations.size(), 1U);
}

}  // namespace
}  // namespace entact
