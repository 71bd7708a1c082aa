// Section 6, Mechanism: what was measured, from transporter to blood to body, no claim beyond the
// rows; then what a model makes of it (section_mechanism_simulated.cpp).
#include <algorithm>
#include <cmath>
#include <set>

#include "entact/answer/section_mechanism.h"
#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string spaced(std::string code) {
  std::replace(code.begin(), code.end(), '_', ' ');
  return code;
}

bool is_mdma(const Row& row) {
  const std::string& compound = row.text("compound");
  return compound == "MDMA" || compound == "S-MDMA" || compound == "R-MDMA";
}

/// The row's value in micromolar.
double micromolar(const Row& row) {
  return row.text("unit") == "nM" ? row.number("value") / 1000.0 : row.number("value");
}

std::string potency_number(DocumentBuilder& builder, const Row& row) {
  const std::string label =
      row.text("compound") + " at " + row.text("target") + ", " + spaced(row.text("assay"));
  const std::string relation = row.text("relation") == ">" ? "> " : "";
  return builder.number(row.number("value"), relation + row.text("value") + " " + row.text("unit"),
                        label, {.facts = {row.id()}}, row.text("unit"));
}

Rows potencies(const EvidenceBase& base) {
  return base.table("transporters").where(is_mdma).used().where([](const Row& row) {
    return row.has("value");
  });
}

FigureBlock potency_figure(DocumentBuilder& builder, const Rows& rows) {
  std::vector<DotRow> dots;
  for (const Row& row : rows)
    if (row.text("relation") != ">")
      dots.push_back({.row = row.text("target"),
                      .value = micromolar(row),
                      .colour = spaced(row.text("assay")),
                      .detail = row.text("compound") + ", " + row.text("species"),
                      .number = potency_number(builder, row)});
  std::stable_sort(dots.begin(), dots.end(),
                   [](const DotRow& a, const DotRow& b) { return a.row < b.row; });
  return {.id = "potency",
          .title = "Potency of MDMA and its enantiomers at transporters, receptors and enzymes",
          .caption =
              "Each point is one assay; a smaller concentration is a stronger action. Assays "
              "differ in species and method, and the spread between them is real.",
          .alt = "Dot plot on a logarithmic axis of " + std::to_string(dots.size()) +
                 " published potencies of MDMA in micromoles per litre by target and assay.",
          .vega = dot_figure(
              dots, {.title = "Concentration for half the effect (micromoles per litre, log axis)",
                     .colour_title = "Assay",
                     .log_scale = true}),
          .table = "potencies"};
}

