#include "entact/stats/fine_gray.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

CoxData made() {
  CoxData data{.survival = {.stop = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
                            .event = {1, 2, 1, 0, 1, 2, 1, 1, 0, 2, 1, 0}},
               .x = Eigen::MatrixXd(12, 1),
               .names = {"x"}};
  data.x << 1, 0, 3, 2, 0, 1, 2, 0, 1, 3, 0, 1;
  return data;
}

std::string code_of(const CoxData& data) {
  try {
    fit_fine_gray(data, 2, 1);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// Without another cause nobody stays in the risk set: Cox's model with Breslow's ties, and its
// robust variance.
TEST(FineGray, without_other_causes_is_a_cox_model) {
  CoxData data = made();
  for (int& event : data.survival.event) event = event == 2 ? 0 : event;
  const FineGrayFit ours = fit_fine_gray(data, 1, 1);
  const CoxFit cox = fit_cox(data, {.ties = CoxTies::breslow, .robust = true});
  EXPECT_NEAR(ours.beta(0), cox.beta(0), 1e-12);
  EXPECT_NEAR(ours.coefficients[0].se, cox.coefficients[0].se, 1e-12);
}

TEST(FineGray, refuses_what_it_does_not_take) {
  CoxData late = made();
  late.survival.start.assign(12, 0);
  EXPECT_EQ(code_of(late), "stats.fine_gray.rows");
  CoxData constant = made();
  constant.x.setOnes();
  EXPECT_EQ(code_of(constant), "stats.fine_gray.rank");
  CoxData none = made();
  none.survival.event.assign(12, 2);
  EXPECT_EQ(code_of(none), "stats.cox.events");
}

}  // namespace
}  // namespace entact
