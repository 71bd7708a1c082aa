#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entact/scales/answers.h"

namespace entact {

/// What a rule says of one assessment.
enum class Decision : std::int8_t {
  no,
  yes,
  unclear,  ///< the source gives a range, and the score lies in it
  missing,  ///< what is missing could decide either way
};
std::string_view to_text(Decision decision);  ///< "no", "yes", "unclear", "" for missing

/// One score by assessment: NaN if too much is missing.
struct ScoreColumn {
  std::string name{};
  std::vector<double> value{};
  std::vector<int> missing{};  ///< items without an answer
};

/// How many items are present, by assessment.
struct CountColumn {
  std::string name{};
  std::vector<int> present{};
  std::vector<int> missing{};  ///< items of which that cannot be said
};

struct DecisionColumn {
  std::string name{};
  std::vector<Decision> decision{};
};

/// All that the answers give, a value an assessment, in the order of the instrument's rules.
struct Scores {
  std::vector<ScoreColumn> scores{};
  std::vector<CountColumn> counts{};
  std::vector<DecisionColumn> diagnoses{};
  std::vector<int> skipped{};  ///< items taken as 0 because they were not asked; may be empty
};

/// Scores of many assessments.
///
///     sum      s = sum_i x_i,         prorated  s = k sum_i x_i / (k - m)  for 0 < m <= prorate
///     mean     s = sum_i x_i / k,     prorated  s = sum_i x_i / (k - m)
///     highest  s = max{number_i : item i present}, 0 if none
///     profile  s = sum_i x_i 10^(k-i), i = 1..k
///
/// with k items, m of them without an answer, x_i = min + max - answer where the item is reversed.
/// A score with more missing than its rule allows is NaN, except `highest` where every item that
/// could be higher was answered. Counts take what is present among the answered. A diagnosis is
/// met, or not, as soon as nothing that is missing could change it; else it is missing. A score
/// none of whose items the data have, and a diagnosis with a criterion of that kind that is not
/// `if_given`, are missing throughout.
///
/// @param answers  checked with answer_faults; this neither checks nor clips
/// @throws  Error "scales.instrument.*" and "scales.answers.shape"
/// @cost    a pass over the answers for every rule that names them, block by block in cache
Scores score(const Instrument& instrument, const Answers& answers);

/// The band that holds the score, by place in `bands`; -1 if none does or the score is missing. A
/// prorated score between two bands belongs to the lower one.
std::vector<int> severity_bands(const std::vector<SeverityBand>& bands,
                                const std::vector<double>& score);

}  // namespace entact
