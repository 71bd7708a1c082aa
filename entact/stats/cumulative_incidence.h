#pragma once

#include "entact/stats/kaplan_meier.h"

namespace entact {

/// Probability of having had each cause by a time, where one cause forecloses the others.
struct IncidenceCurve {
  std::vector<double> time{};     ///< length t, distinct times at which rows end
  Eigen::VectorXd at_risk{};      ///< length t, weighted, just before the time
  Eigen::MatrixXd events{};       ///< t x causes, weighted
  Eigen::VectorXd event_free{};   ///< length t, without any cause
  Eigen::MatrixXd incidence{};    ///< t x causes; with event_free they add up to 1
  Eigen::MatrixXd se{};           ///< t x causes
  Eigen::MatrixXd low{}, high{};  ///< t x causes
  CurveOptions how{};
};

/// Aalen-Johansen estimate of all causes, of all rows; strata are not looked at.
///
///     F_c(t) = sum_{s <= t} S(s-) d_c(s) / n(s)
///     var F_c(t) = sum_{s <= t} S(s-)^2 / n^2 [d_c k_c (1 - G)^2 + d_o k_o G^2],
///     G = (F_c(t) - F_c(s)) / S(s),   k = 1 - (d - 1) / (n - 1) for d tied events
///
/// d_o are the events of the other causes. Taking a competing event as censored instead (1 minus
/// Kaplan-Meier) says how often the cause would be seen if the others did not exist, and too much.
///
/// @param causes  number of causes, 1..causes in data.event
/// @return intervals on the scale of how.interval, of the incidence itself
/// @throws as kaplan_meier
/// @cost   O(n log n + t causes)
/// @source Aalen and Johansen 1978, Scand J Stat 5:141 [aalen1978]; Gray 1988, Ann Stat 16:1141
/// [gray1988]
/// @checked reference/survival (R cmprsk cuminc)
IncidenceCurve cumulative_incidence(const SurvivalData& data, int causes,
                                    const CurveOptions& how = {});

/// The curve of one cause at a time; 0 before the first event.
CurvePoint at_time(const IncidenceCurve& curve, int cause, double time);

}  // namespace entact
