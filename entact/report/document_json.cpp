#include "entact/report/document_json.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json number_value(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

std::string_view name_of(Tone tone) {
  constexpr std::array<std::string_view, 4> names{"plain", "finding", "caution", "notice"};
  return names[static_cast<std::size_t>(tone)];
}

std::string_view name_of(TableColumn::Type type) {
  constexpr std::array<std::string_view, 3> names{"text", "number", "date"};
  return names[static_cast<std::size_t>(type)];
}

Json json_of(const Span& span) {
  switch (span.kind) {
    case Span::Kind::text:
      return span.value;
    case Span::Kind::strong:
      return {{"strong", span.value}};
    case Span::Kind::number:
      return {{"number", span.value}};
    case Span::Kind::source:
      return {{"source", span.value}};
  }
  return nullptr;
}

Json json_of(const Prose& prose) {
  Json json = Json::array();
  for (const Span& span : prose) json.push_back(json_of(span));
  return json;
}

Json json_of(const Cell& cell) {
  Json json{{"prose", json_of(cell.prose)}};
  if (!cell.facts.empty()) json["facts"] = cell.facts;
  return json;
}

Json json_of(const TableColumn& column) {
  return {{"key", column.key},
          {"title", column.title},
          {"type", name_of(column.type)},
          {"filter", column.filter}};
}

Json json_of(const Card& card) {
  return {{"label", card.label},
          {"value", json_of(card.value)},
          {"note", json_of(card.note)},
          {"tone", name_of(card.tone)}};
}

Json json_of(const IconPanel& panel) {
  return {{"label", panel.label},         {"treatment_label", panel.treatment_label},
          {"treatment", panel.treatment}, {"control_label", panel.control_label},
          {"control", panel.control},     {"harm", panel.harm}};
}

// Declared here because lookup at instantiation does not see an unnamed namespace.
Json json_of(const std::vector<Cell>& row);
Json json_of(const Block& block);
Json json_of(const Section& section);
Json json_of(const InputFile& input);

template <typename T>
Json json_of_all(const std::vector<T>& items) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(json_of(item));
  return json;
}

Json json_of(const std::vector<Cell>& row) { return json_of_all(row); }

Json json_of(const ProseBlock& block) {
  return {{"kind", "prose"}, {"prose", json_of(block.prose)}, {"tone", name_of(block.tone)}};
}

Json json_of(const TableBlock& block) {
  return {{"kind", "table"},
          {"id", block.id},
          {"title", block.title},
          {"caption", block.caption},
          {"columns", json_of_all(block.columns)},
          {"rows", json_of_all(block.rows)},
          {"collapsed", block.collapsed}};
}

Json json_of(const FigureBlock& block) {
  return {{"kind", "figure"},         {"id", block.id},   {"title", block.title},
          {"caption", block.caption}, {"alt", block.alt}, {"vega", Json::parse(block.vega)},
          {"table", block.table}};
}

Json json_of(const CardsBlock& block) {
  return {{"kind", "cards"}, {"cards", json_of_all(block.cards)}};
}

Json json_of(const IconBlock& block) {
  return {{"kind", "icons"},
          {"id", block.id},
          {"title", block.title},
          {"caption", block.caption},
          {"panels", json_of_all(block.panels)}};
}

Json json_of(const VerdictBlock& block) {
  return {{"kind", "verdict"},    {"claim_id", block.claim_id},     {"topic", block.topic},
          {"claim", block.claim}, {"verdict", block.verdict},       {"certainty", block.certainty},
          {"rule", block.rule},   {"reason", json_of(block.reason)}};
}

Json json_of(const Block& block) {
  return std::visit([](const auto& each) { return json_of(each); }, block);
}

Json json_of(const Section& section) {
  return {{"id", section.id},
          {"title", section.title},
          {"opening", json_of_all(section.opening)},
          {"blocks", json_of_all(section.blocks)}};
}

Json json_of(const Number& number) {
  Json json{{"value", number_value(number.value)}, {"text", number.text}, {"label", number.label}};
  if (!number.unit.empty()) json["unit"] = number.unit;
  if (!number.trail.facts.empty()) json["facts"] = number.trail.facts;
  if (!number.trail.command.empty()) json["command"] = number.trail.command;
  if (!number.trail.pointer.empty()) json["pointer"] = number.trail.pointer;
  if (!number.trail.model.empty()) json["model"] = number.trail.model;
  return json;
}

Json json_of(const Source& source) {
  Json json{{"kind", source.kind}, {"label", source.label}, {"title", source.title}};
  if (!source.doi.empty()) json["doi"] = source.doi;
  if (!source.url.empty()) json["url"] = source.url;
  if (source.published.known()) json["published"] = to_text(source.published);
  if (source.retracted_on.known()) json["retracted_on"] = to_text(source.retracted_on);
  return json;
}

Json json_of(const FactView& fact) {
  Json cells = Json::array();
  for (const auto& [column, value] : fact.cells) cells.push_back(Json::array({column, value}));
  return {{"table", fact.table},
          {"cells", cells},
          {"source", fact.source},
          {"locator", fact.locator},
          {"verified", fact.verified}};
}

Json json_of(const InputFile& input) { return {{"name", input.name}, {"sha256", input.sha256}}; }

Json json_of(const Provenance& provenance) {
  return {{"version", provenance.version},
          {"command", provenance.command},
          {"inputs", json_of_all(provenance.inputs)},
          {"evidence_sha256", provenance.evidence_sha256},
          {"as_of", provenance.as_of}};
}

template <typename T>
Json json_of_map(const std::map<std::string, T>& map) {
  Json json = Json::object();
  for (const auto& [id, value] : map) json[id] = json_of(value);
  return json;
}

}  // namespace

std::string to_json(const Document& document) {
  const auto faults = dangling_references(document);
  if (!faults.empty())
    throw Error("report.document.dangling",
                "the document refers to what it does not hold: " + faults.front());
  Json numbers = Json::object();
  for (const Number& number : document.numbers) numbers[number.id] = json_of(number);
  const Json json{{"schema", document.schema},
                  {"title", document.title},
                  {"subtitle", document.subtitle},
                  {"notice", document.notice},
                  {"provenance", json_of(document.provenance)},
                  {"issues", document.issues},
                  {"sections", json_of_all(document.sections)},
                  {"numbers", numbers},
                  {"sources", json_of_map(document.sources)},
                  {"facts", json_of_map(document.facts)}};
  return json.dump();
}

}  // namespace entact
