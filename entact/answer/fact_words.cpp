#include "entact/answer/fact_words.h"

#include <cctype>

#include "entact/answer/prose_writer.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string lower(std::string_view words) {
  std::string result(words);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  std::string words;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) words += i + 1 == names.size() ? " and " : ", ";
    words += names[i];
  }
  return words;
}

std::string rows_command(const std::string& table, const std::vector<std::string>& facts,
                         const std::string& reduced) {
  std::string ids;
  for (const std::string& fact : facts) ids += (ids.empty() ? "" : ",") + fact;
  return "entact evidence list " + table + " --ids " + ids + reduced + " --format json";
}

std::string count_number(DocumentBuilder& builder, const std::string& table,
                         const std::vector<std::string>& facts, const std::string& label) {
  const auto rows = static_cast<double>(facts.size());
  return builder.number(rows, count_text(rows), label,
                        {.facts = facts,
                         .command = rows_command(table, facts, " --count"),
                         .pointer = "/result/0/count"});
}

bool holds_word(std::string_view where, std::string_view word) {
  return lower(where).find(lower(word)) != std::string::npos;
}

std::string study_name(const EvidenceBase& base, const std::string& study_id) {
  for (const Row& row : base.table("studies").where("study_id", study_id)) {
    const std::string& label = row.text("label");
    return label.find("(" + study_id + ")") == std::string::npos ? label : study_id;
  }
  return study_id;
}

std::vector<std::string> study_names(const EvidenceBase& base,
                                     const std::vector<std::string>& study_ids) {
  std::vector<std::string> names;
  for (const std::string& id : study_ids) names.push_back(study_name(base, id));
  return names;
}

std::string arm_name(const EvidenceBase& base, const Row& row) {
  for (const Row& arm : base.table("arms").where("study_id", row.text("study_id")))
    if (arm.text("arm_id") == row.text("arm_id")) return uncapitalised(arm.text("label"));
  return row.text("arm_id");
}

std::string uncapitalised(std::string words) {
  const auto is_lower = [&](std::size_t at) {
    return at < words.size() && std::islower(static_cast<unsigned char>(words[at])) != 0;
  };
  if (is_lower(1)) words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
  return words;
}

Prose count_of(DocumentBuilder& builder, const Row& row, std::string_view events,
               std::string_view persons, const std::string& label) {
  return ProseWriter()
      .number(builder.fact_number(row, events, label))
      .say(" of ")
      .number(builder.fact_number(row, persons, "persons, " + label))
      .done();
}

}  // namespace entact
