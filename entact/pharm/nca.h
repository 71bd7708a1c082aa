#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace entact {

/// How the area between two concentrations is taken.
enum class AucMethod {
  linear,
  linear_up_log_down,  ///< logarithmic where the concentration falls
  linear_log,          ///< linear up to Tmax, logarithmic after it
};

/// What becomes of a concentration below the limit of quantification.
enum class BlqRule { zero, drop };

struct NcaOptions {
  AucMethod method = AucMethod::linear_up_log_down;
  double lower_limit = 0;  ///< concentrations below it, and those of 0, are below quantification
  BlqRule first = BlqRule::zero;   ///< before the first one that can be measured
  BlqRule middle = BlqRule::drop;  ///< between two
  BlqRule last = BlqRule::zero;    ///< after the last
  int fewest_points = 3;           ///< of the terminal slope
  double r2_slack = 1e-4;          ///< of two slopes this close, that with more points is taken
  bool peak_in_slope = false;      ///< the point at Tmax may be one of them
  /// The terminal slope is taken from all points between these times, instead of by the rule.
  std::optional<std::pair<double, double>> slope_between_h{};
  /// The dose is an infusion from time 0 on that lasts so long: the rule takes no point before its
  /// end for the slope, and the mean residence is less by half of it.
  double infusion_h = 0;
};

/// What one participant's concentrations say without a model. What cannot be found is NaN, and
/// `reservations` says why.
struct Nca {
  double cmax = 0, tmax_h = std::numeric_limits<double>::quiet_NaN();
  double clast = std::numeric_limits<double>::quiet_NaN(), tlast_h = clast;  ///< last measurable
  double auc_last = 0;                     ///< from the first time to Tlast
  double auc_inf = clast;                  ///< with Clast / lambda_z beyond it
  double auc_inf_predicted = clast;        ///< with the slope's value at Tlast
  double auc_extrapolated = clast;         ///< share of auc_inf beyond Tlast, in [0, 1]
  double aumc_last = 0, aumc_inf = clast;  ///< areas under time x concentration
  double mean_residence_h = clast;         ///< aumc_inf / auc_inf - infusion_h / 2
  double lambda_z = clast, half_life_h = clast;
  double r2 = clast, r2_adjusted = clast;
  int slope_points = 0;
  double slope_from_h = clast;
  double span = clast;       ///< of the slope's points, in half-lives
  double clearance = clast;  ///< Cl/F: dose / auc_inf
  double volume = clast;     ///< Vz/F: dose / (auc_inf lambda_z)
  std::vector<std::string> reservations{};
};

/// Noncompartmental analysis of one participant after one dose, by the rules of PKNCA.
///
/// The terminal slope lambda_z is the regression of log concentration on the last k points after
/// Tmax, k >= fewest_points, with the highest adjusted R^2; of those within r2_slack of it and with
/// a positive slope, the one with most points. Points whose logarithms do not vary beyond rounding
/// have no R^2 and are no candidate. Of concentrations that are all below quantification none is
/// dropped.
///
/// @param times_h        increasing
/// @param concentrations of the same length; NaN is missing and left out
/// @param dose           in amount units: clearance comes out in dose / (concentration x h)
/// @throws Error "pharm.nca.length" if lengths differ, "pharm.nca.times" unless times increase,
///         "pharm.nca.negative" if a concentration is negative, "pharm.nca.empty" if none is given,
///         "pharm.nca.infusion" unless an infusion lasts 0 h or more
/// @source Gabrielsson and Weiner 2012 (areas) [gabrielsson2012]; Denney, Duvvuri, Buckeridge 2015,
///         J Pharmacokinet Pharmacodyn 42:S65 (the slope's rule) [denney2015]
Nca nca(std::span<const double> times_h, std::span<const double> concentrations,
        double dose = std::numeric_limits<double>::quiet_NaN(), const NcaOptions& how = {});

/// Area under the concentrations between two times within those given; concentrations at its ends
/// are interpolated as the method takes areas.
/// @throws as nca(); "pharm.nca.range" unless both ends lie within the times
double auc_between(std::span<const double> times_h, std::span<const double> concentrations,
                   double from_h, double to_h, const NcaOptions& how = {});

/// One dosing interval at steady state.
struct NcaInterval {
  double auc = 0;      ///< over the interval
  double average = 0;  ///< auc / interval
  double highest = 0, lowest = 0;
  double trough = 0;                                            ///< at the interval's end
  double fluctuation = 0;                                       ///< (highest - lowest) / average
  double swing = 0;                                             ///< (highest - lowest) / lowest
  double clearance = std::numeric_limits<double>::quiet_NaN();  ///< Cl/F: dose / auc
};

/// What the concentrations of an interval between two doses say; at its ends they are interpolated
/// as the method takes areas.
///
/// @param dose  of the interval, in amount units; of an infusion, rate x interval
/// @throws as auc_between(); "pharm.nca.range" for an interval that is not above 0 h
/// @source Gabrielsson and Weiner 2012 [gabrielsson2012]
NcaInterval nca_interval(std::span<const double> times_h, std::span<const double> concentrations,
                         double from_h, double interval_h,
                         double dose = std::numeric_limits<double>::quiet_NaN(),
                         const NcaOptions& how = {});

/// How many times the area of the first interval that at steady state is, of linear kinetics whose
/// terminal slope governs what is left at the interval's end: 1 / (1 - exp(-lambda_z interval)).
double predicted_accumulation(double lambda_z, double interval_h);

/// Hours for which the concentration lies above a threshold, between the first and the last time;
/// crossings are interpolated as the method takes areas.
/// @throws as nca()
double time_above(std::span<const double> times_h, std::span<const double> concentrations,
                  double threshold, const NcaOptions& how = {});

}  // namespace entact
