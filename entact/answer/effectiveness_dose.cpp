// Effect by number of dosing sessions and by cumulative dose: slopes over all visits, tested by the
// model and by how whole trials scatter.
#include <algorithm>
#include <cmath>

#include "entact/answer/dependent_analysis.h"
#include "entact/answer/effectiveness.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

struct Slope {
  const char* analysis;
  const char* moderator;
  const char* unit;       // "a further dosing session"
  const char* published;  // statistic of the published row
  int decimals;
};

constexpr Slope sessions{"ptsd_caps_by_sessions", "dosing_sessions_n",
                         "each further dosing session", "slope_per_session", 2};
constexpr Slope by_mg{"ptsd_caps_by_dose", "cumulative_dose_mg",
                      "each further mg of cumulative initial dose", "slope_per_mg", 4};

std::optional<DependentAnswer> pooled_slope(const Findings& findings, const Slope& slope) {
  return dependent_pooled(*findings.base, slope.analysis,
                          {.columns = {.mods = slope.moderator}, .test = "t", .rho = 0.6},
                          findings.options);
}

/// A number of the slope at /result/coefficients/1/`pointer`.
Span slope_number(DocumentBuilder& builder, const DependentAnswer& answer,
                  const std::string& pointer, double value, std::string words,
                  const std::string& label) {
  return number_span(builder.number(value, std::move(words), label + ": " + answer.input.title,
                                    {.facts = answer.facts,
                                     .command = answer.command,
                                     .pointer = "/result/coefficients/1/" + pointer,
                                     .model = answer.pooled.model}));
}

bool tells(const PooledCoefficient& slope) { return slope.low > 0 || slope.high < 0; }

/// "−0.20 [−0.34, −0.06], p = 0.009"; prefix "" for the robust test, "model_based/" for the other.
Prose test_prose(DocumentBuilder& builder, const DependentAnswer& answer, const std::string& prefix,
                 int decimals) {
  const PooledCoefficient& test =
      prefix.empty() ? answer.pooled.coefficients[1] : answer.pooled.model_based[1];
  const std::string kind = prefix.empty() ? "cluster-robust" : "model-based";
  const auto number = [&](const char* key, double value, std::string words, const char* label) {
    return slope_number(builder, answer, prefix + key, value, std::move(words), kind + " " + label);
  };
  return {text("["),
          number("ci_low", test.low, decimal_text(test.low, decimals), "lower end of the slope"),
          text(", "),
          number("ci_high", test.high, decimal_text(test.high, decimals), "upper end of the slope"),
          text("], p "),
          number("p", test.p, p_text(test.p), "p of the slope"),
          text(" with "),
          number("df", test.df, decimal_text(test.df, 1), "degrees of freedom of the slope"),
          text(" degrees of freedom")};
}

void append(Prose& prose, const Prose& more) {
  prose.insert(prose.end(), more.begin(), more.end());
}

std::string agreement_words(const DependentPooled& pooled) {
  const bool model = tells(pooled.model_based[1]), robust = tells(pooled.coefficients[1]);
  if (model && !robust)
    return ". The two disagree: the model alone excludes a slope of zero, inference from how whole "
           "trials scatter does not, so the slope is not established";
  if (!model && robust)
    return ". The two disagree: inference from how whole trials scatter excludes a slope of zero, "
           "the model does not";
  return model ? ". Both exclude a slope of zero" : ". Neither excludes a slope of zero";
}

std::optional<Row> published_slope(const EvidenceBase& base, const Slope& slope) {
  for (const Row& row : select(base, base.table("contrasts").used()))
    if (row.text("statistic") == slope.published && row.text("study_id") == "SYPRES_MA") return row;
  return {};
}

Prose slope_sentence(DocumentBuilder& builder, const DependentAnswer& answer, const Slope& slope) {
  const double value = answer.pooled.coefficients[1].value;
  Prose prose{text(std::string("With ") + slope.unit + " the standardised difference changes by "),
              slope_number(builder, answer, "estimate", value, decimal_text(value, slope.decimals),
                           "slope"),
              text(": by the model ")};
  append(prose, test_prose(builder, answer, "model_based/", slope.decimals));
  prose.push_back(text("; cluster-robust by trial "));
  append(prose, test_prose(builder, answer, "", slope.decimals));
  prose.push_back(text(agreement_words(answer.pooled) + ". "));
  if (answer.pooled.coefficients[1].df < 4)
    prose.push_back(
        text("With fewer than 4 degrees of freedom the robust interval tends to be too "
             "narrow. "));
  return prose;
}

Cell test_cell(DocumentBuilder& builder, const DependentAnswer& answer, const std::string& prefix,
               int decimals) {
  Cell made;
  made.prose = test_prose(builder, answer, prefix, decimals);
  return made;
}