TableBlock potency_table(DocumentBuilder& builder, const Rows& rows) {
  TableBlock table{.id = "potencies",
                   .title = "Potencies",
                   .columns = {{"target", "Target", Type::text, true},
                               {"assay", "Assay", Type::text, true},
                               {"species", "Preparation"},
                               {"compound", "Compound"},
                               {"value", "Value", Type::number},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Row& row : rows)
    table.rows.push_back({cell(row.text("target")), cell(spaced(row.text("assay"))),
                          cell(row.text("species")), cell(row.text("compound")),
                          number_cell(potency_number(builder, row)), source_cell(builder, row)});
  return table;
}

/// The columns of an observation that may hold its number, in the order of preference.
Prose observed(DocumentBuilder& builder, const Row& row, const std::string& label) {
  Prose prose;
  const auto add = [&](std::string_view column, std::string_view before, std::string_view after) {
    if (!row.has(column)) return;
    if (!prose.empty() || !before.empty())
      prose.push_back(text(std::string(prose.empty() ? "" : " ") + std::string(before)));
    prose.push_back(number_span(builder.fact_number(row, column, label)));
    if (!after.empty()) prose.push_back(text(after));
  };
  add("mean", "", "");
  add("sd", "(SD ", ")");
  if (row.table().has("median")) add("median", "median ", "");
  add("low", "from ", "");
  add("high", "to ", "");
  return prose;
}

TableBlock kinetics_table(DocumentBuilder& builder, const Rows& rows) {
  TableBlock table{
      .id = "kinetics",
      .title = "Observed pharmacokinetics in people and animals",
      .caption =
          "As reported; a row without a number reports a direction only, which its locator tells.",
      .columns = {{"study", "Study"},
                  {"population", "People"},
                  {"dose", "Dose"},
                  {"regimen", "Regimen"},
                  {"analyte", "Analyte", Type::text, true},
                  {"statistic", "Quantity", Type::text, true},
                  {"n", "N", Type::number},
                  {"value", "Value", Type::number},
                  {"source", "Source"}},
      .collapsed = true};
  for (const Row& row : rows) {
    const std::string label = row.text("analyte") + " " + spaced(row.text("statistic"));
    const std::string dose = row.has("dose_mg")          ? row.text("dose_mg") + " mg"
                             : row.has("dose_mg_per_kg") ? row.text("dose_mg_per_kg") + " mg/kg"
                                                         : "";
    table.rows.push_back(
        {builder.fact_cell(row.text("study"), {row.id()}), cell(row.text("population")), cell(dose),
         cell(row.text("regimen")), cell(row.text("analyte")), cell(spaced(row.text("statistic"))),
         row.has("n") ? number_cell(builder.fact_number(row, "n", "participants")) : Cell{},
         Cell{observed(builder, row, label), {row.id()}}, source_cell(builder, row)});
  }
  return table;
}

/// The study as its source is called; where another text gives its numbers, with that text.
std::string study_label(const EvidenceBase& base, const Row& row) {
  const Source* const source = base.source(row.citation().source);
  if (source == nullptr) return spaced(row.text("study"));
  const bool same = row.text("study").rfind(source->id, 0) == 0;
  return same ? source->label : spaced(row.text("study")) + " in " + source->label;
}

FigureBlock peak_figure(DocumentBuilder& builder, const Rows& rows) {
  std::vector<DotRow> dots;
  for (const Row& row : rows)
    if (row.text("analyte") == "MDMA" && row.text("statistic") == "Cmax_ng_ml" && row.has("mean") &&
        row.has("dose_mg"))
      dots.push_back({.row = row.text("dose_mg") + " mg",
                      .value = row.number("mean"),
                      .colour = study_label(builder.base(), row),
                      .detail = row.text("regimen") + ", n = " + row.text("n"),
                      .number = builder.fact_number(
                          row, "mean",
                          "peak plasma concentration of MDMA after " + row.text("dose_mg") + " mg",
                          -1, "ng/mL")});
  std::stable_sort(dots.begin(), dots.end(), [](const DotRow& a, const DotRow& b) {
    return std::stod(a.row) < std::stod(b.row);
  });
  return {.id = "peak-concentration",
          .title = "Peak plasma concentration of MDMA by single oral dose",
          .caption = "Means of published studies with the dose in milligrams.",
          .alt = "Dot plot of " + std::to_string(dots.size()) +
                 " published mean peak concentrations of MDMA by dose.",
          .vega = dot_figure(
              dots, {.title = "Peak plasma concentration (ng/mL)", .colour_title = "Study"}),
          .table = "kinetics"};
}

TableBlock effects_table(DocumentBuilder& builder, const Rows& rows) {
  TableBlock table{.id = "pharmacodynamics",
                   .title = "Observed effects on body and mind in volunteers",
                   .caption =
                       "Healthy volunteers unless the study says otherwise; a row without a number "
                       "reports a direction only.",
                   .columns = {{"study", "Study"},
                               {"dose", "Dose"},
                               {"effect", "Effect", Type::text, true},
                               {"statistic", "Quantity"},
                               {"n", "N", Type::number},
                               {"value", "Value", Type::number},
                               {"unit", "Unit"},
                               {"comparison", "Finding or comparison"},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Row& row : rows)
    table.rows.push_back(
        {builder.fact_cell(row.text("study"), {row.id()}), cell(row.text("dose_mg")),
         cell(spaced(row.text("effect"))), cell(spaced(row.text("statistic"))),
         row.has("n") ? number_cell(builder.fact_number(row, "n", "participants")) : Cell{},
         Cell{observed(builder, row, spaced(row.text("effect"))), {row.id()}},
         cell(row.text("unit")), cell(row.text("comparison")), source_cell(builder, row)});
  return table;
}

/// Peak changes of vital signs with their spread between studies.
FigureBlock vital_figure(DocumentBuilder& builder, const Rows& rows) {
  std::vector<DotRow> dots;
  for (const Row& row : rows)
    if (row.text("statistic") == "peak_change" && row.has("mean") &&
        (row.text("unit") == "mmHg" || row.text("unit") == "bpm"))
      dots.push_back(
          {.row = spaced(row.text("effect")) + " (" + row.text("unit") + ")",
           .value = row.number("mean"),
           .colour = study_label(builder.base(), row),
           .detail = row.text("dose_mg"),
           .number = builder.fact_number(
               row, "mean", "peak change of " + spaced(row.text("effect")), -1, row.text("unit"))});
  return {.id = "vital-signs",
          .title = "Peak rise of blood pressure and heart rate, study by study",
          .caption =
              "Mean of the highest change from baseline or placebo. Peak values of the phase 3 "
              "trials were not found in any source.",
          .alt = "Dot plot of " + std::to_string(dots.size()) +
                 " published mean peak changes of vital signs.",
          .vega = dot_figure(dots, {.title = "Peak change", .colour_title = "Study"}),
          .table = "pharmacodynamics"};
}

TableBlock neurochemistry_table(DocumentBuilder& builder, const Rows& rows) {
  TableBlock table{.id = "neurochemistry",
                   .title = "Neurochemistry: release, depletion and recovery",
                   .caption =
                       "Mostly animals at doses far above those in trials; imaging rows compare "
                       "people by their use of ecstasy, which is not a trial of MDMA.",
                   .columns = {{"species", "Species", Type::text, true},
                               {"method", "Method"},
                               {"dose", "Dose"},
                               {"analyte", "Measured"},
                               {"statistic", "Quantity"},
                               {"value", "Value", Type::number},
                               {"unit", "Unit"},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Row& row : rows)
    table.rows.push_back(
        {cell(row.text("species")), cell(row.text("method")), cell(row.text("dose")),
         builder.fact_cell(row.text("analyte"), {row.id()}), cell(spaced(row.text("statistic"))),
         row.has("value")
             ? number_cell(builder.fact_number(
                   row, "value", row.text("analyte") + " " + spaced(row.text("statistic"))))
             : Cell{},
         cell(row.text("unit")), source_cell(builder, row)});
  return table;
}

std::string rows_listed(DocumentBuilder& builder, const std::string& table, const Rows& rows,
                        const std::string& where) {
  const auto count = static_cast<double>(rows.size());
  return builder.number(
      count, count_text(count), "rows of " + table + " on record",
      {.command = "entact evidence list " + table + " --used" + where + " --count --format json",
       .pointer = "/result/0/count"});
}

/// Where release is strongest: the smallest EC50 of racemic MDMA among the three monoamine
/// transporters in one kind of assay.
std::vector<Prose> opening(DocumentBuilder& builder, const EvidenceBase& base) {
  std::vector<Row> release;
  for (const Row& row :
       base.table("transporters").where("compound", "MDMA").where("assay", "release_EC50").used())
    if (row.has("value")) release.push_back(row);
  std::stable_sort(release.begin(), release.end(),
                   [](const Row& a, const Row& b) { return micromolar(a) < micromolar(b); });
  std::vector<Prose> sentences;
  if (release.size() >= 2) {
    Prose prose{text("In " + release.front().text("species") + " MDMA releases through ")};
    for (std::size_t i = 0; i < release.size(); ++i) {
      if (i > 0) prose.push_back(text(i + 1 == release.size() ? " and " : ", "));
      prose.push_back(text(release[i].text("target") + " at "));
      prose.push_back(number_span(potency_number(builder, release[i])));
    }
    prose.push_back(text(" (half the largest effect), strongest first."));
    sentences.push_back(prose);
  }
  const Rows kinetics = base.table("pk_observations").used();
  const Rows effects = base.table("pharmacodynamics").used();
  sentences.push_back({text("On record are "),
                       number_span(rows_listed(builder, "pk_observations", kinetics, "")),
                       text(" observations of its course in blood and "),
                       number_span(rows_listed(builder, "pharmacodynamics", effects, "")),
                       text(" of its effects in volunteers.")});
  sentences.push_back(
      {text("Below plasma concentration, how these actions become a clinical effect is a "
            "hypothesis: nothing here shows that a transporter, a hormone or a concentration "
            "carries the effect in PTSD.")});
  return sentences;
}

}  // namespace

Section mechanism_section(DocumentBuilder& builder, const Findings& findings) {
  const EvidenceBase& base = *findings.base;
  const Rows potency = potencies(base);
  const Rows kinetics = base.table("pk_observations").used();
  const Rows effects = base.table("pharmacodynamics").used();
  const Rows neurochemistry = base.table("neurochemistry").used();
  Section section{.id = "mechanism", .title = "Mechanism"};
  section.opening = opening(builder, base);
  section.blocks = {potency_figure(builder, potency),
                    potency_table(builder, potency),
                    peak_figure(builder, kinetics),
                    kinetics_table(builder, kinetics),
                    vital_figure(builder, effects),
                    effects_table(builder, effects),
                    neurochemistry_table(builder, neurochemistry)};
  for (Block& block : simulated_mechanism(builder, findings))
    section.blocks.push_back(std::move(block));
  return section;
}

}  // namespace entact
