// Figures of the derived calibration (structure by Yang 2006, parameters fitted to published
// means): those printed with the parameters. The parameters are printed to three digits, so a
// figure may differ by 0.3%: V/F of 399 may be 398.5, which moves a Cmax by 0.13%.
#include "entact/pharm/mdma_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/mdma_specimen.h"

namespace entact {
namespace {

constexpr int conc = MdmaKinetics::concentration;
constexpr double printed = 0.003;

FixedStepCourse<MdmaModel> course(const std::vector<SpecimenDose>& doses, double end_h,
                                  const std::map<std::string, double>& changed = {}) {
  std::map<std::string, double> named = mdma_specimen();
  for (const auto& [id, value] : changed) named[id] = value;
  return {specimen_parameters<MdmaModel>(named), doses, {.end_h = end_h}};
}

double half_life(const FixedStepCourse<MdmaModel>& of) {
  return std::log(2.0) * 14 / std::log(of.at(conc, 10) / of.at(conc, 24));
}

int output_of(std::string_view id) {
  const auto& names = MdmaModel::output_names;
  return static_cast<int>(std::find(names.begin(), names.end(), id) - names.begin());
}

TEST(MdmaModel, single_doses_give_the_printed_figures) {
  const auto low = course({{0, 75}}, 24), high = course({{0, 125}}, 24);
  EXPECT_NEAR(low.peak(conc), 129, 129 * printed + 0.5);
  EXPECT_NEAR(high.peak(conc), 220, 220 * printed + 0.5);
  EXPECT_NEAR(half_life(low), 7.3, 0.05);
  EXPECT_NEAR(half_life(high), 8.7, 0.05);
  EXPECT_NEAR(low.area(conc, 0, 24), 1340, 1340 * printed);
  EXPECT_NEAR(high.area(conc, 0, 24), 2665, 2665 * printed);
  EXPECT_NEAR(low.peak_time(conc), 2.4, 0.05);
  EXPECT_NEAR(high.peak_time(conc), 2.5, 0.05);
}

TEST(MdmaModel, a_second_dose_a_day_later_meets_less_enzyme) {
  const auto two = course({{0, 100}, {24, 100}}, 48);
  EXPECT_NEAR(two.area(conc, 24, 48) / two.area(conc, 0, 24), 1.51, 0.005);
  EXPECT_NEAR(two.peak(conc, 24, 48) / two.peak(conc, 0, 24), 1.31, 0.006);
}

TEST(MdmaModel, a_blocked_enzyme_raises_plasma) {
  const auto alone = course({{0, 100}}, 24), blocked = course({{0, 100}}, 24, {{"active_2d6", 0}});
  EXPECT_NEAR(blocked.area(conc, 0, 24) / alone.area(conc, 0, 24), 1.47, 0.005);
  EXPECT_NEAR(blocked.peak(conc) / alone.peak(conc), 1.21, 0.005);
}

TEST(MdmaModel, a_split_dose_is_lower_at_first_and_later) {
  const auto split = course({{0, 120}, {2, 60}}, 24), single = course({{0, 180}}, 24);
  EXPECT_NEAR(split.area(conc, 0, 4), 744, 744 * printed);
  EXPECT_NEAR(single.area(conc, 0, 4), 966, 966 * printed);
  EXPECT_NEAR(split.peak_time(conc), 4.1, 0.05);
  EXPECT_NEAR(single.peak_time(conc), 2.7, 0.05);
  EXPECT_NEAR(split.area(conc, 0, 24), 4157, 4157 * printed);
  EXPECT_NEAR(single.area(conc, 0, 24), 4203, 4203 * printed);
}

TEST(MdmaModel, the_enzyme_recovers_within_ten_days) {
  const auto long_after = course({{0, 125}}, 240);
  const auto enzyme = static_cast<std::size_t>(MdmaKinetics::enzyme);
  EXPECT_NEAR(long_after.x.back()[enzyme], 0.96, 0.005);
  EXPECT_LT(long_after.x[300][enzyme], 0.4);  // 3 h after the dose
}

TEST(MdmaModel, every_milligram_is_somewhere) {
  for (const double q : {0.0, 30.0}) {
    const auto two = course({{0, 80}, {2, 40}}, 48, {{"q", q}});
    for (std::size_t k = 0; k < two.t_h.size(); k += 100) {
      double all = 0;
      for (int i = 0; i < MdmaKinetics::n_states; ++i)
        if (i != MdmaKinetics::enzyme) all += two.x[k][static_cast<std::size_t>(i)];
      const double t = two.t_h[k];
      const double given = t < 0.32 ? 0 : t < 0.62 ? -1 : t < 2.32 ? 80 : t < 2.62 ? -1 : 120;
      if (given < 0) continue;             // while a dose enters
      EXPECT_NEAR(all, given, 1e-9) << t;  // rounding of 4800 steps
    }
  }
}

TEST(MdmaModel, without_inactivation_it_is_the_closed_form) {
  const auto linear = course({{0, 100}}, 24, {{"inactivation_scale", 0}});
  const double ka = 1.17, v = 399, k = (26.8 + 71.8) / v, d = 0.30;
  const auto infused = [&](double t, double rate) {  // zero-order entry over d, then decay
    const double during = std::min(t, d);
    return (1 - std::exp(-rate * during)) * std::exp(-rate * (t - during)) / rate;
  };
  for (const double t : {0.5, 1.0, 2.0, 5.0, 12.0, 24.0}) {
    const double since = t - 0.32;
    const double wanted =
        1000 * 100 / d * ka / (v * (ka - k)) * (infused(since, k) - infused(since, ka));
    EXPECT_NEAR(linear.at(conc, t), wanted, 1e-7 * wanted) << t;  // steps of 0.01 h: h^4
  }
}

TEST(MdmaModel, a_second_compartment_keeps_the_area) {
  const std::map<std::string, double> one{{"inactivation_scale", 0}, {"q", 0}};
  const std::map<std::string, double> two{{"inactivation_scale", 0}, {"q", 40}, {"v2", 200}};
  const double alone = course({{0, 100}}, 200, one).area(conc, 0, 200);
  EXPECT_NEAR(course({{0, 100}}, 200, two).area(conc, 0, 200), alone, 2e-5 * alone);
  EXPECT_NEAR(alone, 1000 * 100 / (26.8 + 71.8), 2e-5 * alone);  // dose / clearance
}

TEST(MdmaModel, genotypes_order_plasma_and_metabolites) {
  double last = 1e9, hmma = -1;
  for (const double activity : {0.0, 0.4, 1.0, 1.75}) {
    const auto of = course({{0, 100}}, 24, {{"activity", activity}});
    EXPECT_LT(of.area(conc, 0, 24), last);
    EXPECT_GT(of.peak(MdmaKinetics::concentration_hmma), hmma);
    last = of.area(conc, 0, 24);
    hmma = of.peak(MdmaKinetics::concentration_hmma);
  }
}

TEST(MdmaModel, metabolites_are_near_their_observed_peaks) {
  // Kolbrich 2008a: HMMA 171.9 (SD 79.5) and 173.5 (66.3) ng/mL after 1.0 and 1.6 mg/kg; 77 kg
  EXPECT_NEAR(course({{0, 77}}, 24).peak(MdmaKinetics::concentration_hmma), 171.9, 20);
  EXPECT_NEAR(course({{0, 123}}, 24).peak(MdmaKinetics::concentration_hmma), 173.5, 20);
  // Mas 1999: MDA is 8 to 9% of the dose
  const auto of = course({{0, 100}}, 300);
  double through = 0;
  for (std::size_t k = 1; k < of.t_h.size(); ++k)
    through += 0.01 * of.x[k][MdmaKinetics::mda] * 27 / 345;
  EXPECT_GT(through, 8);
  EXPECT_LT(through, 9);
}

TEST(MdmaModel, the_effect_falls_before_the_concentration) {
  const auto of = course({{0, 100}}, 24);
  const int effect = output_of("effect");
  EXPECT_GT(of.peak_time(effect), 1);  // Kolbrich 2008b: 1 to 2 h
  EXPECT_LT(of.peak_time(effect), 2);
  double above = 0;
  for (const auto& y : of.y)
    above += y[static_cast<std::size_t>(effect)] > of.peak(effect) / 5 ? 0.01 : 0;
  EXPECT_NEAR(above, 4.2, 0.3);  // Vizeli 2017: 4.2 h (SD 1.3)
  // Clockwise: at one concentration the effect is larger on the way up.
  const auto up = static_cast<std::size_t>(100);
  std::size_t down = 300;
  while (of.y[down][conc] > of.y[up][conc]) ++down;
  EXPECT_GT(of.y[up][static_cast<std::size_t>(effect)],
            2 * of.y[down][static_cast<std::size_t>(effect)]);
}

TEST(MdmaModel, a_second_dose_is_felt_less_than_its_plasma_says) {
  const auto two = course({{0, 100}, {24, 100}}, 48);
  const int effect = output_of("effect");
  const double felt = two.peak(effect, 24, 48) / two.peak(effect, 0, 24);
  EXPECT_GT(felt, 1);  // Farre 2004: slightly stronger
  EXPECT_LT(felt, 1.1);
  EXPECT_GT(two.peak(conc, 24, 48) / two.peak(conc, 0, 24), 1.25);
}

TEST(MdmaModel, inhibitors_at_the_carriers_take_effect_away) {
  const auto change = [](const char* id, const std::map<std::string, double>& inhibitor,
                         double mg) {
    const int output = output_of(id);
    const auto alone = course({{0, mg}}, 24), with = course({{0, mg}}, 24, inhibitor);
    const double rest = alone.at(output, 0);
    return (with.peak(output) - rest) / (alone.peak(output) - rest) - 1;
  };
  const std::map<std::string, double> ssri{{"i_sert", 4}};
  EXPECT_GT(change("effect", ssri, 100), -0.80);  // Sarparast 2022: -30 to -80%
  EXPECT_LT(change("effect", ssri, 100), -0.30);
  EXPECT_GT(change("heart_rate", ssri, 100), -0.16);  // -6 to -14%
  EXPECT_LT(change("heart_rate", ssri, 100), -0.06);
  const std::map<std::string, double> snri{{"i_sert", 3}, {"i_net", 1.2}, {"active_2d6", 0.5}};
  EXPECT_NEAR(change("heart_rate", snri, 125), -0.605, 0.06);  // -57 to -64%
  EXPECT_LT(change("effect", snri, 125), -0.55);               // -55 to -84%
  EXPECT_GT(change("concentration", snri, 125), 0);            // plasma rises
  const std::map<std::string, double> paroxetine{{"i_sert", 4}, {"active_2d6", 0.1}};
  EXPECT_GT(change("concentration", paroxetine, 100), 0.15);
  EXPECT_LT(change("effect", paroxetine, 100), -0.30);
}

TEST(MdmaModel, circulation_and_hormones_peak_as_observed) {
  const auto of = course({{0, 125}}, 24), mid = course({{0, 112}}, 24), low = course({{0, 56}}, 24);
  const auto rise = [](const FixedStepCourse<MdmaModel>& from, const char* id) {
    return from.peak(output_of(id)) - from.at(output_of(id), 0);
  };
  EXPECT_NEAR(rise(of, "heart_rate"), 30, 3);              // Mas 1999
  EXPECT_NEAR(rise(mid, "heart_rate"), 28, 3);             // Lester 2000, 1.5 mg/kg
  EXPECT_NEAR(rise(of, "systolic"), 32.5, 3);              // between 40 (Mas) and 25 (Lester)
  EXPECT_NEAR(rise(mid, "diastolic"), 7, 3);               // Lester 2000
  EXPECT_NEAR(mid.peak(output_of("oxytocin")), 83.7, 5);   // Kirkpatrick 2014
  EXPECT_LT(rise(low, "oxytocin"), 6);                     // no rise after 0.75 mg/kg
  EXPECT_NEAR(mid.peak(output_of("cortisol")), 2.5, 0.2);  // Parrott 2009: + 150%
}

TEST(MdmaModel, at_rest_nothing_moves) {
  const auto rest = course({}, 24);
  for (std::size_t i = 0; i < rest.x.back().size(); ++i)
    EXPECT_NEAR(rest.x.back()[i], rest.x.front()[i], 1e-12) << MdmaModel::state_names[i];
}

TEST(MdmaLinearModel, gives_the_printed_figures) {
  std::map<std::string, double> named{{"ka", 1.17},   {"cl", 41.5},   {"v", 462},
                                      {"f_mda", 0.1}, {"cl_mda", 27}, {"v_mda", 345}};
  const auto run = [&](double mg) {
    return FixedStepCourse<MdmaLinearModel>(specimen_parameters<MdmaLinearModel>(named), {{0, mg}},
                                            FixedStep{});
  };
  EXPECT_NEAR(run(120).peak(0), 210, 1);
  EXPECT_NEAR(run(120).peak_time(0), 2.8, 0.06);  // printed to 0.1, on a grid of 0.01
  EXPECT_NEAR(std::log(2.0) * 462 / 41.5, 7.7, 0.05);
  named["cl"] *= 1 - 0.36;
  named["v"] *= 1 - 0.263;
  EXPECT_NEAR(run(123).peak(0), 298, 1);
}

}  // namespace
}  // namespace entact
