// The effect beside those of other treatments of PTSD: published contrasts by kind of control, one
// figure of standardised differences, one table of everything. Nothing here is compared across the
// groups, because nothing connects them.
#include <algorithm>
#include <array>
#include <cctype>

#include "entact/answer/pooled_numbers.h"
#include "entact/answer/section_outcomes.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact::outcomes {
namespace {

using Type = TableColumn::Type;

/// One analysis shown side by side.
struct Group {
  const char* analysis;
  const char* heading;
};

constexpr std::array<Group, 4> groups{
    {{"mdma_reviews", "MDMA with therapy, published reviews"},
     {"ssri_vs_placebo", "Drugs, against pill placebo"},
     {"psychotherapy_reviews", "Psychotherapies, published reviews"},
     {"psychotherapy_vs_control", "Psychotherapies, trial by trial"}}};

struct Contrast {
  Row member;
  Row fact;
};

std::vector<Contrast> contrasts_of(const EvidenceBase& base, std::string_view analysis) {
  std::vector<Contrast> all;
  for (const Row& member :
       base.table("analysis_members").where("analysis_id", analysis).where("include", "yes"))
    if (const auto fact = base.fact(member.text("fact_contrast")); fact && fact->has("estimate"))
      all.push_back({member, *fact});
  return all;
}

std::string arm_label(const EvidenceBase& base, const Row& fact, std::string_view column) {
  for (const Row& arm : base.table("arms").where("study_id", fact.text("study_id")))
    if (arm.text("arm_id") == fact.text(column)) {
      std::string label = arm.text("label");
      for (char& c : label)
        if (c == '_') c = ' ';
      return label;
    }
  return fact.text(column);
}

/// "Prolonged Exposure (PE) B" is "PE" where room is short, "Control (pooled)" is "Control".
std::string short_label(const std::string& label) {
  const auto open = label.find('('), close = label.find(')', open);
  if (close == std::string::npos) return label;
  const std::string inside = label.substr(open + 1, close - open - 1);
  const bool abbreviation = std::none_of(inside.begin(), inside.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 || c == ' ';
  });
  return abbreviation ? inside : label.substr(0, label.find_last_not_of(' ', open - 1) + 1);
}

std::string row_label(const EvidenceBase& base, const Contrast& contrast) {
  const std::string treatment = short_label(arm_label(base, contrast.fact, "arm_treatment"));
  const std::string control = short_label(arm_label(base, contrast.fact, "arm_control"));
  return contrast.member.text("slab") + ": " + treatment + " v " + uncapitalised(control);
}

/// A standardised difference in the severity of PTSD at one time, which the figure can show.
bool fits_the_figure(const EvidenceBase& base, const Row& fact) {
  return fact.text("measure").starts_with("SMD") && fact.text("outcome") == "ptsd_severity" &&
         fact.text("favours") != "not_a_contrast" && !base.retracted(fact) &&
         (fact.has("se") || (fact.has("ci_low") && fact.has("ci_high")));
}

ForestRow row_of(DocumentBuilder& builder, const Contrast& contrast) {
  const Row& fact = contrast.fact;
  const bool published = fact.has("ci_low") && fact.has("ci_high");
  const double estimate = fact.number("estimate");
  const double half = 1.959963984540054 * (fact.has("se") ? fact.number("se") : 0);
  ForestRow row{.label = row_label(builder.base(), contrast),
                .estimate = estimate,
                .low = published ? fact.number("ci_low") : estimate - half,
                .high = published ? fact.number("ci_high") : estimate + half};
  if (!published)
    row.annotation = decimal_text(estimate, 2) + " (SE " + decimal_text(fact.number("se"), 2) + ")";
  row.number = builder.fact_number(fact, "estimate", "published estimate, " + row.label);
  return row;
}

