// Events counted in both arms: the dot plot of risk differences, people out of 100 for the events
// that several trials report, and the table of everything.
#include <algorithm>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

using Type = TableColumn::Type;

std::string difference_label(const Harm& harm) {
  return "risk difference of " + harm.term + ", " + listed(harm.studies());
}

std::string short_name(const Topic& topic, const Harm& harm) {
  return harm.term + " (" +
         (harm.trials.size() > 1 ? "pooled" : study_name(topic.base, harm.studies().front())) + ")";
}

/// True if the control arm of every trial compared had the therapy too.
bool all_with_therapy(const Topic& topic) {
  for (const Harm& harm : topic.harms.compared)
    for (const std::string& id : harm.studies())
      for (const Row& study : topic.base.table("studies").where("study_id", id))
        if (study.text("comparator_with_therapy") != "yes") return false;
  return true;
}

ForestRow dot_of(const Topic& topic, const Harm& harm) {
  const EffectNumbers numbers =
      effect_numbers(topic.builder, harm_request(harm, "RD"), difference_label(harm), harm.facts());
  const EffectResult& result = numbers.result;
  return {.label = short_name(topic, harm),
          .estimate = 100 * result.value,
          .low = 100 * result.ci_low,
          .high = 100 * result.ci_high,
          .kind = harm.trials.size() > 1 ? ForestRow::Kind::summary : ForestRow::Kind::study,
          .number = numbers.value};
}

FigureBlock dot_plot(const Topic& topic) {
  std::vector<ForestRow> rows;
  for (const Harm& harm : topic.harms.compared) rows.push_back(dot_of(topic, harm));
  const HarmCounts counts = count_harms(topic.harms);
  return {.id = "harms-figure",
          .title = "Adverse events: difference in risk, MDMA minus control, per 100 persons",
          .caption =
              "95% intervals, largest difference first. Squares: one trial, Miettinen-Nurminen "
              "score interval. Diamonds: the same event in several trials, Mantel-Haenszel. No "
              "correction for the many events looked at: by chance alone about one interval in "
              "twenty leaves out no difference." +
              std::string(all_with_therapy(topic) ? " The control arms had the same therapy." : ""),
          .alt = "Dot plot of " + std::to_string(counts.compared) +
                 " adverse events by risk difference; the interval lies above zero for " +
                 std::to_string(counts.higher) + " and below zero for " +
                 std::to_string(counts.lower) + ".",
          .vega = forest_figure(
              rows, {.title = "More events per 100 persons with MDMA \u2192", .decimals = 1}),
          .table = "harms"};
}

/// A number that several trials give together: share of the persons of one arm.
std::string share_of(const Topic& topic, const Harm& harm, bool treatment) {
  return effect_numbers(topic.builder, arm_request(harm, treatment, "exact"),
                        std::string(treatment ? "MDMA" : "control") + " arm, risk of " + harm.term +
                            ", " + listed(harm.studies()),
                        harm.facts())
      .value;
}

IconBlock people_out_of_100(const Topic& topic) {
  IconBlock icons{.id = "harms-people",
                  .title = "People out of 100 with an event that several trials counted",
                  .caption =
                      "Persons of the trials added up by arm; events of every severity during "
                      "treatment."};
  for (const Harm& harm : topic.harms.compared)
    if (harm.trials.size() > 1)
      icons.panels.push_back({.label = harm.term,
                              .treatment_label = "MDMA with therapy",
                              .treatment = share_of(topic, harm, true),
                              .control_label = capitalised(comparator_of(topic, harm)),
                              .control = share_of(topic, harm, false),
                              .harm = true});
  return icons;
}

Cell ratio_cell(const Topic& topic, const Harm& harm) {
  const auto ratio = effect_numbers_if_any(
      topic.builder, harm_request(harm, "RR"),
      "risk ratio of " + harm.term + ", " + listed(harm.studies()), harm.facts());
  return ratio ? Cell{value_with_interval(*ratio), {}} : cell("not estimable");
}

Cell sources_cell(const Topic& topic, const Harm& harm) {
  Cell result;
  std::vector<std::string> seen;
  for (const HarmPair& pair : harm.trials)
    for (const Row* row : {&pair.treatment, &pair.control}) {
      const std::string source = row->citation().source;
      if (std::find(seen.begin(), seen.end(), source) != seen.end()) continue;
      if (!seen.empty()) result.prose.push_back(text(", "));
      result.prose.push_back(topic.builder.source(source));
      seen.push_back(source);
    }
  return result;
}

std::vector<Cell> table_row(const Topic& topic, const Harm& harm) {
  const EffectRequest request = harm_request(harm, "RD");
  const EffectNumbers difference =
      effect_numbers(topic.builder, request, difference_label(harm), harm.facts());
  return {topic.builder.fact_cell(harm.term, harm.facts()),
          cell(meaning(topic.base, "term_group", harm.term_group)),
          cell(meaning(topic.base, "severity", harm.severity)),
          cell(listed(study_names(topic.base, harm.studies()))),
          {arm_count(topic, harm, true), {}},
          {arm_count(topic, harm, false), {}},
          {value_with_interval(difference), {}},
          ratio_cell(topic, harm),
          {number_needed_prose(topic.builder, request,
                               "persons treated for one event more or fewer, " + harm.term,
                               harm.facts()),
           {}},
          sources_cell(topic, harm)};
}

/// The event, and under a pooled one its trials.
std::vector<Harm> with_trials(const Harm& harm) {
  std::vector<Harm> rows{harm};
  if (harm.trials.size() > 1)
    for (const HarmPair& pair : harm.trials) {
      rows.push_back(harm);
      rows.back().trials = {pair};
    }
  return rows;
}

TableBlock table_of(const Topic& topic) {
  TableBlock table{.id = "harms",
                   .title = "Adverse events counted in both arms",
                   .caption =
                       "Risk difference per 100 persons and risk ratio, MDMA against control, with "
                       "95% intervals (one trial: Miettinen-Nurminen score; several: "
                       "Mantel-Haenszel). Persons for one event more or fewer only where the "
                       "interval of the difference leaves out 0; they hold at the control risk of "
                       "that trial. Only trials that define the event alike are pooled.",
                   .columns = {{"event", "Event"},
                               {"group", "Group", Type::text, true},
                               {"severity", "Severity", Type::text, true},
                               {"trials", "Trials", Type::text, true},
                               {"mdma", "MDMA", Type::number},
                               {"control", "Control", Type::number},
                               {"difference", "Difference per 100", Type::number},
                               {"ratio", "Risk ratio", Type::number},
                               {"needed", "Persons for one event", Type::number},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Harm& harm : topic.harms.compared)
    for (const Harm& row : with_trials(harm)) table.rows.push_back(table_row(topic, row));
  return table;
}

}  // namespace

Blocks compared_blocks(const Topic& topic) {
  if (topic.harms.compared.empty())
    return {ProseBlock{
        .prose = {text("No adverse event is on record with a verified count in both arms of a "
                       "trial of MDMA.")},
        .tone = Tone::notice}};
  Blocks blocks{dot_plot(topic), table_of(topic)};
  if (IconBlock icons = people_out_of_100(topic); !icons.panels.empty())
    blocks.emplace_back(std::move(icons));
  return blocks;
}

}  // namespace entact::safety
