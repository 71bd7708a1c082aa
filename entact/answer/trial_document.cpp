// The page of `entact trial`. Every number points into the JSON result of the same command.
#include "entact/answer/trial_document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/trial_numbers.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

class Writer {
 public:
  Writer(DocumentBuilder& builder, const TrialPage& page) : builder_(builder), page_(page) {}

  [[nodiscard]] std::string own(double value, int decimals, const std::string& label,
                                const std::string& pointer) const {
    return builder_.number(value, decimal_text(value, decimals), label,
                           {.command = page_.command,
                            .pointer = "/result" + pointer,
                            .model = "simulation, Monte Carlo"});
  }
  [[nodiscard]] std::string estimand(std::size_t at, std::size_t e, const std::string& key,
                                     double value, int decimals) const {
    const TrialCaseResult& one = page_.outcome.cases[at];
    return own(value, decimals,
               fmt::format("{}, {}: {}", case_words(page_.file, one.setup),
                           one.found.estimands[e].id, key),
               fmt::format("/cases/{}/estimands/{}/{}", at, e, key));
  }
  [[nodiscard]] Cell with_error(std::size_t at, std::size_t e, const std::string& key,
                                const SimulatedValue& value, int decimals) const {
    return {.prose = {number_span(estimand(at, e, key, value.value, decimals)), text(" ("),
                      number_span(estimand(at, e, key + "_mc_se", value.mc_se, decimals + 1)),
                      text(")")}};
  }

 private:
  DocumentBuilder& builder_;
  const TrialPage& page_;
};

std::string variant_name(const TrialFile& file, std::size_t v) {
  return file.variants[v].name.empty() ? "the design" : file.variants[v].name;
}

std::string mark_pointer(std::size_t setting, std::size_t design, const char* key) {
  return fmt::format("/ranking/settings/{}/designs/{}/{}", setting, design, key);
}

// "By power, best is A at share 0; B at share 0.3 and share 0.6. The ranking flips ..."
Prose flip_words(const TrialFile& file, const TrialRanking& ranking, const BestDesign& best) {
  std::vector<std::size_t> winners;
  for (const std::size_t v : best.variant)
    if (std::find(winners.begin(), winners.end(), v) == winners.end()) winners.push_back(v);
  Prose prose{text(fmt::format("By {}, best is ", best.criterion))};
  for (const std::size_t winner : winners) {
    std::vector<std::string> where;
    for (std::size_t s = 0; s < best.variant.size(); ++s)
      if (best.variant[s] == winner && !ranking.settings[s].words.empty())
        where.push_back(ranking.settings[s].words + (best.clear[s] ? "" : "*"));
    if (winner != winners.front()) prose.push_back(text("; "));
    prose.push_back(strong(variant_name(file, winner)));
    if (winners.size() > 1 || where.size() == 1)
      prose.push_back(text(fmt::format(" at {}", fmt::join(where, " and at "))));
    else if (!where.empty())
      prose.push_back(text(" throughout"));
  }
  const bool close =
      std::any_of(best.clear.begin(), best.clear.end(), [](bool clear) { return !clear; });
  prose.push_back(text(winners.size() > 1 ? ". The ranking flips within the stated ranges." : "."));
  if (close)
    prose.push_back(
        text(winners.size() > 1
                 ? " With *, the next design is within two Monte Carlo standard errors."
                 : " Somewhere the next design is within two Monte Carlo standard errors."));
  return prose;
}

