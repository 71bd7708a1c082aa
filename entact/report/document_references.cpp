// Finds what a Document refers to and does not hold: the check that no number on the page is
// without its trail.
#include <nlohmann/json.hpp>
#include <set>

#include "entact/report/document_json.h"

namespace entact {
namespace {

using Json = nlohmann::json;

class ReferenceCheck {
 public:
  explicit ReferenceCheck(const Document& document) : document_(document) {
    for (const Number& number : document.numbers) {
      if (!numbers_.insert(number.id).second) fault("numbers", "number twice", number.id);
    }
    for (const Section& section : document.sections)
      for (const Block& block : section.blocks)
        if (const auto* table = std::get_if<TableBlock>(&block)) tables_.insert(table->id);
  }

  std::vector<std::string> run() {
    for (const Section& section : document_.sections) {
      for (const Prose& sentence : section.opening) check(sentence, section.id);
      for (const Block& block : section.blocks)
        std::visit([&](const auto& each) { check(each, section.id); }, block);
    }
    for (const Number& number : document_.numbers) check_trail(number);
    for (const auto& [id, fact] : document_.facts) check_source(fact.source, id);
    return std::move(faults_);
  }

 private:
  void fault(const std::string& where, const std::string& what, const std::string& id) {
    faults_.push_back(where + ": " + what + " '" + id + "'");
  }

  void check(const Prose& prose, const std::string& where) {
    for (const Span& span : prose) {
      if (span.kind == Span::Kind::number) check_number(span.value, where);
      if (span.kind == Span::Kind::source) check_source(span.value, where);
    }
  }

  void check(const ProseBlock& block, const std::string& where) { check(block.prose, where); }

  void check(const TableBlock& block, const std::string&) {
    const std::string where = "table " + block.id;
    for (const auto& row : block.rows) {
      if (row.size() != block.columns.size())
        fault(where, "row of another length than the header", std::to_string(row.size()));
      for (const Cell& each : row) {
        check(each.prose, where);
        check_facts(each.facts, where);
      }
    }
  }

  void check(const FigureBlock& block, const std::string&) {
    if (!tables_.contains(block.table)) fault("figure " + block.id, "no table", block.table);
    check_data(Json::parse(block.vega), "figure " + block.id);
  }

  /// Looks through a Vega-Lite specification for data values that name a number.
  void check_data(const Json& json, const std::string& where) {
    if (!json.is_structured()) return;
    if (json.is_object() && json.contains("number") && json["number"].is_string())
      check_number(json["number"].get<std::string>(), where);
    for (const Json& inner : json) check_data(inner, where);
  }

  void check(const CardsBlock& block, const std::string& where) {
    for (const Card& card : block.cards) {
      check(card.value, where);
      check(card.note, where);
    }
  }

  void check(const IconBlock& block, const std::string&) {
    for (const IconPanel& panel : block.panels) {
      check_number(panel.treatment, "icons " + block.id);
      check_number(panel.control, "icons " + block.id);
    }
  }

  void check(const VerdictBlock& block, const std::string&) {
    check(block.reason, "claim " + block.claim_id);
  }

  void check_trail(const Number& number) {
    check_facts(number.trail.facts, "number " + number.id);
    if (number.trail.facts.empty() && number.trail.command.empty())
      fault("number " + number.id, "neither fact nor command behind", number.text);
  }

  void check_number(const std::string& id, const std::string& where) {
    if (!numbers_.contains(id)) fault(where, "no number", id);
  }

  void check_source(const std::string& id, const std::string& where) {
    if (!id.empty() && !document_.sources.contains(id)) fault(where, "no source", id);
  }

  void check_facts(const std::vector<std::string>& facts, const std::string& where) {
    for (const std::string& id : facts)
      if (!document_.facts.contains(id)) fault(where, "no fact", id);
  }

  const Document& document_;
  std::set<std::string> numbers_{};
  std::set<std::string> tables_{};
  std::vector<std::string> faults_{};
};

}  // namespace

std::vector<std::string> dangling_references(const Document& document) {
  return ReferenceCheck(document).run();
}

}  // namespace entact
