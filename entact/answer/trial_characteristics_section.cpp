// How often each design tells the truth: one table, and what it rests on.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/trial_adaptive_tables.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_numbers.h"
#include "entact/answer/trial_writer.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

TableBlock characteristics_table(const TrialWriter& writer, const TrialPage& page) {
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
  if (page.file.published) table.columns.push_back({"changes", "Conclusion changes", Type::number});
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
      if (page.file.published) table.rows.back().push_back(writer.conclusion_changes(at));
    }
  }
  return table;
}

TableBlock looks_table(const TrialWriter& writer, const TrialPage& page) {
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

void add_questions(const TrialWriter& writer, const TrialPage& page, Section& section) {
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

Section trial_characteristics_section(DocumentBuilder& builder, const TrialPage& page) {
  const TrialWriter writer(builder, page);
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
  if (page.file.truth.exposure)
    section.blocks.emplace_back(ProseBlock{
        .prose = {text(exposure_words(*page.file.truth.exposure))}, .tone = Tone::caution});
  add_questions(writer, page, section);
  if (page.file.published && page.file.variants.size() == 1)
    section.blocks.emplace_back(ProseBlock{.prose = conclusion_words(writer, page)});
  if (page.file.variants.size() == 1)
    for (std::size_t s = 0; s < page.file.scenarios.size(); ++s) {
      const TrialScenario& scenario = page.file.scenarios[s];
      if (scenario.axes.size() >= 2)
        section.blocks.emplace_back(grid_heat(writer, page, scenario, s));
      section.blocks.emplace_back(tornado(writer, page, scenario, s));
    }
  section.blocks.emplace_back(characteristics_table(writer, page));
  if (page.file.variants.size() == 1 && !page.file.scenarios.empty())
    section.blocks.emplace_back(settings_table(page.file));
  if (page.file.looks) section.blocks.emplace_back(looks_table(writer, page));
  for (TableBlock& table : adaptive_tables(writer, page))
    section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace entact
