#pragma once

// How facts, studies and arms are named in sentences and tables.

#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/document_builder.h"

namespace entact {

/// "MAPP1", "MAPP1 and MAPP2", "A, B and C".
std::string listed(const std::vector<std::string>& names);
/// `entact evidence list TABLE` of these rows alone; `reduced` makes one number of them: "
/// --count", " --sum COLUMN", " --distinct COLUMN".
std::string rows_command(const std::string& table, const std::vector<std::string>& facts,
                         const std::string& reduced);
/// How many rows of a table these are.
std::string count_number(DocumentBuilder& builder, const std::string& table,
                         const std::vector<std::string>& facts, const std::string& label);
/// "29 of 46" from two number columns of one fact.
Prose count_of(DocumentBuilder& builder, const Row& row, std::string_view events,
               std::string_view persons, const std::string& label);
/// The study as people know it: its short name where the label holds it in brackets, else the
/// label.
std::string study_name(const EvidenceBase& base, const std::string& study_id);
std::vector<std::string> study_names(const EvidenceBase& base,
                                     const std::vector<std::string>& study_ids);
/// The arm of a fact by its label: "placebo with therapy".
std::string arm_name(const EvidenceBase& base, const Row& row);
/// First letter in lower case, unless the word is an abbreviation.
std::string uncapitalised(std::string words);
/// Lower case contains lower case.
bool holds_word(std::string_view where, std::string_view word);

}  // namespace entact
