#pragma once

#include "entact/answer/adverse_measures.h"
#include "entact/answer/answer.h"

namespace entact {

/// `entact adverse`: adverse events of a study by class and term, arm and drug session.
///
/// JSON result: `{arms[], reference, exposure, options, overview[], rows[], windows[],
/// by_session[], measures[]}`. A row is `{level, class, term, shown, arms[], total,
/// comparisons[]}`; risks in [0, 1], rates per participant-year. CSV has every row, one line an
/// arm. Terms under the threshold are in both, with `shown` false.
///
/// @throws as analyse_adverse
Answer adverse_answer(const AdverseRequest& request);

// The forms of the answer.
std::string adverse_text(const AdverseAnalysis& all);
std::string adverse_csv(const AdverseAnalysis& all);
Document adverse_document(const AdverseAnalysis& all, const AdverseMeasures& measures);

}  // namespace entact