void add_ours(std::vector<ForestRow>& rows, DocumentBuilder& builder, const Findings& findings) {
  const PooledAnswer* ours = findings.find("ptsd_caps_smd");
  if (ours == nullptr) return;
  rows.push_back({.label = "MDMA with therapy, this report", .kind = ForestRow::Kind::heading});
  rows.push_back({.label = std::to_string(ours->k()) + " trials, pooled",
                  .estimate = ours->estimate(),
                  .low = ours->low(),
                  .high = ours->high(),
                  .kind = ForestRow::Kind::summary,
                  .number = pooled_numbers(builder, *ours).estimate});
}

/// The first contrast of each comparison of a study that the figure can show; the table has all.
std::vector<Contrast> shown_contrasts(const EvidenceBase& base, std::string_view analysis) {
  std::vector<Contrast> shown;
  const auto same = [](const Contrast& a, const Contrast& b) {
    return a.fact.text("study_id") == b.fact.text("study_id") &&
           a.fact.text("arm_treatment") == b.fact.text("arm_treatment") &&
           a.fact.text("arm_control") == b.fact.text("arm_control");
  };
  for (const Contrast& contrast : contrasts_of(base, analysis))
    if (fits_the_figure(base, contrast.fact) &&
        std::none_of(shown.begin(), shown.end(),
                     [&](const Contrast& other) { return same(contrast, other); }))
      shown.push_back(contrast);
  return shown;
}

std::vector<ForestRow> figure_rows(DocumentBuilder& builder, const Findings& findings) {
  std::vector<ForestRow> rows;
  add_ours(rows, builder, findings);
  for (const Group& group : groups) {
    const std::vector<Contrast> contrasts = shown_contrasts(builder.base(), group.analysis);
    if (!contrasts.empty())
      rows.push_back({.label = group.heading, .kind = ForestRow::Kind::heading});
    for (const Contrast& contrast : contrasts) rows.push_back(row_of(builder, contrast));
  }
  return rows;
}

FigureBlock figure_of(const std::vector<ForestRow>& rows) {
  std::size_t shown = 0;
  for (const ForestRow& row : rows) shown += row.kind == ForestRow::Kind::heading ? 0 : 1;
  return {.id = "beside",
          .title = "Standardised differences in PTSD severity, by treatment and kind of control",
          .caption =
              "Side by side, not one connected comparison: the control is the same therapy with "
              "placebo or a low dose (MDMA), a pill (drugs), or a waiting list, usual care or "
              "little contact (psychotherapies). Reviews share trials. Lines are 95% intervals as "
              "published, or 1.96 standard errors either side where only those were. Where a "
              "review gives several estimates of one comparison the first is drawn; the others and "
              "retracted reports are in the table.",
          .alt = "Forest plot of " + std::to_string(shown) +
                 " standardised differences in PTSD severity in groups by treatment and control.",
          .vega = forest_figure(
              rows, {.title = "Standardised mean difference (negative favours the treatment)"}),
          .table = "beside-table"};
}

Cell estimate_cell(DocumentBuilder& builder, const Row& fact, const std::string& label) {
  ProseWriter writer;
  writer.number(builder.fact_number(fact, "estimate", "published estimate, " + label));
  if (fact.has("ci_low") && fact.has("ci_high"))
    writer.say(" (")
        .number(builder.fact_number(fact, "ci_low", "lower end, " + label))
        .say(" to ")
        .number(builder.fact_number(fact, "ci_high", "upper end, " + label))
        .say(")");
  else if (fact.has("se"))
    writer.say(" (SE ")
        .number(builder.fact_number(fact, "se", "standard error, " + label))
        .say(")");
  return {writer.done(), {fact.id()}};
}

/// What the control was, as the study says it; else the label of its arm.
std::string control_of(const EvidenceBase& base, const Row& fact) {
  for (const Row& study : base.table("studies").where("study_id", fact.text("study_id")))
    if (study.text("comparator_class") != "not_stated")
      return meaning(base, "comparator_class", study.text("comparator_class"));
  return uncapitalised(arm_label(base, fact, "arm_control"));
}

