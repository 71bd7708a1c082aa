#include "entact/answer/mmrm_contrast.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

using Parts = std::vector<std::pair<double, std::string>>;

TEST(MmrmContrast, reads_weights_signs_and_names) {
  const NamedCombination c =
      parse_combination("late = 0.5 MDMA@W12 + 0.5*MDMA@W18 - PBO@W18 - 2e-1 {LOW DOSE@WEEK 6}");
  EXPECT_EQ(c.name, "late");
  EXPECT_EQ(
      c.parts,
      (Parts{{0.5, "MDMA@W12"}, {0.5, "MDMA@W18"}, {-1, "PBO@W18"}, {-0.2, "LOW DOSE@WEEK 6"}}));
}

TEST(MmrmContrast, takes_an_arm_that_begins_with_a_number_as_a_name) {
  EXPECT_EQ(parse_combination("d=120mg@W1 - 40mg@W1").parts,
            (Parts{{1, "120mg@W1"}, {-1, "40mg@W1"}}));
}

TEST(MmrmContrast, refuses_what_it_cannot_read_and_says_where) {
  for (const char* text : {"", "MDMA@W1", "= MDMA@W1", "d =", "d = MDMA@W1 PBO@W1", "d = {MDMA",
                           "d = MDMA@W1 -", "d = 0.5"}) {
    try {
      parse_combination(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "answer.mmrm.contrast") << text;
      EXPECT_NE(std::string(error.what()).find("at character"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace entact
