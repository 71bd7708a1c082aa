#pragma once

#include <string>
#include <vector>

#include "entact/answer/document_builder.h"
#include "entact/answer/trial_ranking.h"

namespace entact {

/// What shows a trial's outcome: the numbers stand in `entact trial FILE --format json`.
struct TrialPage {
  const TrialFile& file;
  const TrialOutcome& outcome;
  /// The command whose JSON holds the numbers; empty: the one whose Document this is. A report that
  /// takes the sections in gives the line.
  std::string command{};
};

/// Designs compared, where they are several: which is best by what, where that flips, what each
/// assumes. For the living report as "What would settle it", or a page of its own.
Section trial_comparison_section(DocumentBuilder& builder, const TrialPage& page);

/// Operating characteristics of every case: table, heat map and tornado where there are scenarios.
Section trial_characteristics_section(DocumentBuilder& builder, const TrialPage& page);

/// Means by arm and visit of the first case.
Section trial_course_section(DocumentBuilder& builder, const TrialPage& page);

/// The whole.
Document trial_document(const TrialFile& file, const TrialOutcome& outcome);

}  // namespace entact
