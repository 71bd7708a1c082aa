#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

std::string label_of(const Harm& harm, std::string_view what) {
  return std::string(what) + " of " + uncapitalised(harm.term) + ", " + listed(harm.studies());
}

Prose ratio_part(const Topic& topic, const Harm& harm) {
  const auto ratio = effect_numbers_if_any(topic.builder, harm_request(harm, "RR"),
                                           label_of(harm, "risk ratio"), harm.facts());
  if (!ratio) return {text(", no risk ratio")};
  return ProseWriter().say(", risk ratio ").add(value_with_interval(*ratio)).done();
}

}  // namespace

Prose arm_count(const Topic& topic, const Harm& harm, bool treatment) {
  const std::string label = label_of(harm, treatment ? "MDMA arm, count" : "control arm, count");
  if (harm.trials.size() == 1) {
    const HarmPair& pair = harm.trials.front();
    return count_of(topic.builder, treatment ? pair.treatment : pair.control, "participants", "n",
                    label);
  }
  const EffectRequest request = arm_request(harm, treatment, "exact");
  const EffectResult sum = effect_of(request);
  std::vector<std::string> facts;
  for (const HarmPair& pair : harm.trials)
    facts.push_back((treatment ? pair.treatment : pair.control).id());
  return ProseWriter()
      .number(effect_member(topic.builder, request, "/result/events", sum.events,
                            count_text(sum.events), label, facts))
      .say(" of ")
      .number(effect_member(topic.builder, request, "/result/n", sum.persons,
                            count_text(sum.persons), "persons, " + label, facts))
      .done();
}

std::string difference_words(const EffectResult& difference) {
  if (difference.ci_low > 0) return "more often with MDMA";
  if (difference.ci_high < 0) return "less often with MDMA";
  return "no clear difference";
}

std::string comparator_of(const Topic& topic, const Harm& harm) {
  return meaning(topic.base, "comparator_class", harm.comparator_class);
}

Prose harm_sentence(const Topic& topic, const Harm& harm) {
  const EffectNumbers difference = effect_numbers(topic.builder, harm_request(harm, "RD"),
                                                  label_of(harm, "risk difference"), harm.facts());
  return ProseWriter()
      .say(capitalised(harm.term) + " (" + listed(study_names(topic.base, harm.studies())) + "): ")
      .add(arm_count(topic, harm, true))
      .say(" under MDMA, ")
      .add(arm_count(topic, harm, false))
      .say(" under " + comparator_of(topic, harm) + "; risk difference ")
      .add(value_with_interval(difference))
      .say(" per 100")
      .add(ratio_part(topic, harm))
      .say(": " + difference_words(difference.result) + ".")
      .done();
}

Blocks conduct_cautions(const Topic& topic, std::string_view word) {
  Blocks blocks;
  for (const Row& row : topic.base.table("conduct").used()) {
    if (!holds_word(row.text("finding"), word) && !holds_word(row.text("detail"), word)) continue;
    ProseWriter writer;
    writer.say(row.text("body") + ", " + row.text("date") + ", on " + row.text("subject") + ": " +
               row.text("finding") + ".");
    if (row.has("detail")) writer.say(" " + row.text("detail") + ".");
    writer.say(" ").add(topic.builder.source(row.citation().source));
    blocks.emplace_back(ProseBlock{.prose = writer.done(), .tone = Tone::caution});
  }
  return blocks;
}

}  // namespace entact::safety
