// Tables of what a command of a plan says beside its one estimate: means by visit, every contrast,
// arms, medians. And a command's own Document inside the plan's.
#include <fmt/format.h>

#include <algorithm>
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

/// Ids of another Document's numbers in this one; each is taken over when it is first asked for.
class NumberIds {
 public:
  NumberIds(DocumentBuilder& builder, const Document& document, std::string line)
      : builder_(builder), line_(std::move(line)) {
    for (const Number& number : document.numbers) theirs_[number.id] = &number;
  }
  [[nodiscard]] bool knows(const std::string& id) const { return theirs_.contains(id); }
  [[nodiscard]] std::string at(const std::string& id) const {
    const Number& number = *theirs_.at(id);
    NumberTrail trail = number.trail;
    if (trail.command.empty()) trail.command = line_ + " --format json";
    return builder_.number(number.value, number.text, number.label, trail, number.unit);
  }

 private:
  DocumentBuilder& builder_;
  std::string line_{};
  std::map<std::string, const Number*> theirs_{};
};

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
      const std::string id = value.get<std::string>();
      if (key.find("number") != std::string::npos && ids.knows(id)) value = ids.at(id);
    }
  }
}

/// Whether the block is a figure or table of one of these ids; any block if there are none.
bool is_among(const Block& block, const std::vector<std::string>& only) {
  if (only.empty()) return true;
  const auto* figure = std::get_if<FigureBlock>(&block);
  const auto* table = std::get_if<TableBlock>(&block);
  const std::string id = figure != nullptr ? figure->id : table != nullptr ? table->id : "";
  return std::find(only.begin(), only.end(), id) != only.end();
}

struct Embedder {
  const NumberIds& ids;
  const PlanEmbedding& how;

  Block operator()(ProseBlock block) const {
    renumber(block.prose, ids);
    return block;
  }
  Block operator()(TableBlock block) const {
    block.id = how.prefix + "-" + block.id;
    block.title = how.title + ": " + block.title;
    for (auto& row : block.rows)
      for (Cell& each : row) renumber(each.prose, ids);
    return block;
  }
  Block operator()(FigureBlock block) const {
    block.id = how.prefix + "-" + block.id;
    block.title = how.title + ": " + block.title;
    block.table = how.prefix + "-" + block.table;
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
    block.id = how.prefix + "-" + block.id;
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
                                   const PlanEmbedding& how) {
  const NumberIds ids(builder, document, how.line);
  std::vector<Block> blocks;
  for (const Section& section : document.sections) {
    for (Prose opening : section.opening) {
      if (!how.only.empty()) break;
      renumber(opening, ids);
      opening.insert(opening.begin(), strong(how.title + ". "));
      blocks.emplace_back(ProseBlock{.prose = std::move(opening)});
    }
    for (const Block& block : section.blocks)
      if (is_among(block, how.only)) blocks.push_back(std::visit(Embedder{ids, how}, block));
  }
  return blocks;
}

}  // namespace entact
