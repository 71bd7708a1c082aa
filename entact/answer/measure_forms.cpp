// The measures of `entact adverse` as JSON, as a text for people and as a section of the page.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/adverse_measures.h"
#include "entact/answer/json_number.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(double value, MeasureTable::Unit unit) {
  switch (unit) {
    case MeasureTable::Unit::count:
      return count_text(value);
    case MeasureTable::Unit::share:
      return percent_text(value, 1);
    case MeasureTable::Unit::p:
      return p_text(value);
    case MeasureTable::Unit::plain:
      return decimal_text(value, 2);
  }
  return {};
}

/// A key as one step of a JSON pointer (RFC 6901).
std::string step(const std::string& key) {
  std::string text;
  for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

/// Width in characters; UTF-8 continuation bytes do not count.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<std::vector<std::string>> cells_of(const MeasureTable& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& field : table.words) lines[0].push_back(field.title);
  for (const auto& field : table.numbers) lines[0].push_back(field.title);
  for (const MeasureTable::Row& row : table.rows) {
    std::vector<std::string> line = row.words;
    for (std::size_t i = 0; i < row.numbers.size(); ++i)
      line.push_back(std::isnan(row.numbers[i]) ? ""
                                                : shown(row.numbers[i], table.numbers[i].unit));
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string text_of(const MeasureTable& table) {
  const auto lines = cells_of(table);
  std::vector<std::size_t> widest(lines[0].size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widest[i] = std::max(widest[i], width(line[i]));
  std::string text = "\n" + table.title + "\n";
  for (const auto& line : lines) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string pad(widest[i] - width(line[i]), ' ');
      out += (i < table.words.size() ? line[i] + pad : pad + line[i]) + "  ";
    }
    text += out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string label_of(const MeasureTable::Row& row, const MeasureTable::Field& field) {
  std::string label;
  for (const std::string& word : row.words) label += (label.empty() ? "" : ", ") + word;
  return label + ": " + field.title;
}

/// The Number of one cell, or none.
std::string number_of(DocumentBuilder& builder, const MeasureTable& table, std::size_t t,
                      std::size_t r, std::size_t i) {
  const MeasureTable::Row& row = table.rows[r];
  if (std::isnan(row.numbers[i])) return {};
  return builder.number(
      row.numbers[i], shown(row.numbers[i], table.numbers[i].unit), label_of(row, table.numbers[i]),
      {.pointer =
           fmt::format("/result/measures/{}/rows/{}/values/{}", t, r, step(table.numbers[i].key))});
}

TableBlock block_of(DocumentBuilder& builder, const MeasureTable& table, std::size_t t) {
  using Type = TableColumn::Type;
  TableBlock block{.id = table.id, .title = table.title, .caption = table.caption};
  for (const auto& field : table.words)
    block.columns.push_back({field.key, field.title, Type::text, true});
  for (std::size_t i = 0; i < table.numbers.size(); ++i)
    block.columns.push_back({fmt::format("v{}", i), table.numbers[i].title, Type::number});
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    std::vector<Cell> cells;
    for (const std::string& word : table.rows[r].words) cells.push_back(cell(word));
    for (std::size_t i = 0; i < table.rows[r].numbers.size(); ++i) {
      const std::string id = number_of(builder, table, t, r, i);
      cells.push_back(id.empty() ? cell("") : number_cell(id));
    }
    block.rows.push_back(std::move(cells));
  }
  return block;
}

/// Means over the visits in their order, one panel a measure.
FigureBlock course_block(DocumentBuilder& builder, const MeasureTable& table, std::size_t t) {
  std::vector<CourseRow> rows;
  std::vector<std::string> visits;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const MeasureTable::Row& row = table.rows[r];
    auto place = std::find(visits.begin(), visits.end(), row.words[1]);
    if (place == visits.end()) place = visits.insert(visits.end(), row.words[1]);
    if (std::isnan(row.numbers[1])) continue;
    rows.push_back({.panel = row.words[0],
                    .series = row.words[2],
                    .x = static_cast<double>(place - visits.begin()) + 1,
                    .y = row.numbers[1],
                    .low = row.numbers[3],
                    .high = row.numbers[4],
                    .number = number_of(builder, table, t, r, 1)});
  }
  return {.id = "course-figure",
          .title = "Scores over time",
          .caption = "Means with t intervals.",
          .alt = "Mean scores by visit and arm with their intervals.",
          .vega = visits_figure(rows, visits, "Mean score"),
          .table = table.id};
}

}  // namespace

std::string measures_json(const AdverseMeasures& all) {
  Json tables = Json::array();
  for (const MeasureTable& table : all.tables) {
    Json rows = Json::array();
    for (const MeasureTable::Row& row : table.rows) {
      Json one, values = Json::object();
      for (std::size_t i = 0; i < row.words.size(); ++i) one[table.words[i].key] = row.words[i];
      for (std::size_t i = 0; i < row.numbers.size(); ++i)
        values[table.numbers[i].key] = json_number(row.numbers[i]);
      one["values"] = values;
      rows.push_back(one);
    }
    tables.push_back({{"id", table.id}, {"title", table.title}, {"rows", rows}});
  }
  return tables.dump();
}

std::string measures_text(const AdverseMeasures& all) {
  std::string text;
  for (const MeasureTable& table : all.tables) text += text_of(table);
  return text;
}

Section measures_section(DocumentBuilder& builder, const AdverseMeasures& all) {
  Section section{.id = "measures", .title = "Vital signs, shifts and scores"};
  for (std::size_t t = 0; t < all.tables.size(); ++t) {
    if (all.tables[t].id == "course")
      section.blocks.emplace_back(course_block(builder, all.tables[t], t));
    section.blocks.emplace_back(block_of(builder, all.tables[t], t));
  }
  return section;
}

}  // namespace entact
