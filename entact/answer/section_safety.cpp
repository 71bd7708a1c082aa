// Section 5, Long-term safety: opening sentences, and the order of its parts.
#include "entact/answer/section_safety.h"

#include <algorithm>

#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using safety::Topic;

std::string harms_command(const ReportOptions& options) {
  std::string command = "entact harms";
  if (options.as_of.known()) command += " --as-of " + to_text(options.as_of);
  if (options.include_recalled) command += " --include recalled";
  return command + " --format json";
}

std::string counted(const Topic& topic, const ReportOptions& options, int count,
                    const std::string& pointer, const std::string& label) {
  return topic.builder.number(count, count_text(count), label,
                              {.command = harms_command(options), .pointer = pointer});
}

std::vector<std::string> all_studies(const Harms& harms) {
  std::vector<std::string> studies;
  for (const Harm& harm : harms.compared)
    for (const std::string& study : harm.studies())
      if (std::find(studies.begin(), studies.end(), study) == studies.end())
        studies.push_back(study);
  std::sort(studies.begin(), studies.end());
  return studies;
}

Prose number_of_harms(const Topic& topic, const ReportOptions& options) {
  const HarmCounts counts = count_harms(topic.harms);
  return ProseWriter()
      .say("In " + listed(study_names(topic.base, all_studies(topic.harms))) + " ")
      .number(counted(topic, options, counts.compared, "/result/compared",
                      "events counted in both arms"))
      .say(
          " kinds of adverse event were counted in both arms; the 95% interval of the risk "
          "difference lies wholly on the side of MDMA for ")
      .number(counted(topic, options, counts.higher, "/result/higher",
                      "events with an interval above 0"))
      .say(" and wholly on the side of the control for ")
      .number(
          counted(topic, options, counts.lower, "/result/lower", "events with an interval below 0"))
      .say(".")
      .done();
}

Prose largest_difference(const Topic& topic) {
  const Harm& harm = topic.harms.compared.front();
  const EffectNumbers numbers = effect_numbers(
      topic.builder, harm_request(harm, "RD"),
      "risk difference of " + harm.term + ", " + listed(harm.studies()), harm.facts());
  return ProseWriter()
      .say(" The largest difference is that of " + uncapitalised(harm.term) + ": ")
      .add(value_with_interval(numbers))
      .say(" per 100 persons (" + listed(study_names(topic.base, harm.studies())) +
           (harm.trials.size() > 1 ? ", pooled" : "") + "), " +
           safety::difference_words(numbers.result) + ".")
      .done();
}

Prose long_term(const Topic& topic) {
  const auto follow_ups = safety::long_follow_ups(topic.base, topic.selection);
  if (follow_ups.empty())
    return {text("No number of persons followed for a year or more is on record.")};
  const EffectRequest request = safety::see_request(follow_ups);
  const EffectResult result = effect_of(request);
  const auto facts = safety::facts_of(follow_ups);
  std::vector<std::string> trials;
  for (const safety::FollowUp& each : follow_ups)
    trials.push_back(study_name(topic.base, each.trial));
  return ProseWriter()
      .number(effect_member(topic.builder, request, "/result/n", result.persons,
                            count_text(result.persons), "persons followed for a year or more",
                            facts))
      .say(" persons were followed for a year or more (" + listed(trials) + "); ")
      .number(effect_member(topic.builder, request, "/result/rare/persons_to_see",
                            result.rare->persons_to_see, count_text(result.rare->persons_to_see),
                            "persons to see a harm of 1 in 1000", facts))
      .say(
          " are needed for a 95% chance to see at least one case of a harm that strikes 1 in "
          "1000, so they are ")
      .say(result.persons < result.rare->persons_to_see
               ? "too few to tell whether such a late harm exists."
               : "enough to see one if its cases were collected.")
      .done();
}

/// Serious events in total by arm, and the bound where none was seen.
Prose serious(const Topic& topic) {
  ProseWriter writer;
  for (const Harm& harm : topic.harms.compared) {
    if (!safety::serious_in_total(harm)) continue;
    writer.say(writer.empty() ? "Serious adverse events were counted in " : "; in ")
        .add(safety::arm_count(topic, harm, true))
        .say(" persons under MDMA and ")
        .add(safety::arm_count(topic, harm, false))
        .say(" under " + safety::comparator_of(topic, harm) + " (" +
             listed(study_names(topic.base, harm.studies())) + ")");
    std::vector<Row> rows;
    for (const HarmPair& pair : harm.trials) rows.push_back(pair.treatment);
    const EffectRequest bound = safety::bound_request(rows);
    if (effect_of(bound).events == 0)
      writer.say(", which leaves room for a risk of up to ")
          .number(upper_bound_number(topic.builder, bound,
                                     "upper bound of the risk of serious events, none seen",
                                     harm.facts()))
          .say(" per 100");
  }
  if (!writer.empty()) writer.say(".");
  return writer.done();
}

std::vector<Prose> opening(const Topic& topic, const ReportOptions& options) {
  std::vector<Prose> sentences;
  if (!topic.harms.compared.empty())
    sentences.push_back(
        ProseWriter().add(number_of_harms(topic, options)).add(largest_difference(topic)).done());
  if (Prose sentence = serious(topic); !sentence.empty()) sentences.push_back(std::move(sentence));
  sentences.push_back(long_term(topic));
  return sentences;
}

}  // namespace

Section safety_section(DocumentBuilder& builder, const Findings& findings) {
  const Selection selection{.include_recalled = findings.options.include_recalled};
  const Harms harms = collect_harms(*findings.base, selection);
  const Topic topic{builder, *findings.base, selection, harms};
  Section section{.id = "safety", .title = "Long-term safety"};
  section.opening = opening(topic, findings.options);
  for (const auto part : {safety::compared_blocks, safety::serious_blocks, safety::special_blocks,
                          safety::abuse_blocks, safety::discontinuation_blocks,
                          safety::follow_up_blocks, safety::remainder_blocks})
    for (Block& block : part(topic)) section.blocks.push_back(std::move(block));
  return section;
}

}  // namespace entact