TableBlock ranking_table(const Writer& writer, const TrialPage& page, const TrialRanking& ranking) {
  TableBlock table{.id = "designs",
                   .title = "Designs under each assumption",
                   .caption =
                       "Off the question: mean estimate less the true value of the first "
                       "design's estimand, so that what another design estimates instead "
                       "counts. Unblinding: mean of Bang's two indices, 0 chance, 1 all "
                       "guess right. False claims: benefit shown although the drug does "
                       "nothing.",
                   .columns = {{"setting", "Assumption", Type::text, true},
                               {"design", "Design", Type::text, true},
                               {"truth", "True value of its own estimand", Type::number},
                               {"bias", "Bias of that", Type::number},
                               {"off", "Off the question", Type::number},
                               {"power", "Power", Type::number},
                               {"false", "False claims", Type::number},
                               {"bang", "Unblinding", Type::number},
                               {"n", "Participants", Type::number}}};
  for (std::size_t s = 0; s < ranking.settings.size(); ++s)
    for (std::size_t d = 0; d < ranking.settings[s].marks.size(); ++d) {
      const SettingMarks& setting = ranking.settings[s];
      const DesignMark& mark = setting.marks[d];
      const EstimandCharacteristics& e = page.outcome.cases[mark.at].found.estimands.front();
      const std::string who = variant_name(page.file, mark.variant) + ", " + setting.words;
      const auto own = [&](double value, int decimals, const char* key) {
        return std::isnan(value) ? cell("")
                                 : number_cell(writer.own(value, decimals, who + ": " + key,
                                                          mark_pointer(s, d, key)));
      };
      table.rows.push_back({cell(setting.words), cell(variant_name(page.file, mark.variant)),
                            number_cell(writer.estimand(mark.at, 0, "truth", e.truth.value, 2)),
                            writer.with_error(mark.at, 0, "bias", e.bias, 2),
                            own(mark.off_question, 2, "off_question"),
                            writer.with_error(mark.at, 0, "power", e.power, 2),
                            own(mark.false_claims, 2, "false_claims"),
                            own(mark.unblinding, 2, "unblinding"),
                            own(mark.participants, 0, "participants")});
    }
  return table;
}

FigureBlock design_heat(const Writer& writer, const TrialFile& file, const TrialRanking& ranking,
                        bool bias) {
  std::vector<HeatRow> cells;
  const char* const key = bias ? "off_question" : "power";
  for (std::size_t s = 0; s < ranking.settings.size(); ++s)
    for (std::size_t d = 0; d < ranking.settings[s].marks.size(); ++d) {
      const SettingMarks& setting = ranking.settings[s];
      const DesignMark& mark = setting.marks[d];
      const std::string name = variant_name(file, mark.variant);
      const double value = bias ? mark.off_question : mark.power;
      cells.push_back({.row = name,
                       .column = setting.words.empty() ? "as the file says" : setting.words,
                       .value = value,
                       .number = writer.own(value, 2, name + ", " + setting.words + ": " + key,
                                            mark_pointer(s, d, key))});
    }
  const std::string what = bias ? "Off the question (points)" : "Power";
  return {.id = bias ? "bias_heat" : "power_heat",
          .title = bias ? "How far each design is off" : "Power of each design",
          .caption = bias ? "Mean estimate less the true effect that the question is about; 0 is "
                            "right, negative flatters the drug."
                          : "Chance of showing benefit, belief included.",
          .alt = what + " by design and assumption; the numbers are in the table",
          .vega = heat_figure(
              cells, {.rows = "Design", .columns = "Assumption", .value = what, .around_0 = bias}),
          .table = "designs"};
}

TableBlock assumptions_table(const TrialFile& file) {
  TableBlock table{
      .id = "assumptions",
      .title = "What each design takes for granted",
      .columns = {{"design", "Design", Type::text}, {"assumes", "Assumes", Type::text}}};
  for (std::size_t v = 0; v < file.variants.size(); ++v)
    for (const std::string& each : file.variants[v].assumes)
      table.rows.push_back({cell(variant_name(file, v)), cell(each)});
  return table;
}

TableBlock characteristics_table(const Writer& writer, const TrialPage& page) {
  TableBlock table{
      .id = "characteristics",
      .title = "Operating characteristics",
      .caption =
          "Monte Carlo standard errors in brackets. Power: significant in the direction of "
          "benefit. Rejects: in either direction. Bias and coverage against the true value, "
          "simulated from potential outcomes.",
      .columns = {{"case", "Case", Type::text, true},
                  {"estimand", "Estimand", Type::text, true},
                  {"n", "n", Type::number},
                  {"truth", "True value", Type::number},
                  {"estimate", "Mean estimate", Type::number},
                  {"bias", "Bias", Type::number},
                  {"power", "Power", Type::number},
                  {"rejection", "Rejects", Type::number},
                  {"coverage", "Coverage", Type::number},
                  {"width", "Half width", Type::number},
                  {"failed", "No answer", Type::number}}};
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCaseResult& one = page.outcome.cases[at];
    for (std::size_t k = 0; k < one.found.estimands.size(); ++k) {
      const EstimandCharacteristics& e = one.found.estimands[k];
      const auto number = [&](const char* key, double value, int decimals) {
        return number_cell(writer.estimand(at, k, key, value, decimals));
      };
      table.rows.push_back({cell(case_words(page.file, one.setup)), cell(e.id),
                            number_cell(writer.own(one.setup.simulation.trial.design.n, 0,
                                                   "participants", fmt::format("/cases/{}/n", at))),
                            number("truth", e.truth.value, 3),
                            number("estimate", e.estimate.value, 3),
                            writer.with_error(at, k, "bias", e.bias, 3),
                            writer.with_error(at, k, "power", e.power, 3),
                            writer.with_error(at, k, "rejection", e.rejection, 3),
                            writer.with_error(at, k, "coverage", e.coverage, 3),
                            number("half_width", e.half_width.value, 3),
                            number("failed", static_cast<double>(e.failed), 0)});
    }
  }
  return table;
}

