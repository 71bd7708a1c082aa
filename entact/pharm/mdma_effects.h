#pragma once

#include <array>
#include <cmath>
#include <string_view>

#include "entact/num/select.h"

namespace entact {

/// What a concentration of MDMA in plasma does to a person, with acute tolerance, and what a drug
/// that occupies the carriers takes away from it.
///
///     drive(w) = c (w / (1 + i_sert) + (1 - w) / (1 + i_net))
///     dM/dt    = ktol (c - M)
///     share(x) = x^h / (ec50^h + x^h),   x = drive / (1 + M / t50)
///     effect   = 100 share;   heart rate = at rest + max share;   ...
///     dT/dt    = k (T0 + max share - T)           temperature; cortisol likewise
///
/// A competitor of ratio i = I / Kd at a carrier acts as a concentration lower by 1 + i, because
/// (c/ec50) / (1 + c/ec50 + i) is the share of c / (1 + i); w is the part of an effect that goes
/// through the serotonin carrier. Tolerance shifts the concentration that is needed; it leaves the
/// largest effect as it is. No such model has been fitted to people: effect and hormones are
/// hypotheses, heart rate, pressures and temperature are anchored in observed peaks.
///
/// @source form of the tolerance: Porchet et al. 1988, J Pharmacol Exp Ther 244:231 [porchet1988];
///         competition at a carrier: Cheng and Prusoff 1973, Biochem Pharmacol 22:3099 [cheng1973]
struct MdmaEffects {
  enum State { tolerance, warmth, cortisol_level, n_states };
  // clang-format off
  enum Parameter {
    ktol, t50_effect, ec50_effect, hill_effect, sert_part_effect, t50_body, ec50_body,
    hill_body, sert_part_body, ec50_hormones, hill_hormones, heart_rate_rest,
    heart_rate_max, systolic_rest, systolic_max, diastolic_rest, diastolic_max,
    temperature_rest, temperature_max, k_temperature, oxytocin_rest, oxytocin_max,
    cortisol_max, k_cortisol, prolactin_max, i_sert, i_net, ki_sert, brain_ratio,
    n_parameters
  };
  // clang-format on
  enum Output {
    effect,
    heart_rate,
    systolic,
    diastolic,
    temperature,
    oxytocin,
    cortisol,
    prolactin,
    sert_occupancy,
    n_outputs
  };
  static constexpr std::array<std::string_view, n_states> state_names{"tolerance", "warmth",
                                                                      "cortisol_level"};
  static constexpr std::array<std::string_view, n_parameters> parameter_names{"ktol",
                                                                              "t50_effect",
                                                                              "ec50_effect",
                                                                              "hill_effect",
                                                                              "sert_part_effect",
                                                                              "t50_body",
                                                                              "ec50_body",
                                                                              "hill_body",
                                                                              "sert_part_body",
                                                                              "ec50_hormones",
                                                                              "hill_hormones",
                                                                              "heart_rate_rest",
                                                                              "heart_rate_max",
                                                                              "systolic_rest",
                                                                              "systolic_max",
                                                                              "diastolic_rest",
                                                                              "diastolic_max",
                                                                              "temperature_rest",
                                                                              "temperature_max",
                                                                              "k_temperature",
                                                                              "oxytocin_rest",
                                                                              "oxytocin_max",
                                                                              "cortisol_max",
                                                                              "k_cortisol",
                                                                              "prolactin_max",
                                                                              "i_sert",
                                                                              "i_net",
                                                                              "ki_sert",
                                                                              "brain_ratio"};
  static constexpr std::array<std::string_view, n_outputs> output_names{
      "effect",   "heart_rate", "systolic",  "diastolic",     "temperature",
      "oxytocin", "cortisol",   "prolactin", "sert_occupancy"};

  /// Share of the largest effect at x; of an x that rounding made negative, that of none.
  template <class Real>
  static Real share(const Real& x, const Real& ec50, const Real& hill) {
    using std::pow;
    const Real ratio = pow(select(x > 1e-9, x, Real(1e-9)) / ec50, hill);
    return ratio / (1.0 + ratio);
  }

  /// Concentration that would do the same without a competitor and without tolerance, ng/mL.
  template <class Real>
  static Real felt(const Real& c, const Real& sert_part, const Real& m, const Real& t50,
                   const Real* p) {
    const Real left = sert_part / (1.0 + p[i_sert]) + (1.0 - sert_part) / (1.0 + p[i_net]);
    return c * left / (1.0 + m / t50);
  }

  template <class Real>
  static Real body_share(const Real& c, const Real* x, const Real* p) {
    return share(felt(c, p[sert_part_body], x[tolerance], p[t50_body], p), p[ec50_body],
                 p[hill_body]);
  }

  template <class Real>
  static void initial(const Real* p, Real* x) {
    x[tolerance] = Real(0);
    x[warmth] = p[temperature_rest];
    x[cortisol_level] = Real(1);
  }

  /// @param c  MDMA in plasma, ng/mL
  template <class Real>
  static void rates(const Real& c, const Real* x, const Real* p, Real* dx) {
    const Real body = body_share(c, x, p);
    dx[tolerance] = p[ktol] * (c - x[tolerance]);
    dx[warmth] = p[k_temperature] * (p[temperature_rest] + p[temperature_max] * body - x[warmth]);
    dx[cortisol_level] = p[k_cortisol] * (1.0 + p[cortisol_max] * body - x[cortisol_level]);
  }

  /// @param unbound  unbound MDMA in plasma, uM
  template <class Real>
  static void outputs_of(const Real& c, const Real& unbound, const Real* x, const Real* p,
                         Real* y) {
    const Real body = body_share(c, x, p);
    const Real hormones = share(felt(c, p[sert_part_effect], x[tolerance], p[t50_body], p),
                                p[ec50_hormones], p[hill_hormones]);
    const Real at_carrier = p[brain_ratio] * unbound / p[ki_sert];
    y[effect] = 100.0 * share(felt(c, p[sert_part_effect], x[tolerance], p[t50_effect], p),
                              p[ec50_effect], p[hill_effect]);
    y[heart_rate] = p[heart_rate_rest] + p[heart_rate_max] * body;
    y[systolic] = p[systolic_rest] + p[systolic_max] * body;
    y[diastolic] = p[diastolic_rest] + p[diastolic_max] * body;
    y[temperature] = x[warmth];
    y[oxytocin] = p[oxytocin_rest] + p[oxytocin_max] * hormones;
    y[cortisol] = x[cortisol_level];
    y[prolactin] = 1.0 + p[prolactin_max] * hormones;
    y[sert_occupancy] = at_carrier / (1.0 + at_carrier + p[i_sert]);
  }
};

}  // namespace entact
