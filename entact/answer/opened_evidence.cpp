#include "entact/answer/opened_evidence.h"

#include <fmt/format.h>

#include "entact/answer/installed_files.h"
#include "entact/evidence/as_of.h"

namespace entact {
namespace {

constexpr std::size_t notes_in_full = 10;

std::vector<std::string> notes_on(const std::vector<Issue>& issues) {
  std::vector<std::string> notes;
  std::size_t more = 0;
  for (const Issue& issue : issues) {
    if (issue.severity != Issue::Severity::error) continue;
    if (notes.size() < notes_in_full)
      notes.push_back(fmt::format("{} [{}]", to_text(issue), issue.code));
    else
      ++more;
  }
  if (more > 0)
    notes.push_back(fmt::format(
        "the evidence base breaks {} more of its rules; `entact evidence check` lists them", more));
  return notes;
}

}  // namespace

OpenedEvidence opened(LoadedEvidence loaded, Date day) {
  if (!loaded.unread.empty())
    throw Error(loaded.unread.front().code, to_text(loaded.unread.front()));
  OpenedEvidence evidence{.base = std::move(loaded.base), .notes = notes_on(loaded.issues)};
  if (day.known()) evidence.base = known_by(evidence.base, day);
  return evidence;
}

OpenedEvidence open_evidence(const std::string& folder, Date day) {
  return opened(load_evidence(find_data(folder)), day);
}

Answer with_notes(Answer answer, const OpenedEvidence& evidence) {
  answer.reservations.insert(answer.reservations.begin(), evidence.notes.begin(),
                             evidence.notes.end());
  return answer;
}

}  // namespace entact
