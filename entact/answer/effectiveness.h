#pragma once

// Parts of section 4, PTSD effectiveness; each adds its blocks to the section.

#include "entact/answer/sections.h"

namespace entact {

void add_forest(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_small_study_checks(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_multiverse(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_course(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_responders(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_stress_tests(Section& section, DocumentBuilder& builder, const Findings& findings);
void add_published_beside(Section& section, DocumentBuilder& builder, const Findings& findings);

}  // namespace entact
