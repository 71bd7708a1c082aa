// `entact adverse` as a page: overview, table by class and term, dot plot and volcano plot for each
// compared arm, and the windows around drug sessions. Every number points into the JSON result.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/answer/adverse_command.h"
#include "entact/answer/document_builder.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// Numbers of one row, with the pointer that leads to it.
class RowNumbers {
 public:
  RowNumbers(DocumentBuilder& builder, const AdverseAnalysis& all, const AdversePart& part,
             std::size_t row, std::string pointer)
      : builder_(builder), all_(all), part_(part), row_(row), pointer_(std::move(pointer)) {
    const AdverseRow& own = part.table.rows[row];
    what_ = own.any() ? "any event" : own.is_term() ? all.term_name(own) : all.class_name(own);
  }

  std::string participants(std::size_t arm) {
    return number(count(arm).participants, count_text(count(arm).participants), arm_label(arm),
                  arm_pointer(arm, "participants"), "participants");
  }
  std::string events(std::size_t arm) {
    return number(count(arm).events, count_text(count(arm).events), arm_label(arm),
                  arm_pointer(arm, "events"), "events");
  }
  std::string risk(std::size_t arm) {
    const double risk = count(arm).participants / static_cast<double>(part_.table.n[arm]);
    return number(risk, percent_text(risk, 1), arm_label(arm), arm_pointer(arm, "risk"),
                  "share of participants");
  }
  std::string severity(std::size_t arm, std::size_t s) {
    const int people = count(arm).by_severity[s];
    return number(people, count_text(people), arm_label(arm),
                  arm_pointer(arm, ("by_severity/" + all_.data.severity_words[s]).c_str()),
                  (all_.data.severity_words[s] + " at most").c_str());
  }
  std::string compared(std::size_t k, const char* field, double value, bool p) {
    return number(
        value, p ? p_text(value) : percent_text(value, 1),
        what_ + ", " + all_.arm(all_.compared[k]) + " against " + all_.arm(all_.reference),
        fmt::format("{}/comparisons/{}/{}", pointer_, k, field), field);
  }
  [[nodiscard]] const AdverseComparison& comparison(std::size_t k) const {
    return part_.comparisons[k][row_];
  }

  /// Participants, percentage and events of each arm; then difference, interval and adjusted p.
  std::vector<Cell> cells() {
    std::vector<Cell> made;
    for (std::size_t arm = 0; arm < part_.table.n.size(); ++arm) {
      if (part_.table.n[arm] == 0) {
        made.insert(made.end(), {cell(""), cell(""), cell("")});
        continue;
      }
      made.push_back(number_cell(participants(arm)));
      made.push_back(number_cell(risk(arm)));
      made.push_back(number_cell(events(arm)));
    }
    for (std::size_t k = 0; k < part_.comparisons.size(); ++k) {
      if (part_.comparisons[k].empty()) {
        made.insert(made.end(), {cell(""), cell(""), cell("")});
        continue;
      }
      const AdverseComparison& c = comparison(k);
      made.push_back(number_cell(compared(k, "rd", c.risk_difference, false)));
      made.push_back(
          {{number_span(compared(k, "rd_low", c.risk_difference_interval.low, false)), text(" to "),
            number_span(compared(k, "rd_high", c.risk_difference_interval.high, false))},
           {}});
      made.push_back(number_cell(compared(k, "p_bh", c.p_benjamini_hochberg, true)));
    }
    return made;
  }

 private:
  [[nodiscard]] const AdverseCount& count(std::size_t arm) const {
    return part_.table.rows[row_].arms[arm];
  }
  [[nodiscard]] std::string arm_label(std::size_t arm) const {
    return what_ + ", " + all_.people.arms[arm];
  }
  [[nodiscard]] std::string arm_pointer(std::size_t arm, const char* field) const {
    return fmt::format("{}/arms/{}/{}", pointer_, arm, field);
  }
  std::string number(double value, std::string shown, const std::string& label, std::string pointer,
                     const char* what) {
    return builder_.number(value, std::move(shown), label + ": " + what,
                           {.pointer = std::move(pointer)});
  }

  DocumentBuilder& builder_;
  const AdverseAnalysis& all_;
  const AdversePart& part_;
  std::size_t row_;
  std::string pointer_;
  std::string what_{};
};

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

/// The rows that figures show: terms, or classes where only those were asked for; a name that
/// stands in two classes gets its class.
std::vector<std::size_t> figure_rows(const AdverseAnalysis& all) {
  const bool terms = all.request.by.find("pt") != std::string::npos;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < all.main.table.rows.size(); ++i) {
    const AdverseRow& row = all.main.table.rows[i];
    if ((terms ? row.is_term() : row.is_system()) && all.shown(row, all.main.table))
      rows.push_back(i);
  }
  return rows;
}

