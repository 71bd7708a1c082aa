#include "entact/answer/evidence_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/evidence/trail.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// A cell as text, numbers as short as they can be written without loss.
std::string text_of(const Column& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return std::isnan((*numbers)[row]) ? "" : fmt::format("{}", (*numbers)[row]);
  if (const auto* dates = std::get_if<std::vector<Date>>(&column.values))
    return to_text((*dates)[row]);
  return std::get<std::vector<std::string>>(column.values)[row];
}

Json json_of(const Column& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return json_number((*numbers)[row]);
  const std::string text = text_of(column, row);
  return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(const Table& table) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Json object = Json::object();
    for (const Column& column : table.columns) object[column.name] = json_of(column, row);
    rows.push_back(std::move(object));
  }
  return rows;
}

/// Without its folder, which differs between machines.
std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

std::vector<std::vector<std::string>> cells_of(const Table& table) {
  std::vector<std::vector<std::string>> rows(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const Column& column : table.columns) rows[row].push_back(text_of(column, row));
  return rows;
}

/// Columns side by side, each as wide as its widest cell but no wider than `widest`; longer cells
/// are cut with an ellipsis.
std::string aligned(const std::vector<std::string>& header,
                    const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t widest = 48;
  const auto shown = [](const std::string& cell) {
    std::string flat = cell;
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    return flat.size() <= widest ? flat : flat.substr(0, widest - 3) + "...";
  };
  std::vector<std::size_t> widths;
  for (const std::string& name : header) widths.push_back(name.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], shown(row[i]).size());
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += fmt::format("{:<{}}  ", shown(cells[i]), widths[i]);
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  std::string text = line(header);
  for (const auto& row : rows) text += line(row);
  return text;
}

Json json_of(const Trail& trail) {
  Json cells = Json::array();
  for (const TrailCell& each : trail.cells)
    cells.push_back({{"column", each.column},
                     {"value", each.value},
                     {"unit", each.unit},
                     {"description", each.description},
                     {"meaning", each.meaning}});
  Json uses = Json::array();
  for (const TrailUse& use : trail.uses)
    uses.push_back({{"analysis", use.analysis_id},
                    {"title", use.title},
                    {"slab", use.slab},
                    {"role", use.role},
                    {"include", use.include},
                    {"why", use.why}});
  Json conflict = Json::array();
  for (const TrailSibling& other : trail.conflict)
    conflict.push_back({{"fact_id", other.fact_id},
                        {"differs", other.summary},
                        {"used", other.used},
                        {"why", other.why}});
  Json json{{"id", trail.id},       {"table", trail.table}, {"file", file_name(trail.file)},
            {"line", trail.line},   {"used", trail.used},   {"cells", cells},
            {"conflict", conflict}, {"uses", uses},         {"cited_by", trail.cited_by}};
  if (trail.citation)
    json["citation"] = {{"source", trail.citation->source},
                        {"locator", trail.citation->locator},
                        {"verified", static_cast<int>(trail.citation->verified)}};
  if (trail.source)
    json["source"] = {{"id", trail.source->id},
                      {"label", trail.source->label},
                      {"title", trail.source->title},
                      {"doi", trail.source->doi},
                      {"url", trail.source->url},
                      {"published", to_text(trail.source->published)},
                      {"retracted_on", to_text(trail.source->retracted_on)}};
  return json;
}

}  // namespace

Answer list_answer(const EvidenceBase& base, const FactListing& listing) {
  const Table table = list_facts(base, listing);
  const auto rows = cells_of(table);
  return {.result_json = json_of(table).dump(),
          .text = aligned(names_of(table), rows),
          .csv = write_csv(names_of(table), rows),
          .evidence_sha256 = base.sha256};
}

Answer show_answer(const EvidenceBase& base, const std::string& id) {
  const Trail trail = trail_of(base, id);
  return {
      .result_json = json_of(trail).dump(), .text = to_text(trail), .evidence_sha256 = base.sha256};
}

}  // namespace entact
