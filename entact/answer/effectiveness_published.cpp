// Our pooled effect beside the published pooled estimates, and why they differ.
#include <algorithm>
#include <cmath>

#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Published pooled standardised differences of PTSD severity.
std::vector<Row> published(const EvidenceBase& base) {
  std::vector<Row> rows;
  for (const Row& member : base.table("analysis_members")
                               .where("analysis_id", "mdma_reviews")
                               .where("include", "yes")) {
    const auto fact = base.fact(member.text("fact_contrast"));
    if (!fact || !fact->has("estimate") || !fact->has("ci_low")) continue;
    const std::string& measure = fact->text("measure");
    const std::string& outcome = fact->text("outcome_reported");
    if ((measure == "SMD_g" || measure == "SMD_d") &&
        (outcome.find("CAPS") != std::string::npos || outcome.find("PTSD") != std::string::npos) &&
        outcome.find("slope") == std::string::npos)
      rows.push_back(*fact);
  }
  return rows;
}

/// The published random-effects estimate of as many trials as ours, close to it.
bool same_model(const Row& row, const PooledAnswer& ours) {
  const std::string& model = row.text("model");
  return model.find("REML") != std::string::npos &&
         model.find("Hartung-Knapp") != std::string::npos && row.has("k") &&
         row.number("k") == static_cast<double>(ours.k()) &&
         std::abs(row.number("estimate") - ours.estimate()) < 0.005;
}

/// A pooled answer of ours as a row of the table and of the figure, to four decimals.
void add_own(TableBlock& table, std::vector<ForestRow>& forest, DocumentBuilder& builder,
             const PooledAnswer& answer, const std::string& label, const std::string& why) {
  const PooledNumbers numbers = pooled_numbers(builder, answer, 4);
  Cell value;
  value.prose = {number_span(numbers.estimate), text(" ["), number_span(numbers.low), text(", "),
                 number_span(numbers.high),     text("]")};
  table.rows.push_back({cell(label),
                        cell("PTSD severity, primary endpoint"),
                        cell(model_words(answer.pooled)),
                        value,
                        cell(why),
                        {}});
  forest.push_back({.label = label,
                    .estimate = answer.estimate(),
                    .low = answer.low(),
                    .high = answer.high(),
                    .kind = ForestRow::Kind::summary,
                    .number = numbers.estimate});
}

/// How far a result of ours is from the published one, in estimate and both ends.
std::string distance_words(const PooledAnswer& ours, const Row& theirs) {
  const double apart = std::max({std::abs(ours.estimate() - theirs.number("estimate")),
                                 std::abs(ours.low() - theirs.number("ci_low")),
                                 std::abs(ours.high() - theirs.number("ci_high"))});
  constexpr double rounding = 1.5e-4;  // of four decimals in the rows and in the result
  return apart <= rounding ? "the same as published, but for the fourth decimal to which its rows "
                             "are given"
                           : "up to " + decimal_text(apart, 4) + " from the published numbers";
}

/// The model of the published estimate on its own rows, which shows that the engines agree, and on
/// ours, which shows what the rows do.
void add_with_their_model(TableBlock& table, std::vector<ForestRow>& forest,
                          DocumentBuilder& builder, const Findings& findings,
                          const std::vector<Row>& rows, const PooledAnswer& ours) {
  const auto theirs =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return same_model(row, ours); });
  if (theirs == rows.end()) return;
  const std::string& name = theirs->text("study_id");
  const auto with_model = [&](const char* analysis) {
    return pooled_answer(*findings.base, analysis, policy_of(findings.options),
                         {.method = "REML", .test = "knha"}, findings.options);
  };
  if (const auto same = with_model("ptsd_caps_smd"))
    add_own(table, forest, builder, *same, "Here, model of " + name,
            distance_words(*same, *theirs));
  if (const auto same = with_model("ptsd_caps_smd_as_published"); same && same->k() == ours.k())
    add_own(table, forest, builder, *same, "Here, rows and model of " + name,
            distance_words(*same, *theirs));
}

