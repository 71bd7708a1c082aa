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
  return command;
}

}  // namespace

Document make_report(const EvidenceBase& all, const ReportOptions& options) {
  const EvidenceBase base = options.as_of.known() ? known_by(all, options.as_of) : all;
  require(!base.facts.empty(), "answer.report.empty",
          "nothing in the evidence base was public by " + to_text(options.as_of),
          ErrorKind::unanswerable);
  const Findings findings = find_all(base, options);
  DocumentBuilder builder(base);
  Document& document = builder.document;
  document.title = "MDMA-assisted therapy: the living evidence report";
  document.subtitle = "What the published evidence says, as of " + to_text(base.as_of);
  document.notice = notice;
  document.provenance = {.version = version(),
                         .command = canonical_command(options),
                         .evidence_sha256 = base.sha256,
                         .as_of = to_text(base.as_of)};
  for (const auto section :
       {trials_section, applications_section, effectiveness_section, safety_section,
        mechanism_section, outcomes_section, regulation_section, methods_section})
    document.sections.push_back(section(builder, findings));
  return std::move(builder).finish();
}

}  // namespace entact
