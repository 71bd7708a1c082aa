// `entact adverse` as a page: overview, figures and table by class and term, severity, and the
// windows around drug sessions. Every number points into the JSON result.
#include <fmt/format.h>

#include "entact/answer/adverse_command.h"
#include "entact/answer/adverse_numbers.h"
#include "entact/answer/wording.h"

namespace entact {
namespace {

std::vector<TableColumn> columns(const AdverseAnalysis& all, std::vector<TableColumn> first) {
  using Type = TableColumn::Type;
  for (std::size_t arm = 0; arm < all.people.arms.size(); ++arm) {
    const std::string& name = all.people.arms[arm];
    first.push_back({fmt::format("n{}", arm), name, Type::number});
    first.push_back({fmt::format("share{}", arm), name + ", %", Type::number});
    first.push_back({fmt::format("events{}", arm), name + ", events", Type::number});
  }
  for (std::size_t k = 0; k < all.compared.size(); ++k) {
    const std::string versus = all.compared.size() > 1 ? ", " + all.arm(all.compared[k]) : "";
    first.push_back({fmt::format("rd{}", k), "Difference, per 100" + versus, Type::number});
    first.push_back({fmt::format("ci{}", k), "Interval" + versus, Type::text});
    first.push_back({fmt::format("p{}", k), "Adjusted p" + versus, Type::number});
  }
  return first;
}

TableBlock overview_table(DocumentBuilder& builder, const AdverseAnalysis& all) {
  TableBlock table{.id = "overview",
                   .title = "Participants with events, and events",
                   .caption = fmt::format("Reference arm: {} ({}). {}.", all.arm(all.reference),
                                          all.reference_words(), capitalised(all.method_words())),
                   .columns = columns(all, {{"events", "Events", TableColumn::Type::text}})};
  for (std::size_t i = 0; i < all.overview.size(); ++i) {
    std::vector<Cell> row{cell(all.overview[i].name)};
    const auto cells =
        RowNumbers(builder, all, all.overview[i], 0, fmt::format("/result/overview/{}", i)).cells();
    row.insert(row.end(), cells.begin(), cells.end());
    table.rows.push_back(std::move(row));
  }
  return table;
}

TableBlock rows_table(DocumentBuilder& builder, const AdverseAnalysis& all, const AdversePart& part,
                      const std::string& id, const std::string& title, const std::string& pointer) {
  TableBlock table{.id = id,
                   .title = title,
                   .caption = all.hidden_words(part.table),
                   .columns = columns(all, {{"class", "Class", TableColumn::Type::text, true},
                                            {"term", "Term", TableColumn::Type::text}})};
  for (std::size_t i = 0; i < part.table.rows.size(); ++i) {
    const AdverseRow& own = part.table.rows[i];
    if (!all.shown(own, part.table)) continue;
    std::vector<Cell> row{cell(own.any() ? "Any event" : all.class_name(own)),
                          cell(all.term_name(own))};
    const auto cells = RowNumbers(builder, all, part, i, fmt::format("{}/{}", pointer, i)).cells();
    row.insert(row.end(), cells.begin(), cells.end());
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Participants by maximal severity, a row an arm.
TableBlock severity_table(DocumentBuilder& builder, const AdverseAnalysis& all) {
  using Type = TableColumn::Type;
  TableBlock table{.id = "severity",
                   .title = "Participants by maximal severity",
                   .caption = all.hidden_words(all.main.table),
                   .columns = {{"class", "Class", Type::text, true},
                               {"term", "Term", Type::text},
                               {"arm", "Arm", Type::text, true}},
                   .collapsed = true};
  for (std::size_t s = 0; s < all.data.severity_words.size(); ++s)
    table.columns.push_back({fmt::format("s{}", s), all.data.severity_words[s], Type::number});
  for (std::size_t i = 0; i < all.main.table.rows.size(); ++i) {
    const AdverseRow& own = all.main.table.rows[i];
    if (!all.shown(own, all.main.table)) continue;
    RowNumbers numbers(builder, all, all.main, i, fmt::format("/result/rows/{}", i));
    for (std::size_t arm = 0; arm < own.arms.size(); ++arm) {
      std::vector<Cell> row{cell(own.any() ? "Any event" : all.class_name(own)),
                            cell(all.term_name(own)), cell(all.people.arms[arm])};
      for (std::size_t s = 0; s < all.data.severity_words.size(); ++s)
        row.push_back(number_cell(numbers.severity(arm, s)));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Section windows_section(DocumentBuilder& builder, const AdverseAnalysis& all) {
  Section section{.id = "sessions", .title = "Around drug sessions"};
  section.opening = {
      {text("An event belongs to the latest session at or before its onset; the next session ends "
            "a window. At risk are those who had a session.")}};
  for (std::size_t w = 0; w < all.around.size(); ++w) {
    const bool last = w == all.windows.size();
    const std::string title = last ? "Between sessions"
                                   : fmt::format("{}: day {:g} to {:g}", all.windows[w].name,
                                                 all.windows[w].from_day, all.windows[w].to_day);
    TableBlock table = rows_table(builder, all, all.around[w], fmt::format("window{}", w), title,
                                  fmt::format("/result/windows/{}/rows", w));
    table.collapsed = w > 0;
    section.blocks.emplace_back(std::move(table));
  }
  return section;
}

}  // namespace

Document adverse_document(const AdverseAnalysis& all, const AdverseMeasures& measures) {
  DocumentBuilder builder;
  builder.document.title = "Adverse events";
  builder.document.subtitle =
      fmt::format("{} participants of the safety population", all.main.table.n_total);
  builder.document.notice =
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  Section overview{.id = "overview-section", .title = "Overview"};
  overview.blocks.emplace_back(overview_table(builder, all));
  std::string notes;
  for (const auto* list : {&all.notes, &measures.notes})
    for (const std::string& note : *list) notes += (notes.empty() ? "" : ". ") + note;
  if (!notes.empty())
    overview.blocks.emplace_back(ProseBlock{.prose = {text(notes + ".")}, .tone = Tone::caution});
  Section terms{.id = "terms", .title = "By class and term"};
  for (std::size_t k = 0; k < all.compared.size(); ++k) {
    terms.blocks.emplace_back(adverse_dots(builder, all, k));
    terms.blocks.emplace_back(adverse_volcano(builder, all, k));
  }
  terms.blocks.emplace_back(rows_table(builder, all, all.main, "rows",
                                       "Participants with events by class and term",
                                       "/result/rows"));
  terms.blocks.emplace_back(severity_table(builder, all));
  builder.document.sections = {std::move(overview), std::move(terms)};
  if (!all.around.empty()) builder.document.sections.push_back(windows_section(builder, all));
  if (!measures.tables.empty())
    builder.document.sections.push_back(measures_section(builder, measures));
  return std::move(builder).finish();
}

}  // namespace entact
