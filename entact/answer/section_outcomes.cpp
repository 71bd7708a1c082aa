// Section 7, Outcomes: what a change means for a person, and the effect beside those of other
// treatments.
#include "entact/answer/section_outcomes.h"

#include "entact/answer/pooled_numbers.h"
#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// Thresholds by kind against the pooled difference between arms.
Prose thresholds_sentence(DocumentBuilder& builder, const Findings& findings) {
  const bool none_between =
      findings.base->table("thresholds").where("kind", "between_group").used().empty();
  ProseWriter writer;
  writer.say("Of ")
      .number(outcomes::threshold_count(builder, ""))
      .say(" thresholds on record ")
      .number(outcomes::threshold_count(builder, "between_group"))
      .say(none_between ? " say how large a difference between groups must be to matter; those for "
                          "a change within one person do not answer that."
                        : " say how large a difference between groups must be to matter.");
  if (const PooledAnswer* points = findings.find("ptsd_caps5_md"))
    writer.say(" The pooled difference is ")
        .add(estimate_prose(builder, *points))
        .say(" points of CAPS-5 (" + interval_words(*points) + "), which " +
             direction_words(*points) + ".");
  return writer.done();
}

Prose response_sentence(DocumentBuilder& builder, const EvidenceBase& base,
                        const outcomes::PhaseThree& response) {
  const EffectNumbers numbers =
      effect_numbers(builder, response.difference,
                     "difference in response, " + listed(response.studies), response.facts);
  const EffectResult& result = numbers.result;
  const std::string verdict = result.ci_low > 0    ? "more people respond with MDMA"
                              : result.ci_high < 0 ? "fewer people respond with MDMA"
                                                   : "the interval holds no difference";
  return ProseWriter()
      .say("In " + listed(study_names(base, response.studies)) +
           " the share of people with a response differs by ")
      .add(value_with_interval(numbers))
      .say(" per 100 persons: " + verdict + ".")
      .done();
}

constexpr const char* not_connected =
    "The effects of other treatments stand beside it as they were published. They are not one "
    "connected comparison: placebo with therapy is not pill placebo, and neither is a waiting "
    "list, so no row says which treatment is better.";

}  // namespace

Section outcomes_section(DocumentBuilder& builder, const Findings& findings) {
  const Selection selection{.include_recalled = findings.options.include_recalled};
  Section section{.id = "outcomes", .title = "Outcomes"};
  section.opening.push_back(thresholds_sentence(builder, findings));
  if (const auto response =
          outcomes::phase_three(*findings.base, selection, "ptsd_response_rr", "response"))
    section.opening.push_back(response_sentence(builder, *findings.base, *response));
  section.opening.push_back({text(not_connected)});
  for (outcomes::Blocks blocks :
       {outcomes::people_blocks(builder, findings, selection), outcomes::scale_blocks(builder),
        outcomes::beside_blocks(builder, findings)})
    for (Block& block : blocks) section.blocks.push_back(std::move(block));
  return section;
}

}  // namespace entact
