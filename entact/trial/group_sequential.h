#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "entact/trial/spending.h"

namespace entact {

/// Shape of the efficacy bounds on z over the information t of the looks.
enum class BoundaryKind {
  spending,        ///< from an alpha-spending function
  obrien_fleming,  ///< c / sqrt(t)
  pocock,          ///< c
  wang_tsiatis,    ///< c t^(parameter - 1/2)
  haybittle_peto,  ///< parameter at every look but the last, which takes what is left
};

struct Boundary {
  BoundaryKind kind = BoundaryKind::spending;
  double parameter = 0;  ///< Delta of wang_tsiatis; z of haybittle_peto
  Spending spending{};   ///< of kind spending
};

struct GroupSequentialOptions {
  std::vector<double> rates{0.5, 1};  ///< information of the looks over that of the last
  double alpha = 0.025;               ///< of all sides together
  int sides = 1;                      ///< 1 or 2
  Boundary efficacy{};
  std::optional<Spending> futility{};  ///< beta spending
  std::vector<double> futility_z{};    ///< instead of it: bounds at all looks but the last
  bool binding = false;  ///< alpha is kept only if every crossing of a futility bound stops
  double power = 0.8;    ///< of rejecting on the side of the effect
};

/// A design: where to stop, and how large a trial it takes.
///
/// One side: reject if z >= upper, give up if z <= lower. Two sides: reject if |z| >= upper, give
/// up if |z| <= lower.
struct GroupSequentialDesign {
  std::vector<double> rates{};
  std::vector<double> upper{};  ///< infinite where nothing is spent
  std::vector<double> lower{};  ///< -infinity without futility; at the last look equal to upper
  int sides = 1;
  double alpha = 0.025;
  double power = 0.8;
  bool binding = false;
  std::vector<double> alpha_spent{};  ///< cumulative, all sides, if futility is as `binding` says
  std::vector<double>
      beta_spent{};        ///< cumulative at `drift`: to give up, or not to reject at last
  double drift = 0;        ///< mean of z at the last look for which the power is reached
  double fixed_drift = 0;  ///< the same of a trial with one look
  double inflation = 1;    ///< of the largest over the fixed sample size: (drift / fixed_drift)^2
};

/// Bounds of a group-sequential design and the drift at which it has its power.
///
/// With beta spending the futility bounds depend on the drift, and meet the efficacy bound at the
/// last look: both are found together. Bounds that bind give way to lower efficacy bounds.
///
/// @throws Error "trial.group_sequential.rates", ".error_rate", ".sides", ".boundary", ".futility"
///         (usage) for options that are none; ".cross" (unanswerable) if a futility bound is at or
///         above the efficacy bound of an interim look; ".exhausted" (unanswerable) if Haybittle
///         and Peto's interim looks spend all of alpha; as spent()
/// @cost   1 to 100 ms
/// @source Jennison and Turnbull 2000, Group Sequential Methods [jennison2000]; Wang and Tsiatis
///         1987, Biometrics 43:193 [wang1987]; Pampallona, Tsiatis, Kim 2001, Drug Inf J 35:1113
///         [pampallona2001]
/// @checked reference/group_sequential (rpact)
GroupSequentialDesign group_sequential(const GroupSequentialOptions& options);

/// How a design behaves at a drift if every bound is followed.
struct SequentialBehaviour {
  std::vector<double> efficacy{};   ///< P(stop at this look and reject for the upper side)
  std::vector<double> opposite{};   ///< P(reject for the lower side): 0 if one-sided
  std::vector<double> futility{};   ///< P(stop at this look without rejection)
  double power = 0;                 ///< sum of efficacy
  double expected_information = 0;  ///< over that of the last look
};

/// @param drift  mean of z at the last look: effect times the square root of its information
SequentialBehaviour behaviour(const GroupSequentialDesign& design, double drift);

}  // namespace entact
