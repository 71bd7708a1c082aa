#include "entact/answer/document_builder.h"

#include <algorithm>
#include <array>

#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string key_of(const std::string& text, const std::string& label, const NumberTrail& trail) {
  std::string key =
      text + '\n' + label + '\n' + trail.command + '\n' + trail.pointer + '\n' + trail.model;
  for (const std::string& fact : trail.facts) key += '\n' + fact;
  return key;
}

std::string shown(const Row& row, std::string_view column, int decimals) {
  const double value = row.number(column);
  if (decimals >= 0) return decimal_text(value, decimals);
  const std::string& written = row.text(column);
  return written.starts_with('-') ? "\u2212" + written.substr(1) : written;
}

/// The command as of the replayed day: those that read the evidence base and do not say the day
/// yet.
std::string replayed(std::string command, const std::string& replay) {
  const bool reads_base = command.starts_with("entact evidence") ||
                          command.starts_with("entact harms") ||
                          command.starts_with("entact claims");
  if (replay.empty() || !reads_base || command.find("--as-of") != std::string::npos) return command;
  return command.insert(std::min(command.find(" --format"), command.size()), replay);
}

const EvidenceBase& no_evidence() {
  static const EvidenceBase none{};
  return none;
}

}  // namespace

DocumentBuilder::DocumentBuilder() : DocumentBuilder(no_evidence()) {}

std::string DocumentBuilder::number(double value, std::string text, std::string label,
                                    NumberTrail trail, std::string unit) {
  keep_facts(trail.facts);
  trail.command = replayed(std::move(trail.command), replay_);
  const auto [place, fresh] = ids_.try_emplace(key_of(text, label, trail),
                                               "n" + std::to_string(document.numbers.size() + 1));
  if (fresh)
    document.numbers.push_back({.id = place->second,
                                .value = value,
                                .text = std::move(text),
                                .label = std::move(label),
                                .unit = std::move(unit),
                                .trail = std::move(trail)});
  return place->second;
}

std::string DocumentBuilder::fact_number(const Row& row, std::string_view column, std::string label,
                                         int decimals, std::string unit) {
  return number(row.number(column), shown(row, column, decimals), std::move(label),
                {.facts = {row.id()}}, std::move(unit));
}

double DocumentBuilder::value(const std::string& id) const {
  for (const Number& each : document.numbers)
    if (each.id == id) return each.value;
  throw Error("answer.document.number", "no number '" + id + "' was handed out");
}

Span DocumentBuilder::source(const std::string& source_id) {
  keep_source(source_id);
  return source_span(source_id);
}

Cell DocumentBuilder::fact_cell(std::string_view words, const std::vector<std::string>& facts) {
  keep_facts(facts);
  return cell(words, facts);
}

void DocumentBuilder::keep_source(const std::string& source_id) {
  if (!source_id.empty()) sources_.insert(source_id);
}

void DocumentBuilder::keep_facts(const std::vector<std::string>& facts) {
  for (const std::string& fact : facts) {
    const auto row = base_->fact(fact);
    require(row.has_value(), "answer.document.fact",
            "the evidence base has no fact '" + fact + "'");
    if (facts_.insert(fact).second) keep_source(row->citation().source);
  }
}

Document DocumentBuilder::finish() && {
  for (const std::string& id : facts_) document.facts.emplace(id, fact_view(*base_->fact(id)));
  for (const std::string& id : sources_)
    if (const Source* source = base_->source(id)) document.sources.emplace(id, *source);
  return std::move(document);
}

FactView fact_view(const Row& row) {
  const Citation citation = row.citation();
  constexpr std::array<const char*, 3> verification{"page", "secondary", "recalled"};
  FactView view{.table = row.table().name(),
                .source = citation.source,
                .locator = citation.locator,
                .verified = verification[static_cast<std::size_t>(citation.verified)]};
  for (const FactColumn& column : row.table().schema().columns) {
    if (column.name == "source" || column.name == "locator" || column.name == "verified" ||
        column.name == "fact_id")
      continue;
    if (row.has(column.name)) view.cells.emplace_back(column.name, row.text(column.name));
  }
  return view;
}

}  // namespace entact
