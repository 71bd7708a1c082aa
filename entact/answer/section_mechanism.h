#pragma once

#include <vector>

#include "entact/answer/document_builder.h"
#include "entact/answer/findings.h"

namespace entact {

/// The simulated part of section 6; nothing without models or in a replay.
std::vector<Block> simulated_mechanism(DocumentBuilder& builder, const Findings& findings);

}  // namespace entact