std::vector<Cell> table_row(DocumentBuilder& builder, const Group& group,
                            const Contrast& contrast) {
  const EvidenceBase& base = builder.base();
  const Row& fact = contrast.fact;
  const std::string label = row_label(base, contrast);
  return {cell(group.heading),
          builder.fact_cell(contrast.member.text("slab"), {fact.id()}),
          cell(arm_label(base, fact, "arm_treatment")),
          cell(control_of(base, fact)),
          cell(fact.text("outcome_reported")),
          cell(meaning(base, "measure", fact.text("measure"))),
          estimate_cell(builder, fact, label),
          cell(base.retracted(fact) ? "retracted" : contrast.member.text("why")),
          source_cell(builder, fact)};
}

/// The pooled effect of this report, as the table's first row.
std::vector<Cell> own_row(DocumentBuilder& builder, const PooledAnswer& ours) {
  return {cell("MDMA with therapy, this report"),
          cell(ours.input.title),
          cell("MDMA with therapy"),
          cell("same therapy, with placebo or a low dose"),
          cell(meaning(builder.base(), "contrast_outcome", ours.input.outcome)),
          cell("standardised mean difference, Hedges g"),
          {estimate_prose(builder, ours), {}},
          cell(interval_words(ours)),
          Cell{}};
}

TableBlock table_of(DocumentBuilder& builder, const Findings& findings) {
  TableBlock table{.id = "beside-table",
                   .title = "Published effects of PTSD treatments, side by side",
                   .caption =
                       "As published or extracted, with 95% intervals or standard errors; never "
                       "pooled, because the reviews share trials and the controls differ. Points "
                       "of one scale, risk ratios and standardised differences do not compare.",
                   .columns = {{"group", "Group", Type::text, true},
                               {"study", "Trial or review"},
                               {"treatment", "Treatment", Type::text, true},
                               {"control", "Control", Type::text, true},
                               {"outcome", "Outcome"},
                               {"measure", "Measure", Type::text, true},
                               {"estimate", "Estimate", Type::number},
                               {"remark", "Remark"},
                               {"source", "Source"}},
                   .collapsed = true};
  if (const PooledAnswer* ours = findings.find("ptsd_caps_smd"))
    table.rows.push_back(own_row(builder, *ours));
  for (const Group& group : groups)
    for (const Contrast& contrast : contrasts_of(builder.base(), group.analysis))
      table.rows.push_back(table_row(builder, group, contrast));
  return table;
}

/// Trials of MDMA against another active treatment, with their status: the only thing that could
/// connect the groups.
Prose direct_comparisons(const EvidenceBase& base) {
  std::vector<std::string> completed, other;
  for (const Row& study : base.table("studies")
                              .where("compound", "MDMA")
                              .where("record_kind", "trial")
                              .where("comparator_class", {"active_drug", "other_therapy"})
                              .used()) {
    const std::string& status = study.text("status");
    if (status == "completed" || status == "published")
      completed.push_back(study.text("label"));
    else
      other.push_back(study.text("label") + ", " + meaning(base, "status", status));
  }
  std::string words = completed.empty()
                          ? "No completed trial on record sets MDMA-assisted therapy against "
                            "another active treatment."
                          : "Trials on record that set MDMA-assisted therapy against another "
                            "active treatment: " +
                                listed(completed) + ".";
  if (!other.empty()) words += " Not completed: " + listed(other) + ".";
  return {text(words)};
}

}  // namespace

Blocks beside_blocks(DocumentBuilder& builder, const Findings& findings) {
  Blocks blocks{ProseBlock{.prose = {strong("Beside other treatments of PTSD")}},
                ProseBlock{.prose = direct_comparisons(builder.base()), .tone = Tone::caution}};
  TableBlock table = table_of(builder, findings);
  if (const auto rows = figure_rows(builder, findings); !rows.empty())
    blocks.emplace_back(figure_of(rows));
  blocks.emplace_back(std::move(table));
  return blocks;
}

}  // namespace entact::outcomes
