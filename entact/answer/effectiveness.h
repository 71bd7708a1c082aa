#pragma once

// Parts of section 4, PTSD effectiveness; each adds its blocks to the section.

#include "entact/answer/sections.h"

namespace entact {

void add_forest(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_small_study_checks(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_multiverse(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_course(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_responders(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_dose(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_selection(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_stress_tests(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_published_beside(Section& section, DocumentBuilder& builder, const Findings& findings);

/// In which trials the control arm had therapy too, and what the effect is then one of.
Prose therapy_in_controls(const EvidenceBase& base, const PooledAnswer& answer);
/// How many participants guessed their treatment, with the source; recalled rows are not used.
Prose guesses_on_record(DocumentBuilder& builder, const Findings& findings);

}  // namespace entact
