#pragma once

// Parts of section 3, Applications; each adds its blocks to the section.

#include "entact/answer/sections.h"

namespace entact {

/// A small forest plot for each condition with a pooled randomised result: its outcomes, their
/// trials and, where there are several, what they give together; and the same as a table.
void add_condition_forests(Section& section, DocumentBuilder& builder, const Findings& findings);

}  // namespace entact