std::vector<Cell> published_row(DocumentBuilder& builder, const Row& row, const Slope& slope) {
  const std::string label = "published slope, " + row.text("outcome_reported");
  const auto number = [&](const char* column) {
    return number_span(
        builder.fact_number(row, column, label, column[0] == 'p' ? 3 : slope.decimals));
  };
  Cell model;
  model.prose = {text("["), number("ci_low"), text(", "), number("ci_high"), text("]")};
  if (row.has("p")) model.prose.insert(model.prose.end(), {text(", p "), number("p")});
  Cell estimate;
  estimate.prose = {number("estimate")};
  return {cell(capitalised(std::string(slope.unit))),
          builder.fact_cell(row.text("study_id") + ", published: " + row.text("model"), {row.id()}),
          estimate,
          model,
          cell("not reported"),
          source_cell(builder, row)};
}

void add_rows(TableBlock& table, DocumentBuilder& builder, const Findings& findings,
              const DependentAnswer& answer, const Slope& slope) {
  const double value = answer.pooled.coefficients[1].value;
  Cell estimate;
  estimate.prose = {slope_number(builder, answer, "estimate", value,
                                 decimal_text(value, slope.decimals), "slope")};
  table.rows.push_back({cell(capitalised(std::string(slope.unit))),
                        builder.fact_cell("here: " + answer.pooled.model, answer.facts),
                        estimate,
                        test_cell(builder, answer, "model_based/", slope.decimals),
                        test_cell(builder, answer, "", slope.decimals),
                        {}});
  if (const auto row = published_slope(*findings.base, slope))
    table.rows.push_back(published_row(builder, *row, slope));
}

std::string session_words(double sessions_n) {
  return "After " + decimal_text(sessions_n, 0) + (sessions_n == 1 ? " session" : " sessions");
}

std::vector<ForestRow> forest_rows(DocumentBuilder& builder, const DependentAnswer& answer) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) order.push_back(i);
  const auto sessions_of = [&](std::size_t i) { return answer.input.members[i].dosing_sessions_n; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sessions_of(a) < sessions_of(b); });
  std::vector<ForestRow> rows;
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::size_t i = order[at];
    const AnalysisMember& member = answer.input.members[i];
    if (at == 0 || sessions_of(order[at - 1]) != sessions_of(i))
      rows.push_back({.label = session_words(sessions_of(i)), .kind = ForestRow::Kind::heading});
    const double yi = member.made.effect.yi;
    const double half = 1.959963984540054 * std::sqrt(member.made.effect.vi);
    const std::string label = study_name(builder.base(), member.study_id) + ", " +
                              decimal_text(member.cumulative_dose_mg, 0) + " mg, week " +
                              decimal_text(member.week, 0);
    rows.push_back(
        {.label = label,
         .estimate = yi,
         .low = yi - half,
         .high = yi + half,
         .number = builder.number(yi, decimal_text(yi, 2), "standardised mean difference, " + label,
                                  {.facts = member.facts,
                                   .command = answer.command,
                                   .pointer = "/result/studies/" + std::to_string(i) + "/yi"})});
  }
  return rows;
}

}  // namespace

void add_dose(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const auto by_session = pooled_slope(findings, sessions);
  const auto by_dose = pooled_slope(findings, by_mg);
  if (!by_session && !by_dose) return;
  Prose prose{strong("By number of sessions and dose. ")};
  TableBlock table{
      .id = "dose-slopes",
      .title = "Slopes by number of sessions and cumulative dose",
      .caption =
          "All visits before crossover, effects of one trial correlated: arms that are "
          "shared exactly, two visits at an assumed 0.6. Sessions, dose and weeks rise "
          "together within a trial, so neither slope can tell them apart.",
      .columns = {{"per", "For"},
                  {"model", "Model", Type::text, true},
                  {"slope", "Slope", Type::number},
                  {"by_model", "95% interval by the model"},
                  {"robust", "95% interval, cluster-robust"},
                  {"source", "Source"}}};
  for (const auto& [answer, slope] :
       {std::pair(&by_session, sessions), std::pair(&by_dose, by_mg)}) {
    if (!*answer) continue;
    append(prose, slope_sentence(builder, **answer, slope));
    add_rows(table, builder, findings, **answer, slope);
  }
  section.blocks.push_back(ProseBlock{.prose = std::move(prose), .tone = Tone::caution});
  if (by_session)
    section.blocks.push_back(FigureBlock{
        .id = "effect-by-session",
        .title = "Effects by number of dosing sessions so far",
        .caption = "Each square: one trial at one visit before crossover, with its normal 95% "
                   "interval; one trial may stand under several numbers of sessions. Doses are "
                   "cumulative initial doses.",
        .alt = "Forest plot of " + std::to_string(by_session->input.members.size()) +
               " effects grouped by number of dosing sessions.",
        .vega = forest_figure(forest_rows(builder, *by_session),
                              {.title = "Standardised mean difference (negative favours MDMA)"}),
        .table = table.id});
  section.blocks.push_back(std::move(table));
}

}  // namespace entact
