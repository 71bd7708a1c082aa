#pragma once

#include "entact/base/date.h"
#include "entact/evidence/evidence_base.h"
#include "entact/report/document.h"

namespace entact {

/// What the living evidence report is made from, beside the evidence base itself.
struct ReportOptions {
  Date as_of{};  ///< replay what was known on that day; no date: all that the base holds
  bool include_recalled = false;  ///< pool rows that were seen in no text
  /// Data folder whose models and virtual trial are simulated, in section 6 and a section of its
  /// own; empty: none. A replay of a past day leaves them out, since they speak as of today.
  std::string models{};
  Date compare_with{};  ///< day of the what-changed line; no date: a year before the report's day
};

/// The living evidence report: ten sections, and one of a virtual trial, in which every number
/// leads back to its facts or to its command.
///
/// @param base   as loaded; the replay to `as_of` is made here
/// @param notes  what is wrong with the base; the report opens with them
/// @throws Error "answer.report.empty" if nothing was public by that day
Document make_report(const EvidenceBase& base, const ReportOptions& options = {},
                     const std::vector<std::string>& notes = {});

/// One self-contained HTML file: the built web view with the Document inside.
/// @throws Error "answer.web.marker" if the template lacks the place for the Document
std::string html_of(const Document& document, const std::string& html_template);

}  // namespace entact
