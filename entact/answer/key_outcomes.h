#pragma once

// Parts of section 1, Key outcomes.

#include "entact/answer/harms.h"
#include "entact/answer/sections.h"

namespace entact {

std::vector<Prose> key_opening(DocumentBuilder& builder, const Findings& findings);
void add_icons(Section& section, DocumentBuilder& builder, const Findings& findings,
               const Harms& harms);
void add_what_changed(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_judgements(Section& section, DocumentBuilder& builder, const EvidenceBase& base);
void add_conduct(Section& section, DocumentBuilder& builder, const EvidenceBase& base);
void add_who_was_studied(Section& section, DocumentBuilder& builder, const EvidenceBase& base);

}  // namespace entact
