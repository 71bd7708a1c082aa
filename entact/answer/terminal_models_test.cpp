// The terminals with the parameters of data/models, by a fixed step that their stiffness needs: the
// solvers have tests of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "entact/answer/model_file.h"
#include "entact/pharm/mdma_specimen.h"
#include "entact/pharm/mdma_terminals_model.h"
#include "entact/pharm/serotonin_model.h"

namespace entact {
namespace {

using Terminal = SerotoninTerminal;
using Serotonin = FixedStepCourse<SerotoninModel>;
using Whole = FixedStepCourse<MdmaTerminalsModel>;

ModelFile shipped(const std::string& name) {
  return read_model_file(find_model_file(name, std::filesystem::path(ENTACT_SOURCE_DIR) / "data"));
}

template <class Model>
void set(std::vector<double>& p, std::string_view id, double value) {
  const auto at = std::find(Model::parameter_names.begin(), Model::parameter_names.end(), id);
  p[static_cast<std::size_t>(at - Model::parameter_names.begin())] = value;
}

/// The terminal alone, its bath filled to `um` at the start.
Serotonin terminal(double um, double i_sert, double end_h) {
  std::vector<double> p = typical_parameters(shipped("serotonin-terminal"));
  set<SerotoninModel>(p, "i_sert", i_sert);
  return {
      p,
      {},
      {.end_h = end_h, .step_h = 5e-5, .every = 200, .filled = SerotoninModel::bath, .fill = um}};
}

Whole whole(double mg, double end_h, const std::vector<std::string>& settings = {}) {
  std::vector<double> p = typical_parameters(shipped("mdma-terminals"), settings);
  return {p, {{0, mg}}, {.end_h = end_h, .step_h = 5e-5, .every = 200}};
}

constexpr int serotonin = MdmaModel::n_outputs;
constexpr int noradrenaline = MdmaModel::n_outputs + SerotoninTerminal::n_outputs,
              dopamine = noradrenaline + 2;

TEST(SerotoninTerminal, starts_at_rest) {
  const std::vector<double> p = typical_parameters(shipped("serotonin-terminal"));
  double x[SerotoninModel::n_states], dx[SerotoninModel::n_states];
  SerotoninModel::initial(p.data(), x);
  SerotoninModel::rates(0.0, x, p.data(), dx);
  // 0.13 uM/h, and 0.15 for refill, 15 (63.05 - 63.04), and tryptophan, since the start values are
  // printed to three or four digits
  for (int i = 0; i < SerotoninModel::n_states; ++i)
    EXPECT_LT(std::abs(dx[i]), 0.165) << SerotoninModel::state_names[static_cast<std::size_t>(i)];
}

TEST(SerotoninTerminal, stays_at_rest_for_a_day) {
  const Serotonin day = terminal(0, 0, 24);
  const auto& start = day.x.front();
  const auto& end = day.x.back();
  for (std::size_t i = 0; i < start.size(); ++i)
    if (i != Terminal::g) {
      EXPECT_NEAR(end[i], start[i], 0.015 * start[i] + 1e-4) << SerotoninModel::state_names[i];
    }
  EXPECT_NEAR(end[Terminal::g], 0.0014,
              1e-4);  // glia settle there, as computed for the start values
}

TEST(SerotoninTerminal, keeps_what_must_be_kept) {
  const Serotonin dosed = terminal(2, 0, 12);
  for (const auto& x : dosed.x) {
    EXPECT_NEAR(x[Terminal::bh2] + x[Terminal::bh4], 1, 1e-12);
    ASSERT_GE(*std::min_element(x.begin(), x.end()), -1e-9);
    ASSERT_LE(x[Terminal::b], 10);
    ASSERT_LE(x[Terminal::s] + x[Terminal::si], 1.9 + 1e-9);  // carriers
  }
}

TEST(SerotoninTerminal, mdma_releases_and_an_ssri_blocks_it) {
  const double alone = terminal(0.4, 0, 3).peak(0);
  const double before = terminal(0, 4, 3).at(0, 3);  // an SSRI by itself raises serotonin
  const double blocked = terminal(0.4, 4, 3).at(0, 3);
  EXPECT_GT(alone, 1.8);
  EXPECT_GT(before, 1.2);
  EXPECT_LT(blocked / before - 1, 0.4 * (alone - 1));
}

// Schmidt 1989: rats given more than 10 mg/kg, trough at 3 to 6 h.
TEST(SerotoninTerminal, is_depleted_and_recovers) {
  const int tissue = 1;
  for (const double bath_um : {6, 8, 10}) {
    const Serotonin dosed = terminal(bath_um, 0, 96);
    const auto least =
        std::min_element(dosed.y.begin(), dosed.y.end(),
                         [](const auto& a, const auto& b) { return a[tissue] < b[tissue]; });
    const double trough = (*least)[tissue],
                 when = dosed.t_h[static_cast<std::size_t>(least - dosed.y.begin())];
    EXPECT_LT(trough, 0.6) << bath_um;
    EXPECT_GT(when, 3) << bath_um;
    EXPECT_LT(when, 6) << bath_um;
    EXPECT_GT(dosed.y.back()[tissue], trough + 0.7 * (1 - trough)) << bath_um;
  }
}

TEST(MdmaTerminals, serotonin_rises_most_and_dopamine_least) {
  const Whole of = whole(100, 8);
  EXPECT_GT(of.peak(serotonin), 2);  // Yubero-Lahoz 2012: 2 to 7 fold in plasma
  EXPECT_LT(of.peak(serotonin), 7);
  EXPECT_GT(of.peak(serotonin), of.peak(noradrenaline));  // Verrico 2007, Baumann 2008
  EXPECT_GT(of.peak(noradrenaline), of.peak(dopamine));
  EXPECT_GT(of.peak(dopamine), 1.2);
  EXPECT_LT(of.y.back()[static_cast<std::size_t>(noradrenaline) + 1], 0.95);  // vesicles
}

TEST(MdmaTerminals, each_inhibitor_spares_the_other_carriers) {
  const Whole plain = whole(100, 2), ssri = whole(100, 2, {"citalopram"}),
              nri = whole(100, 2, {"reboxetine"});
  const auto rise = [](const Whole& of, int output) { return of.at(output, 2) / of.at(output, 0); };
  EXPECT_NEAR(rise(ssri, noradrenaline) / rise(plain, noradrenaline), 1, 0.05);
  EXPECT_NEAR(rise(nri, serotonin) / rise(plain, serotonin), 1, 0.05);
}

TEST(MdmaTerminals, without_a_dose_the_amines_rest) {
  const Whole rest = whole(0, 4);
  for (const int output : {noradrenaline, dopamine}) EXPECT_NEAR(rest.at(output, 4), 1, 1e-9);
}

}  // namespace
}  // namespace entact
