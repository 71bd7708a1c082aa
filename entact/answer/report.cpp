#include "entact/answer/report.h"

#include "entact/answer/answer.h"
#include "entact/answer/findings.h"
#include "entact/answer/sections.h"
#include "entact/base/error.h"
#include "entact/evidence/as_of.h"

namespace entact {
namespace {

constexpr const char* notice =
    "For research and review. This report informs people who design, review and regulate studies; "
    "it gives no medical advice and no dosing advice to individuals.";

std::string canonical_command(const ReportOptions& options) {
  std::string command = "entact report";
  if (options.as_of.known()) command += " --as-of " + to_text(options.as_of);
  if (options.include_recalled) command += " --include recalled";
  if (options.compare_with.known()) command += " --compare-with " + to_text(options.compare_with);
  return command;
}

/// A report of a base that breaks its rules opens by saying so.
void tell_faults(Document& document, const std::vector<std::string>& notes) {
  document.issues = notes;
  std::vector<Block>& blocks = document.sections.front().blocks;
  for (auto note = notes.rbegin(); note != notes.rend(); ++note)
    blocks.insert(blocks.begin(),
                  ProseBlock{{text("The evidence base breaks a rule, so that a number that rests "
                                   "on this row may be missing or wrong: "),
                              text(*note)},
                             Tone::caution});
}

/// The same day of the year before; 28 February for a leap day.
Date a_year_before(Date day) {
  day = latest(day);
  const bool leap_day = day.month == 2 && day.day == 29;
  return {day.year - 1, day.month, leap_day ? 28 : day.day};
}

}  // namespace

Document make_report(const EvidenceBase& all, const ReportOptions& options,
                     const std::vector<std::string>& notes) {
  const EvidenceBase base = options.as_of.known() ? known_by(all, options.as_of) : all;
  require(!base.facts.empty(), "answer.report.empty",
          "nothing in the evidence base was public by " + to_text(options.as_of),
          ErrorKind::unanswerable);
  Findings findings = find_all(base, options);
  findings.all = &all;
  if (!findings.options.compare_with.known())
    findings.options.compare_with = a_year_before(base.as_of);
  DocumentBuilder builder(base, as_of_text(options));
  Document& document = builder.document;
  document.title = "MDMA-assisted therapy: the living evidence report";
  document.subtitle = "What the published evidence says, as of " + to_text(base.as_of);
  document.notice = notice;
  document.provenance = {.version = version(),
                         .command = canonical_command(options),
                         .evidence_sha256 = base.sha256,
                         .as_of = to_text(base.as_of)};
  for (const auto section :
       {key_outcomes_section, trials_section, applications_section, effectiveness_section,
        safety_section, mechanism_section, outcomes_section, regulation_section, claims_section})
    document.sections.push_back(section(builder, findings));
  if (!options.models.empty() && !options.as_of.known())
    document.sections.push_back(settle_section(builder, findings));
  document.sections.push_back(methods_section(builder, findings));
  tell_faults(document, notes);
  return std::move(builder).finish();
}

}  // namespace entact
