#include "entact/answer/fine_course.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/answer/simulate_draws.h"
#include "entact/answer/simulate_specimen.h"

namespace entact {
namespace {

using Kind = ExposureKind;

/// A request's first case and its fine course.
struct Fine {
  explicit Fine(const SimulateRequest& request) : plan(plan_simulation(request)) {
    const SimulatedCase& one = plan.cases.front();
    const PharmModel model = case_model(plan.file, one);
    const CaseDraws draws(one, plan.file.population, 1);
    course = fine_course(model, plan, one, draws.typical(), request.solver());
    const std::vector<std::vector<SimulatedQuantity>> flat(
        plan.outputs.size(), std::vector<SimulatedQuantity>(plan.times_h.size()));
    metrics = exposure_metrics(plan, one, request, flat);
  }
  [[nodiscard]] double value(Kind kind, std::size_t nth = 0) const {
    for (const ExposureMetric& metric : metrics)
      if (metric.kind == kind && nth-- == 0) return fine_exposure(course, plan, metric);
    return std::nan("");
  }
  SimulationPlan plan;
  FineCourse course{};
  std::vector<ExposureMetric> metrics{};
};

Fine fine_of(const std::string& regimen, const std::string& times) {
  const OralSpecimen oral;
  return Fine(oral.asked(regimen, times));
}

Fine fine_of_table(const std::string& table, const std::string& times) {
  const OralSpecimen oral;
  const SpecimenFile file("events.csv", table);
  SimulateRequest request = oral.asked("", times);
  request.events = file.path(), request.unit = "mg";
  return Fine(request);
}

TEST(FineCourse, area_is_that_of_the_closed_form_whatever_the_times) {
  const auto area = [](double t) { return OralSpecimen::area(100, t); };
  EXPECT_NEAR(fine_of("100@0", "0,24").value(Kind::area_by_model) / area(24), 1, 1e-7);
  EXPECT_NEAR(fine_of("100@0", "0:672:96").value(Kind::area_by_model) / area(672), 1, 1e-7);
  EXPECT_NEAR(fine_of("100@0", "-5,3").value(Kind::area_by_model) / area(3), 1, 1e-7);
  EXPECT_NEAR(fine_of("100@0", "12,24").value(Kind::area_by_model) / (area(24) - area(12)), 1,
              1e-7);
  EXPECT_NEAR(fine_of("100@0,50@2", "0,24").value(Kind::area_by_model) /
                  (area(24) + OralSpecimen::area(50, 22)),
              1, 1e-7);
}

// What is infused for 1.5 h absorbs as doses without end of no size: the integral of their areas
// over the hours of the infusion, by Simpson's rule.
TEST(FineCourse, area_is_right_across_the_end_of_an_infusion) {
  double whole = 0;
  constexpr int n = 1000;
  for (int i = 0; i <= n; ++i)
    whole += (i == 0 || i == n ? 1
              : i % 2 == 1     ? 4
                               : 2) *
             OralSpecimen::area(100, 24 - 1.5 * i / n) / (3.0 * n);
  EXPECT_NEAR(fine_of("100@0~1.5", "0,24").value(Kind::area_by_model) / whole, 1, 1e-7);
}

TEST(FineCourse, a_bolus_into_plasma_is_seen_from_the_moment_on) {
  const Fine fine = fine_of_table("ID,TIME,AMT,CMT\n1,0,100,2\n1,7,100,2\n", "0:24:12");
  const double k = OralSpecimen::k;
  EXPECT_NEAR(
      fine.value(Kind::area_by_model) / (-250 * (std::expm1(-24 * k) + std::expm1(-17 * k)) / k), 1,
      1e-7);
  EXPECT_NEAR(fine.value(Kind::peak), 250 * (1 + std::exp(-7 * k)), 0.2);
  EXPECT_NEAR(fine.value(Kind::time_of_peak), 7, 0.01);
}

// Clearance halves at 10 h, which no time asked for tells.
TEST(FineCourse, parameters_that_change_are_followed) {
  const Fine fine =
      fine_of_table("ID,TIME,AMT,CMT,cl\n1,0,100,2,40\n1,10,.,.,40\n1,30,.,.,20\n", "0,30");
  const double truth = 250 * ((1 - std::exp(-1)) / 0.1 + std::exp(-1) * (1 - std::exp(-1)) / 0.05);
  EXPECT_NEAR(fine.value(Kind::area_by_model) / truth, 1, 1e-7);
}

TEST(FineCourse, finds_the_peak_that_the_times_miss) {
  const double tmax = OralSpecimen::tmax(), peak = OralSpecimen::concentration(100, tmax);
  for (const char* times : {"0:24:6", "12,24", "-5:24:5", "0,672"}) {
    const Fine fine = fine_of("100@0", times);
    EXPECT_NEAR(fine.value(Kind::peak) / peak, 1, 1e-3) << times;
    EXPECT_LE(fine.value(Kind::peak), peak * (1 + 1e-6)) << times;
    EXPECT_NEAR(fine.value(Kind::time_of_peak), tmax, 0.15) << times;
  }
}

TEST(FineCourse, goes_through_every_session_shown) {
  const OralSpecimen oral;
  SimulateRequest request = oral.asked("100@0", "0:24:12,168:192:12,336:360:12");
  request.sessions = 3, request.every = "168h";
  const Fine fine(request);
  for (std::size_t session = 0; session < 3; ++session)
    EXPECT_NEAR(fine.value(Kind::area_by_model, session) / OralSpecimen::area(100, 24), 1, 1e-6);
}

}  // namespace
}  // namespace entact
