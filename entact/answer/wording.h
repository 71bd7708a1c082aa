#pragma once

#include <string>
#include <string_view>

#include "entact/answer/document_builder.h"

namespace entact {

/// What a word of a controlled vocabulary means, as vocabulary.csv says it; the code itself, with
/// spaces, where it says nothing.
std::string meaning(const EvidenceBase& base, std::string_view vocabulary, std::string_view code);

/// A table cell that names the row's source.
Cell source_cell(DocumentBuilder& builder, const Row& row);

/// First letter in upper case.
std::string capitalised(std::string words);

}  // namespace entact