std::vector<std::string> labels_of(const AdverseAnalysis& all,
                                   const std::vector<std::size_t>& rows) {
  std::multiset<std::string> names;
  const auto name = [&](const AdverseRow& row) {
    return row.is_term() ? all.term_name(row) : all.class_name(row);
  };
  for (const std::size_t i : rows) names.insert(name(all.main.table.rows[i]));
  std::vector<std::string> labels;
  for (const std::size_t i : rows) {
    const AdverseRow& row = all.main.table.rows[i];
    labels.push_back(name(row) +
                     (names.count(name(row)) > 1 ? " (" + all.class_name(row) + ")" : ""));
  }
  return labels;
}

HarmAxis axis_of(const AdverseAnalysis& all, std::size_t k) {
  const AdverseCompareOptions& how = all.request.how;
  const bool newcombe = how.interval == AdverseCompareOptions::Interval::newcombe;
  return {.arm = all.arm(all.compared[k]),
          .reference = all.arm(all.reference),
          .interval = fmt::format("{:g}%, {}", 100 * how.level,
                                  newcombe ? "Newcombe" : "Miettinen-Nurminen"),
          .flag = fmt::format("flagged: double FDR at {:g}", how.alpha),
          .adjustment = "Benjamini-Hochberg",
          .alpha = how.alpha};
}

FigureBlock dot_figure(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k) {
  std::vector<HarmDotRow> dots;
  const auto rows = figure_rows(all);
  const auto labels = labels_of(all, rows);
  const auto arm = static_cast<std::size_t>(all.compared[k]);
  const auto reference = static_cast<std::size_t>(all.reference);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    RowNumbers numbers(builder, all, all.main, rows[r], fmt::format("/result/rows/{}", rows[r]));
    const AdverseRow& row = all.main.table.rows[rows[r]];
    const AdverseComparison& c = numbers.comparison(k);
    const auto share = [&](std::size_t a) {
      return row.arms[a].participants / static_cast<double>(all.main.table.n[a]);
    };
    dots.push_back({.label = labels[r],
                    .share = share(arm),
                    .reference_share = share(reference),
                    .difference = c.risk_difference,
                    .low = c.risk_difference_interval.low,
                    .high = c.risk_difference_interval.high,
                    .p = c.p,
                    .p_adjusted = c.p_benjamini_hochberg,
                    .flagged = c.flagged,
                    .share_number = numbers.risk(arm),
                    .reference_number = numbers.risk(reference),
                    .difference_number = numbers.compared(k, "rd", c.risk_difference, false)});
  }
  std::stable_sort(dots.begin(), dots.end(), [](const HarmDotRow& a, const HarmDotRow& b) {
    return a.difference > b.difference;
  });
  const HarmAxis axis = axis_of(all, k);
  return {.id = fmt::format("dots{}", k),
          .title = fmt::format("{} against {}: every shown event", axis.arm, axis.reference),
          .caption = "Sorted by risk difference. " + all.hidden_words(all.main.table),
          .alt = fmt::format("Percentages in both arms and risk differences of {} events.",
                             dots.size()),
          .vega = harm_dot_figure(dots, axis),
          .table = "rows"};
}

FigureBlock volcano(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k) {
  std::vector<VolcanoPoint> points;
  const auto rows = figure_rows(all);
  const auto labels = labels_of(all, rows);
  int flagged = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    RowNumbers numbers(builder, all, all.main, rows[r], fmt::format("/result/rows/{}", rows[r]));
    const AdverseRow& row = all.main.table.rows[rows[r]];
    const AdverseComparison& c = numbers.comparison(k);
    flagged += c.flagged ? 1 : 0;
    points.push_back({.label = labels[r],
                      .group = all.class_name(row),
                      .difference = c.risk_difference,
                      .p = c.p,
                      .p_adjusted = c.p_benjamini_hochberg,
                      .participants = static_cast<double>(
                          row.arms[static_cast<std::size_t>(all.compared[k])].participants +
                          row.arms[static_cast<std::size_t>(all.reference)].participants),
                      .flagged = c.flagged,
                      .number = numbers.compared(k, "rd", c.risk_difference, false)});
  }
  const HarmAxis axis = axis_of(all, k);
  return {.id = fmt::format("volcano{}", k),
          .title = fmt::format("{} against {}: difference and p", axis.arm, axis.reference),
          .caption = fmt::format("The broken line is p = {:g}, not adjusted. {}", axis.alpha,
                                 all.hidden_words(all.main.table)),
          .alt = fmt::format("Risk difference against p of {} events, {} of them flagged.",
                             points.size(), flagged),
          .vega = volcano_figure(points, axis),
          .table = "rows"};
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
    terms.blocks.emplace_back(dot_figure(builder, all, k));
    terms.blocks.emplace_back(volcano(builder, all, k));
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
