#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// The evidence base that a command answers from, and what a reader of the answer must know of it.
struct OpenedEvidence {
  EvidenceBase base{};
  std::vector<std::string> notes{};  ///< rules that its tables break, a sentence each
};

/// The one way from a folder to the base behind an answer, the same for every command: a table that
/// could not be read at all leaves no answer; a cell, header or reference that breaks a rule of
/// schema.csv is a note. Tables refer to one another, so the notes are those of the whole base. The
/// first ten stand in full, the others as a count; `entact evidence check` lists all and the rules
/// between facts besides.
///
/// @param folder  empty: the usual places, as find_data()
/// @param day     replays what was known by then; no date: all that the base holds
/// @throws Error of the first table that could not be read: "evidence.base.no_file" or "io.csv.*";
/// as find_data() and load_evidence()
OpenedEvidence open_evidence(const std::string& folder, Date day = {});

/// The same of a base that was read already.
OpenedEvidence opened(LoadedEvidence loaded, Date day = {});

/// The answer with the notes on its base before its own reservations.
Answer with_notes(Answer answer, const OpenedEvidence& evidence);

}  // namespace entact
