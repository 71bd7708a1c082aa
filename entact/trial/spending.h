#pragma once

#include <string>
#include <vector>

namespace entact {

/// How an error rate is spent over the information t in [0, 1] of a trial.
enum class SpendingKind {
  obrien_fleming,     ///< 2 (1 - Phi(z(1 - rate / 2) / sqrt(t)))           [lan1983]
  pocock,             ///< rate log(1 + (e - 1) t)                          [lan1983]
  kim_demets,         ///< rate t^parameter                                 [kim1987]
  hwang_shih_decani,  ///< rate (1 - exp(-parameter t)) / (1 - exp(-parameter)) [hwang1990]
  given,              ///< cumulative rates, one a look
};

struct Spending {
  SpendingKind kind = SpendingKind::obrien_fleming;
  double parameter = 0;         ///< of kim_demets (positive) and hwang_shih_decani
  std::vector<double> given{};  ///< of kind given: increasing, the last is the whole rate
};

/// The error rate spent by each look.
///
/// @param t     information of the looks over that of the last: increasing, the last 1
/// @param rate  spent in all: of one side
/// @throws Error "trial.spending.parameter" if the parameter is not one of the kind; or, for rates
///         that are given, unless they increase and end at `rate`, one a look
/// @source  Lan and DeMets 1983, Biometrika 70:659 [lan1983]; Kim and DeMets 1987, Biometrika
///          74:149 [kim1987]; Hwang, Shih and De Cani 1990, Stat Med 9:1439 [hwang1990]
/// @checked reference/group_sequential (rpact)
std::vector<double> spent(const Spending& how, const std::vector<double>& t, double rate);

}  // namespace entact