/// What sets a published estimate apart from ours, in words that follow from its row.
std::string difference_words(const EvidenceBase& base, const Row& row, const PooledAnswer& ours) {
  if (base.retracted(row)) return "the report has been retracted; its trials stand in ours";
  std::string words;
  const auto add = [&](const std::string& reason) {
    words += (words.empty() ? "" : "; ") + reason;
  };
  const std::string& model = row.text("model");
  if (row.text("measure") == "SMD_d") add("Cohen's d, not corrected for small samples");
  if (row.has("k") && row.number("k") != static_cast<double>(ours.k()))
    add("pools " + row.text("k") + " effects, ours " + std::to_string(ours.k()));
  if (model.find("bayes") != std::string::npos)
    add("Bayesian interval");
  else if (model.find("CHE") != std::string::npos)
    add("all visits at once, correlated within trials");
  else if (model.find("Hartung-Knapp") != std::string::npos)
    add("Hartung-Knapp without floor, ours with it");
  if (same_model(row, ours))
    add("what is left beside our row with the same model comes from the trials' variances: there "
        "from d before the small-sample correction, which is approximate there; here from g after "
        "it, exact; and a little from rounded SDs");
  return words.empty() ? "model or trials as its row says" : words;
}

}  // namespace

void add_published_beside(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const PooledAnswer* ours = findings.find("ptsd_caps_smd");
  const std::vector<Row> rows = published(*findings.base);
  if (ours == nullptr || rows.empty()) return;
  std::vector<ForestRow> forest{{.label = "Here: " + std::to_string(ours->k()) + " trials",
                                 .estimate = ours->estimate(),
                                 .low = ours->low(),
                                 .high = ours->high(),
                                 .kind = ForestRow::Kind::summary,
                                 .number = pooled_numbers(builder, *ours).estimate}};
  TableBlock table{.id = "published-table",
                   .title = "Published pooled estimates beside ours",
                   .columns = {{"review", "Review"},
                               {"outcome", "Outcome"},
                               {"model", "Model"},
                               {"estimate", "Estimate", Type::number},
                               {"why", "Why it differs"},
                               {"source", "Source"}}};
  Cell own;
  own.prose = estimate_prose(builder, *ours);
  table.rows.push_back({cell("Here"),
                        cell("PTSD severity, primary endpoint"),
                        cell(model_words(ours->pooled)),
                        own,
                        {},
                        {}});
  add_with_their_model(table, forest, builder, findings, rows, *ours);
  for (const Row& row : rows) {
    const std::string label = row.text("study_id") + ", " + row.text("outcome_reported");
    const std::string estimate =
        builder.fact_number(row, "estimate", "published estimate, " + label);
    forest.push_back({.label = label,
                      .estimate = row.number("estimate"),
                      .low = row.number("ci_low"),
                      .high = row.number("ci_high"),
                      .number = estimate});
    Cell value;
    value.prose = {number_span(estimate),
                   text(" ["),
                   number_span(builder.fact_number(row, "ci_low", "lower end, " + label)),
                   text(", "),
                   number_span(builder.fact_number(row, "ci_high", "upper end, " + label)),
                   text("]")};
    table.rows.push_back({builder.fact_cell(row.text("study_id"), {row.id()}),
                          cell(row.text("outcome_reported")), cell(row.text("model")), value,
                          cell(difference_words(*findings.base, row, *ours)),
                          source_cell(builder, row)});
  }
  section.blocks.push_back(FigureBlock{
      .id = "published",
      .title = "Our pooled effect beside published ones",
      .caption = "Published reviews share most of their trials with ours and with each other; they "
                 "are shown side by side and never pooled.",
      .alt = "Forest plot of our pooled estimate and " + std::to_string(rows.size()) +
             " published ones.",
      .vega =
          forest_figure(forest, {.title = "Standardised mean difference (negative favours MDMA)"}),
      .table = table.id});
  section.blocks.push_back(table);
}

}  // namespace entact