TableBlock looks_table(const Writer& writer, const TrialPage& page) {
  TableBlock table{.id = "looks",
                   .title = "Interim looks",
                   .caption =
                       "At the first estimand. Reject at and stop at: z of the analysis, positive "
                       "for benefit. Rejects, stops without: share of the trials at this look.",
                   .columns = {{"case", "Case", Type::text, true},
                               {"share", "Share of n", Type::number},
                               {"enrolled", "Enrolled", Type::number},
                               {"reject", "Reject at", Type::number},
                               {"stop", "Stop at", Type::number},
                               {"rejects", "Rejects", Type::number},
                               {"stops", "Stops without", Type::number}}};
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCaseResult& one = page.outcome.cases[at];
    if (!one.found.looks) continue;
    const InterimCharacteristics& looks = *one.found.looks;
    for (std::size_t k = 0; k < looks.rates.size(); ++k) {
      const auto number = [&](const char* key, double value, int decimals) {
        if (!std::isfinite(value)) return cell("none");
        return number_cell(writer.own(value, decimals, fmt::format("look {}: {}", k + 1, key),
                                      fmt::format("/cases/{}/looks/looks/{}/{}", at, k, key)));
      };
      table.rows.push_back(
          {cell(case_words(page.file, one.setup)), number("share", looks.rates[k], 2),
           number("enrolled", looks.enrolled[k], 0), number("efficacy_z", looks.upper[k], 3),
           number("futility_z", looks.lower[k], 3), number("rejects", looks.efficacy[k], 3),
           number("stops_without", looks.futility[k], 3)});
    }
  }
  return table;
}

// Cases of one scenario that differ from its first in one axis only, by axis.
std::vector<TornadoRow> tornado_rows(const Writer& writer, const TrialPage& page,
                                     const TrialScenario& scenario) {
  std::vector<TornadoRow> rows;
  for (const TrialAxis& axis : scenario.axes) {
    TornadoRow row{.label = axis.key};
    bool begun = false;
    for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
      const TrialCase& one = page.outcome.cases[at].setup;
      if (one.null || one.variant != 0 || one.scenario != scenario.name) continue;
      bool others_first = one.settings.size() == scenario.axes.size();
      double own = 0;
      for (std::size_t k = 0; others_first && k < one.settings.size(); ++k) {
        if (one.settings[k].first == axis.key)
          own = one.settings[k].second;
        else
          others_first = one.settings[k].second == scenario.axes[k].values.front();
      }
      if (!others_first) continue;
      const double power = page.outcome.cases[at].found.estimands.front().power.value;
      if (!begun || power < row.low) {
        row.low = power;
        row.low_label = fmt::format("{:g}", own);
        row.number = writer.estimand(at, 0, "power", power, 3);
      }
      if (!begun || power > row.high) {
        row.high = power;
        row.high_label = fmt::format("{:g}", own);
      }
      begun = true;
    }
    if (begun) rows.push_back(row);
  }
  return rows;
}

FigureBlock tornado(const Writer& writer, const TrialPage& page, const TrialScenario& scenario,
                    std::size_t number) {
  double base = 0;
  for (const TrialCaseResult& one : page.outcome.cases)
    if (!one.setup.null && one.setup.variant == 0 && one.setup.scenario == scenario.name) {
      base = one.found.estimands.front().power.value;
      break;
    }
  return {.id = fmt::format("tornado_{}", number),
          .title = "What power hangs on",
          .caption =
              "Each assumption from the end where power is least to that where it is most, "
              "the others at their first value; the line is the first of all.",
          .alt = "Range of power for each assumption; the numbers are in the table",
          .vega = tornado_figure(tornado_rows(writer, page, scenario), base, "Power"),
          .table = "characteristics"};
}

