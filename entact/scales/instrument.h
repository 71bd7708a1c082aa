#pragma once

// What an instrument is: its items and the rules by which answers become scores, counts, diagnoses
// and classes. Every number in it is a row of the evidence base; evidence/instrument_facts.h makes
// it from there. Places of items are indices into Instrument::items.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// When an item counts as present: its answer, as given, is at least so much, and, where it has a
/// partner (the frequency beside an intensity), the partner's is at least so much too.
struct Presence {
  double at_least = 0;
  std::optional<std::size_t> partner{};
  double partner_at_least = 0;
};

struct ScaleItem {
  std::string code{};
  std::string label{};
  std::string cluster{};
  int number = 0;  ///< as printed on the form; parts of one question share it
  double min = 0;
  double max = 0;
  std::vector<double> values{};  ///< scores that may occur; empty: every whole number in the range
  bool in_total = false;
  bool reversed = false;  ///< counts as min + max less the answer
  std::optional<Presence> present{};
};

enum class ScoreMethod {
  sum,
  mean,
  highest,  ///< number of the highest item that is present, 0 if none
  profile,  ///< answers side by side as digits
};

/// One score and how much of it may be missing.
struct ScoreRule {
  std::string name{};
  ScoreMethod method = ScoreMethod::sum;
  std::vector<std::size_t> items{};
  int prorate_up_to = 0;  ///< items that may be missing; the mean of the others stands in for them
  bool round_up = false;  ///< a prorated score goes to the next whole number above
  bool higher_better = false;
};

/// How many of some items are present.
struct CountRule {
  std::string name{};
  std::vector<std::size_t> items{};
};

/// So many of the items are present.
struct Criterion {
  std::vector<std::size_t> items{};
  int at_least = 0;
  std::optional<int> at_most{};
  bool if_given = false;  ///< left out where the data have none of the items
};

/// Met if all its criteria are, and the diagnosis that it requires.
struct DiagnosisRule {
  std::string name{};
  std::vector<Criterion> criteria{};
  std::optional<std::size_t> requires_diagnosis{};  ///< an earlier one
};

/// Items that are not asked after an answer, and then count as 0.
struct SkipRule {
  std::size_t asked = 0;
  double answer = 0;
  std::vector<std::size_t> items{};
};

/// Scores from `low` up to the next band.
struct SeverityBand {
  double low = 0;
  double high = 0;
  std::string name{};
};

enum class Relation { at_least, at_most, above, below };

/// A class of the main score, or of its improvement since the baseline. Where the source gives a
/// range (low < high), what lies between is unclear.
struct ScoreThreshold {
  std::string id{};    ///< fact_id, or as the user named it
  std::string kind{};  ///< as in the evidence base: reliable_change, response_rule, cut_off ...
  double low = 0;
  double high = 0;
  Relation relation = Relation::at_least;
  bool percent_of_baseline = false;    ///< of changes only
  std::optional<std::size_t> loses{};  ///< diagnosis that was there at baseline and must be lost
};

struct Instrument {
  std::string name{};
  std::vector<ScaleItem> items{};
  std::vector<ScoreRule> scores{};  ///< the first is the main one
  std::vector<CountRule> counts{};
  std::vector<DiagnosisRule> diagnoses{};
  std::vector<SkipRule> skips{};
  std::vector<SeverityBand> bands{};      ///< of the main score, from low to high
  std::vector<ScoreThreshold> limits{};   ///< on the main score itself
  std::vector<ScoreThreshold> changes{};  ///< on its improvement since the baseline
  /// The item with this code, or nothing.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view code) const;
  /// The score with this name, or nothing.
  [[nodiscard]] std::optional<std::size_t> find_score(std::string_view score) const;
};

/// What must hold for the instrument to score anything: items, scores, places that exist, ranges
/// that are not empty.
/// @throws Error "scales.instrument.empty" (unanswerable) without items or scores,
/// "scales.instrument.place" if a rule names an item or diagnosis that is not there,
/// "scales.instrument.range" if an item's lowest score is not below its highest
void require_sound(const Instrument& instrument);

}  // namespace entact
