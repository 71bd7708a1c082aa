#include "entact/stats/term_tests.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/stats/design_oracle.h"
#include "entact/stats/linear_model.h"

namespace entact {
namespace {

using nlohmann::json;

TEST(TermTests, are_those_of_compared_models) {
  const json all = read_reference("ancova/expected.json");
  const Table every = table_from(read_reference("ancova/input.json"));
  const auto& visit = every.text("AVISIT");
  for (const json& row : all["terms"]) {
    const std::string text = row["formula"];
    const bool all_visits = text.find("AVISIT") != std::string::npos;
    const Table table =
        rows_where(every, [&](std::size_t i) { return all_visits || visit[i] == "WEEK 3"; });
    const Design design = make_design(parse_formula(text), table);
    const LinearFit fit = fit_linear(design.x, design.y);
    for (std::size_t t = 0; t < row["terms"].size(); ++t) {
      const int term = static_cast<int>(t);
      ASSERT_EQ(to_text(design.formula.terms[t]), row["terms"][t].get<std::string>());
      const WaldTest three = linear_wald_test(fit, type_three_contrasts(design, table, term));
      EXPECT_NEAR(three.statistic / row["type3"][t].get<double>(), 1, 1e-8) << text << t;
      EXPECT_NEAR(three.p / row["type3_p"][t].get<double>(), 1, 1e-7) << text << t;
      EXPECT_EQ(three.df1, row["df1"][t]);
      EXPECT_EQ(three.df2, row["df2"]);
      const WaldTest two = linear_wald_test(fit, type_two_contrasts(design, fit.vcov, term));
      EXPECT_NEAR(two.statistic / row["type2"][t].get<double>(), 1, 1e-8) << text << t;
    }
  }
}

// The reference level is a matter of writing.
TEST(TermTests, do_not_hang_on_the_reference_level) {
  const Table table = table_from(read_reference("ancova/input.json"));
  const ModelFormula formula = parse_formula("CHG ~ ARM * SEX + AVISIT");
  const Design one = make_design(formula, table);
  const Design other =
      make_design(formula, table, {.reference = {{"ARM", "PLACEBO"}, {"SEX", "M"}}});
  for (int term = 0; term < 4; ++term)
    EXPECT_NEAR(
        linear_wald_test(fit_linear(one.x, one.y), type_three_contrasts(one, table, term))
            .statistic,
        linear_wald_test(fit_linear(other.x, other.y), type_three_contrasts(other, table, term))
            .statistic,
        1e-9);
}

TEST(TermTests, refuse_empty_cells) {
  const Table table = table_from(read_reference("design/input.json"));
  const Design design = make_design(parse_formula("CHG ~ ARM * AVISIT"), table);
  EXPECT_THROW(type_three_contrasts(design, table, 0), Error);
}

}  // namespace
}  // namespace entact
