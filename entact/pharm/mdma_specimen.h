#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "entact/pharm/mdma_model.h"

namespace entact {

/// One oral dose of a course in a test.
struct SpecimenDose {
  double t_h = 0;
  double mg = 0;
};

struct FixedStep {
  double end_h = 24;
  double step_h = 0.01;
  double lag_h = 0.32;
  double duration_h = 0.30;
  int every = 1;   ///< of how many steps one is kept
  int filled = 0;  ///< state to which `fill` is added at the start
  double fill = 0;
};

/// A course by classical Runge-Kutta of fourth order at a fixed step: slow, obvious, independent
/// of the solvers. Doses enter state 0 over `duration` after `lag`; both are multiples of the step.
template <class Model>
struct FixedStepCourse {
  std::vector<double> t_h{};
  std::vector<std::array<double, static_cast<std::size_t>(Model::n_states)>> x{};
  std::vector<std::array<double, static_cast<std::size_t>(Model::n_outputs)>> y{};

  using States = std::array<double, static_cast<std::size_t>(Model::n_states)>;

  FixedStepCourse(const std::vector<double>& p, const std::vector<SpecimenDose>& doses,
                  const FixedStep& how) {
    States at{};
    Model::initial(p.data(), at.data());
    at[static_cast<std::size_t>(how.filled)] += how.fill;
    const double h = how.step_h;
    const auto steps = static_cast<long>(std::lround(how.end_h / h));
    for (long k = 0; k <= steps; ++k) {
      const double t = static_cast<double>(k) * h;
      if (k % how.every == 0) keep(t, at, p);
      double rate = 0;
      for (const SpecimenDose& dose : doses) {
        const double since = t + h / 2 - dose.t_h - how.lag_h;
        if (since > 0 && since < how.duration_h) rate += dose.mg / how.duration_h;
      }
      step(p, rate, t, h, at);
    }
  }

  [[nodiscard]] double peak(int output, double from = 0, double to = 1e9) const {
    double most = -1e300;
    for (std::size_t k = 0; k < t_h.size(); ++k)
      if (t_h[k] >= from && t_h[k] <= to)
        most = std::max(most, y[k][static_cast<std::size_t>(output)]);
    return most;
  }
  [[nodiscard]] double peak_time(int output) const {
    std::size_t best = 0;
    for (std::size_t k = 0; k < t_h.size(); ++k)
      if (y[k][static_cast<std::size_t>(output)] > y[best][static_cast<std::size_t>(output)])
        best = k;
    return t_h[best];
  }
  [[nodiscard]] double area(int output, double from, double to) const {
    double sum = 0;
    const auto j = static_cast<std::size_t>(output);
    for (std::size_t k = 1; k < t_h.size(); ++k)
      if (t_h[k - 1] >= from - 1e-9 && t_h[k] <= to + 1e-9)
        sum += (t_h[k] - t_h[k - 1]) * (y[k - 1][j] + y[k][j]) / 2;
    return sum;
  }
  [[nodiscard]] double at(int output, double time) const {
    const auto k = static_cast<std::size_t>(std::lround(time / (t_h[1] - t_h[0])));
    return y[k][static_cast<std::size_t>(output)];
  }

 private:
  void keep(double t, const States& at, const std::vector<double>& p) {
    t_h.push_back(t);
    x.push_back(at);
    y.emplace_back();
    Model::outputs(t, at.data(), p.data(), y.back().data());
  }
  static void step(const std::vector<double>& p, double rate, double t, double h, States& x) {
    const auto slope = [&](double time, const States& from) {
      States dx{};
      Model::rates(time, from.data(), p.data(), dx.data());
      dx[0] += rate;
      return dx;
    };
    const auto moved = [&](const States& dx, double by) {
      States to = x;
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += by * dx[i];
      return to;
    };
    const States a = slope(t, x), b = slope(t + h / 2, moved(a, h / 2));
    const States c = slope(t + h / 2, moved(b, h / 2)), d = slope(t + h, moved(c, h));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  }
};

/// Parameters by name, in the order of the model; what is not named is 1.
template <class Model>
std::vector<double> specimen_parameters(const std::map<std::string, double>& named) {
  std::vector<double> p;
  for (const auto id : Model::parameter_names) {
    const auto at = named.find(std::string(id));
    p.push_back(at == named.end() ? 1.0 : at->second);
  }
  return p;
}

/// The values that data/models/mdma.toml had when the tests were written, with lag and duration on
/// the grid of a step of 0.01 h.
inline std::map<std::string, double> mdma_specimen() {
  return {{"ka", 1.17},
          {"lag", 0.32},
          {"duration", 0.30},
          {"v", 399},
          {"q", 0},
          {"v2", 200},
          {"cl_other", 26.8},
          {"cl_2d6", 71.8},
          {"activity", 1},
          {"active_2d6", 1},
          {"kdeg", std::log(2.0) / 46.6},
          {"kinact", 18.6},
          {"ki_inactivation", 5.78},
          {"inactivation_scale", 0.417},
          {"fu", 0.35},
          {"f_mda", 0.14},
          {"cl_mda", 27},
          {"v_mda", 345},
          {"f_hmma", 0.8},
          {"k_hmma", 0.06},
          {"v_hmma", 101},
          {"molar_mass", 193.242},
          {"molar_mass_mda", 179.219},
          {"molar_mass_hmma", 195.258},
          {"ktol", 0.5},
          {"t50_effect", 100},
          {"ec50_effect", 100},
          {"hill_effect", 4},
          {"sert_part_effect", 0.5},
          {"t50_body", 300},
          {"ec50_body", 130},
          {"hill_body", 2},
          {"sert_part_body", 0.15},
          {"ec50_hormones", 145},
          {"hill_hormones", 8},
          {"heart_rate_rest", 65},
          {"heart_rate_max", 50},
          {"systolic_rest", 125},
          {"systolic_max", 55},
          {"diastolic_rest", 75},
          {"diastolic_max", 15},
          {"temperature_rest", 36.8},
          {"temperature_max", 1.4},
          {"k_temperature", 1},
          {"oxytocin_rest", 18.6},
          {"oxytocin_max", 101},
          {"cortisol_max", 3},
          {"k_cortisol", 1},
          {"prolactin_max", 2},
          {"i_sert", 0},
          {"i_net", 0},
          {"ki_sert", 2.41},
          {"brain_ratio", 1}};
}

}  // namespace entact
