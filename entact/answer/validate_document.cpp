#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/validate_command.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string name_of(const ValidationRow& row) {
  const PharmObservation& seen = row.observation;
  std::string words = seen.quantity + " " + seen.statistic + ", " + seen.study;
  const std::string course = seen.courses.empty() ? "" : course_words(seen.courses.front());
  if (!course.empty()) words += ", " + course;
  std::replace(words.begin(), words.end(), '_', ' ');
  return (row.hypothesis ? "(h) " : "") + words;
}

// Each row with its numbers as shown.
struct Shown {
  const ValidationRow* row = nullptr;
  std::string name{};
  std::string observed{}, predicted{}, low{}, high{}, ratio{};  ///< Number ids; empty: none
};

std::vector<Shown> shown_rows(DocumentBuilder& builder, const ModelValidation& validation,
                              const std::string& command) {
  std::vector<Shown> all;
  for (std::size_t i = 0; i < validation.rows.size(); ++i) {
    const ValidationRow& row = validation.rows[i];
    Shown shown{.row = &row, .name = name_of(row)};
    const auto number = [&](double value, const std::string& key, bool fact) -> std::string {
      if (!std::isfinite(value)) return {};
      NumberTrail trail{.command = command,
                        .pointer = fmt::format("/result/rows/{}/{}", i, key),
                        .model = "model " + validation.observations.model};
      if (fact) trail.facts = {row.observation.fact_id};
      return builder.number(value, whole_significant_text(value, 3), shown.name + ", " + key,
                            std::move(trail), key == "ratio" ? "" : row.observation.unit);
    };
    shown.observed = number(row.observation.observed, "observed", true);
    shown.predicted = number(row.predicted, "predicted", false);
    shown.low = number(row.predicted_low, "predicted_low", false);
    shown.high = number(row.predicted_high, "predicted_high", false);
    shown.ratio = number(row.ratio, "ratio", false);
    all.push_back(std::move(shown));
  }
  return all;
}

FigureBlock figure_of(const std::vector<Shown>& rows) {
  std::vector<RatioRow> ratios;
  for (const Shown& one : rows) {
    if (!(one.row->ratio > 0)) continue;
    ratios.push_back({.row = one.name,
                      .ratio = one.row->ratio,
                      .low = one.row->ratio_low,
                      .high = one.row->ratio_high,
                      .colour = to_text(one.row->role),
                      .detail = to_text(one.row->verdict),
                      .number = one.ratio});
  }
  return {
      .id = "validation",
      .title = "Predicted over observed",
      .caption = fmt::format(
          "Each point is one published observation; lines mark equality, 1.25-fold and 2-fold. "
          "Of changes the factors are compared: a fall by 60% is 0.4. Intervals hold 95% of what "
          "the ranges of the parameters and the choice of so many people allow; those that reach "
          "the edge go on beyond it. Rows that were fitted or looked at say nothing of the model's "
          "worth; those held out do. The {} rows that report a direction without a number have no "
          "ratio and stand in the table alone. {}",
          rows.size() - ratios.size(), hypothesis_words),
      .alt = fmt::format("Ratios of prediction to observation of {} published observations; the "
                         "numbers are in the table",
                         ratios.size()),
      .vega = ratio_figure(ratios, {.title = "Predicted over observed (log axis)",
                                    .colour_title = "Part in the model's values"}),
      .table = "validation-rows"};
}

Cell optional_number(const std::string& id) { return id.empty() ? Cell{} : number_cell(id); }

TableBlock table_of(DocumentBuilder& builder, const std::vector<Shown>& rows) {
  using Type = TableColumn::Type;
  TableBlock table{.id = "validation-rows",
                   .title = "Published observations and predictions",
                   .columns = {{"what", "Observation", Type::text, true},
                               {"n", "People", Type::number},
                               {"observed", "Observed", Type::number},
                               {"predicted", "Predicted", Type::number},
                               {"interval", "95% interval", Type::text},
                               {"ratio", "Ratio", Type::number},
                               {"role", "Part", Type::text, true},
                               {"verdict", "Verdict", Type::text, true}},
                   .collapsed = true};
  for (const Shown& one : rows) {
    const PharmObservation& seen = one.row->observation;
    Cell interval{};
    if (!one.low.empty() && !one.high.empty())
      interval.prose = {number_span(one.low), text(" to "), number_span(one.high)};
    table.rows.push_back(
        {builder.fact_cell(one.name + (seen.unit.empty() ? "" : " (" + seen.unit + ")"),
                           {seen.fact_id}),
         cell(seen.n > 0 ? fmt::to_string(seen.n) : ""), optional_number(one.observed),
         optional_number(one.predicted), interval, optional_number(one.ratio),
         cell(to_text(one.row->role)), cell(to_text(one.row->verdict))});
  }
  return table;
}

}  // namespace

std::vector<Block> validation_blocks(DocumentBuilder& builder, const ModelValidation& validation,
                                     const std::string& command) {
  const auto rows = shown_rows(builder, validation, command);
  std::vector<Block> blocks{figure_of(rows), table_of(builder, rows)};
  const auto sentences = misfit_sentences(validation.rows);
  if (sentences.empty()) return blocks;
  TableBlock misfits{.id = "misfits",
                     .title = "Where the model does not fit, farthest first",
                     .columns = {{"misfit", "Misfit", TableColumn::Type::text}}};
  for (const std::string& sentence : sentences) misfits.rows.push_back({cell(sentence)});
  blocks.emplace_back(std::move(misfits));
  return blocks;
}

}  // namespace entact
