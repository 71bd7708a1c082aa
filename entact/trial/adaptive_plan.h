#pragma once

// What a look may change of a virtual trial: its size, its arms, its allocation. What is done with
// the participants stands in adaptive_trial.h.

namespace entact {

/// The number of participants is chosen anew at the last look before the final one.
struct SizeRule {
  bool blinded = false;   ///< from the spread of all outcomes, arms unknown; else by the trend
  double power = 0.9;     ///< to be reached: conditional power, or power by the spread seen
  double difference = 0;  ///< assumed, on the estimand's scale; 0 (not if blinded): the one seen
  double promising = 0;   ///< conditional power below which the size stays
  int most = 0;           ///< participants in all
  /// All participants are analysed together at the end, as if nothing had changed; else the stages
  /// are combined with the weights planned.
  bool pooled = false;
};

/// Which arms go on after a look. Arms at or below the futility bound never do.
struct ArmRule {
  enum class Kind {
    best,        ///< the `keep` largest statistics
    futility,    ///< all that are above the bound
    predictive,  ///< all with at least `least` predictive power
  };
  Kind kind = Kind::best;
  int keep = 1;
  double least = 0.1;
  bool refill = false;        ///< those who stay take the places of those who are dropped
  bool conditional = false;   ///< Dunnett's conditional test; else stages are combined
  bool stop_at_first = true;  ///< the trial ends with its first rejection
};

/// Where participants after a look go.
struct AllocationRule {
  enum class Kind {
    thompson,     ///< by the chance of being the best arm
    square_root,  ///< by the square root of the rate of response
  };
  Kind kind = Kind::thompson;
  double floor = 0.1;    ///< share of every arm at least
  double control = 0.2;  ///< share of the control at least
};

/// The trial gives up when rejection at the last look has become improbable.
struct PredictiveRule {
  double futility = 0.1;  ///< predictive power below which it stops
  double mean = 0;        ///< of the prior for the effect, on the estimand's scale
  double sd = 0;          ///< 0: flat
};

}  // namespace entact
