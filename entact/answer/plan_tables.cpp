// Tables of what a command of a plan says beside its one estimate: means by visit, every contrast,
// arms, medians. And a command's own Document inside the plan's.
#include <fmt/format.h>

#include <map>

#include "entact/answer/plan_document.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// A column of a detail table: a key of each row of the JSON list.
struct DetailField {
  std::string key{};  ///< with '/' within the row
  std::string title{};
  enum class Kind { words, plain, share, count, p } kind = Kind::plain;
};
struct DetailTable {
  std::string method{};
  std::string list{};  ///< "/lsmeans"
  std::string title{};
  std::vector<DetailField> fields{};
};

const std::vector<DetailTable>& detail_tables() {
  using Kind = DetailField::Kind;
  static const std::vector<DetailField> mean{
      {"arm", "Arm", Kind::words}, {"visit", "Visit", Kind::words}, {"estimate", "Mean"},
      {"se", "Standard error"},    {"ci_low", "Lower limit"},       {"ci_high", "Upper limit"}};
  static const std::vector<DetailField> contrast{{"label", "Contrast", Kind::words},
                                                 {"visit", "Visit", Kind::words},
                                                 {"estimate", "Estimate"},
                                                 {"se", "Standard error"},
                                                 {"df", "df"},
                                                 {"ci_low", "Lower limit"},
                                                 {"ci_high", "Upper limit"},
                                                 {"p", "p", Kind::p}};
  static const std::vector<DetailTable> all{
      {"mmrm", "/lsmeans", "least-squares means", mean},
      {"mmrm", "/contrasts", "differences", contrast},
      {"ancova", "/lsmeans", "least-squares means", mean},
      {"ancova", "/contrasts", "differences", contrast},
      {"impute", "/results", "means and differences", contrast},
      {"responders",
       "/arms",
       "responders by arm",
       {{"arm", "Arm", Kind::words},
        {"n", "Participants", Kind::count},
        {"events", "Responders", Kind::count},
        {"risk", "Share", Kind::share},
        {"ci_low", "Lower limit", Kind::share},
        {"ci_high", "Upper limit", Kind::share}}},
      {"survival",
       "/groups",
       "events and medians",
       {{"name", "Group", Kind::words},
        {"rows", "Participants", Kind::count},
        {"events", "Events", Kind::count},
        {"quantiles/1/time", "Median time"},
        {"quantiles/1/ci_low", "Lower limit"},
        {"quantiles/1/ci_high", "Upper limit"}}},
      {"blinding",
       "/bang",
       "Bang's index by arm",
       {{"arm", "Arm", Kind::words},
        {"estimate", "Index"},
        {"ci_low", "Lower limit"},
        {"ci_high", "Upper limit"}}},
      {"blinding",
       "/guesses",
       "guesses",
       {{"arm", "Arm", Kind::words},
        {"n", "Participants", Kind::count},
        {"unknown", "Do not know", Kind::count}}}};
  return all;
}

std::string detail_text(double value, DetailField::Kind kind) {
  switch (kind) {
    case DetailField::Kind::share:
      return percent_text(value, 1) + " %";
    case DetailField::Kind::count:
      return count_text(value);
    case DetailField::Kind::p:
      return p_text(value);
    default:
      return decimal_text(value, 2);
  }
}

Cell detail_cell(PlanWriter& writer, const PlanRun& run, const DetailTable& table, std::size_t k,
                 const DetailField& field, const std::string& row_label) {
  const Json& row = run.result.at(Json::json_pointer(table.list))[k];
  if (field.kind == DetailField::Kind::words) return cell(row.value(field.key, ""));
  const PlanNumber found =
      plan_number(run.result, fmt::format("/result{}/{}/{}", table.list, k, field.key));
  if (!found.given()) return {};
  return number_cell(writer.number(run, found, detail_text(found.value, field.kind),
                                   row_label + ": " + field.title));
}