FigureBlock grid_heat(const Writer& writer, const TrialPage& page, const TrialScenario& scenario,
                      std::size_t number) {
  std::vector<HeatRow> cells;
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCase& one = page.outcome.cases[at].setup;
    if (one.null || one.variant != 0 || one.scenario != scenario.name) continue;
    bool rest_first = true;
    for (std::size_t k = 2; k < one.settings.size(); ++k)
      rest_first = rest_first && one.settings[k].second == scenario.axes[k].values.front();
    if (!rest_first) continue;
    const double power = page.outcome.cases[at].found.estimands.front().power.value;
    cells.push_back({.row = fmt::format("{:g}", one.settings[0].second),
                     .column = fmt::format("{:g}", one.settings[1].second),
                     .value = power,
                     .number = writer.estimand(at, 0, "power", power, 3)});
  }
  return {
      .id = fmt::format("grid_{}", number),
      .title = "Power over the grid",
      .caption = "Power of the first estimand.",
      .alt = "Power by two assumptions; the numbers are in the table",
      .vega = heat_figure(
          cells, {.rows = scenario.axes[0].key, .columns = scenario.axes[1].key, .value = "Power"}),
      .table = "characteristics"};
}

void add_questions(const Writer& writer, const TrialPage& page, Section& section) {
  for (std::size_t v = 0; v < page.outcome.sizes.size(); ++v) {
    const SampleSize& size = page.outcome.sizes[v];
    const std::string at = fmt::format("/sample_sizes/{}", v), who = variant_name(page.file, v);
    if (!size.bracketed) {
      section.blocks.emplace_back(ProseBlock{
          .prose = {
              text(who + ": no number of participants in the searched range has the power.")}});
      continue;
    }
    section.blocks.emplace_back(ProseBlock{
        .prose = {text(who + ": "), number_span(writer.own(size.n, 0, who + ": n", at + "/n")),
                  text(" participants ("),
                  number_span(writer.own(size.low, 0, who + ": n from", at + "/ci_low")),
                  text(" to "),
                  number_span(writer.own(size.high, 0, who + ": n to", at + "/ci_high")),
                  text(fmt::format(") for a power of {:g}.", page.file.search->power))}});
  }
  for (std::size_t v = 0; v < page.outcome.assurances.size(); ++v) {
    const TrialAssurance& one = page.outcome.assurances[v];
    const std::string at = fmt::format("/assurances/{}", v), who = variant_name(page.file, v);
    section.blocks.emplace_back(ProseBlock{
        .prose = {text(who + ": assurance "),
                  number_span(
                      writer.own(one.assurance.value, 3, who + ": assurance", at + "/assurance")),
                  text(", the chance of success when the effect itself is uncertain; power at its "
                       "mean "),
                  number_span(writer.own(one.power.value, 3, who + ": power", at + "/power")),
                  text(".")},
        .tone = Tone::finding});
  }
}

}  // namespace

Section trial_comparison_section(DocumentBuilder& builder, const TrialPage& page) {
  const Writer writer(builder, page);
  const TrialRanking ranking = rank_designs(page.file, page.outcome);
  Section section{.id = "settle", .title = "What would settle it"};
  for (const BestDesign& best : ranking.best)
    section.opening.push_back(flip_words(page.file, ranking, best));
  for (const std::string& note : page.file.notes)
    section.blocks.emplace_back(ProseBlock{.prose = {text(note)}, .tone = Tone::caution});
  section.blocks.emplace_back(design_heat(writer, page.file, ranking, true));
  section.blocks.emplace_back(design_heat(writer, page.file, ranking, false));
  section.blocks.emplace_back(ranking_table(writer, page, ranking));
  section.blocks.emplace_back(assumptions_table(page.file));
  return section;
}

