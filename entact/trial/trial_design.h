#pragma once

// What the investigators decide: arms, visits, how participants come in and are allocated. What is
// true of the participants stands in trial_truth.h.

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace entact {

struct Instrument;  // scales/instrument.h

/// What participants are told of the arm that they are in.
enum class Told { nothing, active, inactive };

struct TrialArm {
  std::string name{};
  double dose_mg = 0;                     ///< of the drug under study
  std::optional<double> feels_like_mg{};  ///< dose that it is perceived as; empty: dose_mg
  double ratio = 1;                       ///< share in the allocation, relative to the others
  bool therapy = true;                    ///< receives the therapy that goes with the drug
  Told told = Told::nothing;
  std::optional<double> credible{};  ///< P(believing it); empty: Belief::credibility
};

enum class Allocation {
  simple,        ///< independent draws
  blocks,        ///< permuted blocks within strata
  minimisation,  ///< the arm that best balances the strata's margins, with a probability
};

/// Scores that the instrument can give.
struct ScoreRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool whole = false;  ///< whole numbers only
};

struct TrialDesign {
  std::string name{};
  std::vector<TrialArm> arms{};
  int n = 100;                             ///< participants randomised
  std::vector<double> visit_weeks{18};     ///< after the baseline, ascending
  std::vector<std::string> visit_names{};  ///< as many
  std::vector<double> session_weeks{};     ///< drug sessions; adverse events happen at them
  std::string instrument{};                ///< for people: "CAPS-5"
  ScoreRange range{};                      ///< of the score
  /// Its items, where an estimand asks for a diagnosis; shared by designs, changed by nobody.
  std::shared_ptr<const Instrument> items{};
  double eligible_low = -std::numeric_limits<double>::infinity();  ///< baseline score
  double eligible_high = std::numeric_limits<double>::infinity();
  int sites = 1;
  int pairs_per_site = 1;  ///< therapist pairs
  Allocation allocation = Allocation::blocks;
  int block = 0;                         ///< size; 0: twice the smallest that fits the ratios
  bool by_site = false;                  ///< strata, or margins of minimisation
  std::optional<double> severity_cut{};  ///< strata below and from this baseline score on
  double minimise = 0.8;                 ///< probability of the arm that balances best

  [[nodiscard]] int visits() const { return static_cast<int>(visit_weeks.size()); }
  /// Index of the arm of this name, or nothing.
  [[nodiscard]] std::optional<int> arm(const std::string& wanted) const {
    for (std::size_t a = 0; a < arms.size(); ++a)
      if (arms[a].name == wanted) return static_cast<int>(a);
    return std::nullopt;
  }
};

}  // namespace entact