TableBlock detail_block(PlanWriter& writer, const PlanRuns& runs, const DetailTable& table,
                        std::size_t number) {
  const PlanRun& run = runs.runs.front();
  TableBlock block{.id = fmt::format("{}-{}", runs.analysis->id, number),
                   .title = runs.analysis->title + ": " + table.title,
                   .collapsed = runs.analysis->role == "secondary"};
  for (const DetailField& field : table.fields)
    block.columns.push_back({field.key, field.title,
                             field.kind == DetailField::Kind::words ? TableColumn::Type::text
                                                                    : TableColumn::Type::number});
  const Json& list = run.result.at(Json::json_pointer(table.list));
  for (std::size_t k = 0; k < list.size(); ++k) {
    std::string label = runs.analysis->title;
    for (const DetailField& field : table.fields)
      if (field.kind == DetailField::Kind::words) label += ", " + list[k].value(field.key, "");
    std::vector<Cell> row;
    for (const DetailField& field : table.fields)
      row.push_back(detail_cell(writer, run, table, k, field, label));
    block.rows.push_back(std::move(row));
  }
  return block;
}

/// Ids of another Document's numbers in this one.
using NumberIds = std::map<std::string, std::string>;

void renumber(Prose& prose, const NumberIds& ids) {
  for (Span& span : prose)
    if (span.kind == Span::Kind::number) span.value = ids.at(span.value);
}

/// In a figure's specification ids stand as text under a key that names a number.
void renumber(Json& json, const NumberIds& ids) {
  for (auto& [key, value] : json.items()) {
    if (value.is_structured()) {
      renumber(value, ids);
    } else if (value.is_string()) {
      const auto found = ids.find(value.get<std::string>());
      if (found != ids.end() && key.find("number") != std::string::npos) value = found->second;
    }
  }
}

struct Embedder {
  const NumberIds& ids;
  const std::string& prefix;

  Block operator()(ProseBlock block) const {
    renumber(block.prose, ids);
    return block;
  }
  Block operator()(TableBlock block) const {
    block.id = prefix + "-" + block.id;
    for (auto& row : block.rows)
      for (Cell& each : row) renumber(each.prose, ids);
    return block;
  }
  Block operator()(FigureBlock block) const {
    block.id = prefix + "-" + block.id;
    block.table = prefix + "-" + block.table;
    Json vega = Json::parse(block.vega);
    renumber(vega, ids);
    block.vega = vega.dump();
    return block;
  }
  Block operator()(CardsBlock block) const {
    for (Card& card : block.cards) {
      renumber(card.value, ids);
      renumber(card.note, ids);
    }
    return block;
  }
  Block operator()(IconBlock block) const {
    block.id = prefix + "-" + block.id;
    for (IconPanel& panel : block.panels) {
      panel.treatment = ids.at(panel.treatment);
      panel.control = ids.at(panel.control);
    }
    return block;
  }
  Block operator()(VerdictBlock block) const {
    renumber(block.reason, ids);
    return block;
  }
};

}  // namespace

std::vector<TableBlock> plan_detail_tables(PlanWriter& writer, const PlanRuns& runs) {
  std::vector<TableBlock> blocks;
  const PlanRun& run = runs.runs.front();
  for (const DetailTable& table : detail_tables())
    if (table.method == runs.analysis->method && run.result.is_object() &&
        run.result.contains(Json::json_pointer(table.list)))
      blocks.push_back(detail_block(writer, runs, table, blocks.size() + 1));
  return blocks;
}

std::vector<Block> embedded_blocks(DocumentBuilder& builder, const Document& document,
                                   const std::string& line, const std::string& prefix) {
  NumberIds ids;
  for (const Number& number : document.numbers) {
    NumberTrail trail = number.trail;
    if (trail.command.empty()) trail.command = line + " --format json";
    ids[number.id] = builder.number(number.value, number.text, number.label, trail, number.unit);
  }
  std::vector<Block> blocks;
  for (const Section& section : document.sections) {
    for (Prose opening : section.opening) {
      renumber(opening, ids);
      blocks.emplace_back(ProseBlock{.prose = std::move(opening)});
    }
    for (const Block& block : section.blocks)
      blocks.push_back(std::visit(Embedder{ids, prefix}, block));
  }
  return blocks;
}

}  // namespace entact