Section trial_characteristics_section(DocumentBuilder& builder, const TrialPage& page) {
  const Writer writer(builder, page);
  Section section{.id = "characteristics_section", .title = "Operating characteristics"};
  const EstimandCharacteristics& e = page.outcome.cases.front().found.estimands.front();
  section.opening.push_back(
      {text(fmt::format("In the first case ({}) the trial shows benefit with a probability of ",
                        case_words(page.file, page.outcome.cases.front().setup))),
       number_span(writer.estimand(0, 0, "power", e.power.value, 3)),
       text("; its estimate is off by "),
       number_span(writer.estimand(0, 0, "bias", e.bias.value, 3)),
       text(" on average, and its interval holds the true value with a probability of "),
       number_span(writer.estimand(0, 0, "coverage", e.coverage.value, 3)), text(".")});
  add_questions(writer, page, section);
  if (page.file.variants.size() == 1)
    for (std::size_t s = 0; s < page.file.scenarios.size(); ++s) {
      const TrialScenario& scenario = page.file.scenarios[s];
      if (scenario.axes.size() >= 2)
        section.blocks.emplace_back(grid_heat(writer, page, scenario, s));
      section.blocks.emplace_back(tornado(writer, page, scenario, s));
    }
  section.blocks.emplace_back(characteristics_table(writer, page));
  if (page.file.looks) section.blocks.emplace_back(looks_table(writer, page));
  return section;
}

Section trial_course_section(DocumentBuilder& builder, const TrialPage& page) {
  const Writer writer(builder, page);
  const TrialCaseResult& one = page.outcome.cases.front();
  const TrialDesign& design = one.setup.simulation.trial.design;
  const ResultLayout layout(one.setup.simulation);
  Section section{.id = "course_section", .title = "Course in the first case"};
  std::vector<CourseRow> points;
  TableBlock table{.id = "courses",
                   .title = "Means over replicates, by arm and visit",
                   .columns = {{"arm", "Arm", Type::text},
                               {"visit", "Visit", Type::text},
                               {"seen", "Seen", Type::number},
                               {"mean", "Mean score", Type::number},
                               {"sd", "SD", Type::number},
                               {"responders", "Responders", Type::number}}};
  for (std::size_t a = 0; a < design.arms.size(); ++a)
    for (std::size_t k = 0; k < design.visit_names.size(); ++k) {
      const auto number = [&](ResultLayout::Visit what, const char* key, int decimals) {
        return writer.own(
            one.found.values[static_cast<std::size_t>(layout.of(a, k, what))].value, decimals,
            fmt::format("{}, {}: {}", design.arms[a].name, design.visit_names[k], key),
            fmt::format("/cases/0/arms/{}/visits/{}/{}/mean", a, k, key));
      };
      const std::string mean = number(ResultLayout::mean, "mean", 2);
      points.push_back({.series = design.arms[a].name,
                        .x = design.visit_weeks[k],
                        .y = builder.value(mean),
                        .number = mean});
      table.rows.push_back({cell(design.arms[a].name), cell(design.visit_names[k]),
                            number_cell(number(ResultLayout::seen, "seen", 1)), number_cell(mean),
                            number_cell(number(ResultLayout::sd, "sd", 2)),
                            number_cell(number(ResultLayout::responders, "responders", 3))});
    }
  section.blocks.emplace_back(FigureBlock{
      .id = "course",
      .title = "Mean score by arm",
      .caption = "Mean of the observed means over all replicates.",
      .alt = "Mean score by arm and visit; the numbers are in the table",
      .vega =
          course_figure(points, "Week", design.instrument.empty() ? "Score" : design.instrument),
      .table = "courses"});
  section.blocks.emplace_back(std::move(table));
  return section;
}

Document trial_document(const TrialFile& file, const TrialOutcome& outcome) {
  DocumentBuilder builder;
  const TrialPage page{file, outcome};
  builder.document.title = file.title;
  builder.document.subtitle = "Virtual trials";
  builder.document.notice =
      (file.notice.empty() ? std::string("Simulated data. ") : file.notice + " ") +
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  if (file.variants.size() > 1)
    builder.document.sections.push_back(trial_comparison_section(builder, page));
  builder.document.sections.push_back(trial_characteristics_section(builder, page));
  builder.document.sections.push_back(trial_course_section(builder, page));
  if (file.variants.size() == 1 && !file.notes.empty())
    for (const std::string& note : file.notes)
      builder.document.sections.front().blocks.emplace_back(
          ProseBlock{.prose = {text(note)}, .tone = Tone::caution});
  return std::move(builder).finish();
}

}  // namespace entact
