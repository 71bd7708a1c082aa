#include "entact/answer/survival_rows.h"

#include <gtest/gtest.h>

#include "entact/answer/survival_covariates.h"
#include "entact/base/error.h"

namespace entact {
namespace {

SurvivalFile file_of(const std::string& csv) { return read_survival_file("t.csv", csv); }

SurvivalRows rows_of_formula(const std::string& csv, const std::string& formula) {
  return survival_rows(file_of(csv), parse_survival_formula(formula), {}, {});
}

TEST(SurvivalRows, reads_an_event_by_each_rule) {
  const std::string csv = "t,e\n1,0\n2,1\n3,2\n";
  const auto events = [&](const std::string& event) {
    return rows_of_formula(csv, "Surv(t, " + event + ") ~ 1").data.event;
  };
  EXPECT_EQ(events("e == 2"), (std::vector<int>{0, 0, 1}));
  EXPECT_EQ(events("e != 0"), (std::vector<int>{0, 1, 1}));
  EXPECT_EQ(events("1 - e"), (std::vector<int>{1, 0, 0}));
  EXPECT_THROW(events("e"), Error);  // 2 is neither an event nor censored
}

TEST(SurvivalRows, strata_are_the_combinations_that_occur) {
  const SurvivalRows rows =
      rows_of_formula("t,e,a,b\n1,1,x,2\n2,1,x,1\n3,0,y,2\n4,1,x,2\n", "Surv(t, e) ~ strata(a, b)");
  EXPECT_EQ(rows.strata_names, (std::vector<std::string>{"a=x, b=1", "a=x, b=2", "a=y, b=2"}));
  EXPECT_EQ(rows.data.stratum, (std::vector<int>{1, 0, 2, 1}));
}

TEST(SurvivalRows, says_of_each_column_how_many_rows_lack_it) {
  const SurvivalRows rows = survival_rows(file_of("t,e,x\n1,1,3\nNA,1,3\n2,0,NA\n3,1,NA\n"),
                                          parse_survival_formula("Surv(t, e) ~ 1"), {}, {"x"});
  EXPECT_EQ(rows.row, std::vector<std::size_t>{0});
  ASSERT_EQ(rows.notes.size(), 2U);
  EXPECT_EQ(rows.notes[0], "1 row is left out because t is missing, the first in line 3");
  EXPECT_EQ(rows.notes[1], "2 rows are left out because x is missing, the first in line 4");
}

TEST(SurvivalRows, levels_are_in_order_of_numbers_or_alphabet) {
  const SurvivalFile file = file_of("n,w\n10,b\n2,c\n10,a\n");
  const std::vector<std::size_t> all{0, 1, 2};
  EXPECT_EQ(levels_of(file, "n", all).names, (std::vector<std::string>{"2", "10"}));
  const Levels first = levels_of(file, "w", all, "c");
  EXPECT_EQ(first.names, (std::vector<std::string>{"c", "a", "b"}));
  EXPECT_EQ(first.code, (std::vector<int>{2, 0, 1}));
  EXPECT_EQ(levels_of(file, "w", {0, 2}).names.size(), 2U);  // only of the rows in use
}

// R's model.matrix names and columns: a factor without its first level, a product of both.
TEST(SurvivalCovariates, are_those_of_r) {
  const SurvivalFile file = file_of("t,e,arm,x\n1,1,B,2\n2,1,A,5\n3,0,C,7\n");
  const SurvivalFormula formula = parse_survival_formula("Surv(t, e) ~ arm + x + arm:x");
  const Covariates made = covariates(file, formula.terms, {0, 1, 2}, {});
  EXPECT_EQ(made.names, (std::vector<std::string>{"armB", "armC", "x", "armB:x", "armC:x"}));
  EXPECT_EQ(made.reference.at("arm"), "A");
  Eigen::MatrixXd expected(3, 5);
  expected << 1, 0, 2, 2, 0, 0, 0, 5, 0, 0, 0, 1, 7, 0, 7;
  EXPECT_EQ(made.x, expected);
  EXPECT_EQ(covariates(file, formula.terms, {0, 1, 2}, {{"arm", "C"}}).names[0], "armA");
}

TEST(SurvivalCovariates, know_what_can_group) {
  const SurvivalFile file = file_of("w,two,many\na,0,1\nb,1,2\nb,1,3\n");
  const std::vector<std::size_t> all{0, 1, 2};
  EXPECT_TRUE(is_grouping(file, {{"w"}, false}, all));
  EXPECT_TRUE(is_grouping(file, {{"two"}, false}, all));
  EXPECT_FALSE(is_grouping(file, {{"many"}, false}, all));
  EXPECT_TRUE(is_grouping(file, {{"many"}, true}, all));
  EXPECT_FALSE(is_grouping(file, {{"w", "two"}, false}, all));
}

}  // namespace
}  // namespace entact
