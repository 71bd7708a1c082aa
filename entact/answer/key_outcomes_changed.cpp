// What changed since an earlier day: two replays of the evidence base, compared.
#include "entact/answer/fact_words.h"
#include "entact/answer/key_outcomes.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/prose_writer.h"
#include "entact/evidence/as_of.h"

namespace entact {
namespace {

std::vector<std::string> new_facts(const EvidenceBase& before, const EvidenceBase& now,
                                   std::string_view table) {
  std::vector<std::string> facts;
  for (const Row& row : now.table(table).rows())
    if (!before.fact(row.id())) facts.push_back(row.id());
  return facts;
}

/// Sources that stood then and are retracted now.
std::vector<std::string> new_retractions(const EvidenceBase& before, const EvidenceBase& now) {
  std::vector<std::string> retracted;
  for (const auto& [id, source] : now.sources) {
    const Source* then = before.source(id);
    if (source.retracted_on.known() && (then == nullptr || !then->retracted_on.known()))
      retracted.push_back(id);
  }
  return retracted;
}

}  // namespace

void add_what_changed(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const Date day = findings.options.compare_with;
  if (!day.known() || findings.all == nullptr) return;
  const EvidenceBase before = known_by(*findings.all, day);
  const EvidenceBase& now = *findings.base;
  ProseWriter prose;
  prose.add(strong("What changed since " + to_text(day) + ". "))
      .say(
          "Two replays of this evidence base are compared, of what was public by that day and by " +
          to_text(now.as_of) +
          "; a correction of the base itself shows in both and so does not appear here. ");
  const auto say = [&](const std::string& table, const std::string& one, const std::string& many) {
    const auto facts = new_facts(before, now, table);
    if (!facts.empty())
      prose.number(count_number(builder, table, facts, "new since " + to_text(day) + ": " + many))
          .say(" new " + (facts.size() == 1 ? one : many) + "; ");
  };
  say("studies", "study record", "study records");
  say("contrasts", "contrast", "contrasts");
  say("adverse_events", "adverse-event row", "adverse-event rows");
  say("events", "regulatory event", "regulatory events");
  say("conduct", "finding on conduct or evidence", "findings on conduct or evidence");
  const auto retracted = new_retractions(before, now);
  for (const std::string& id : retracted)
    prose.say("retracted: ").add(builder.source(id)).say("; ");
  const PooledAnswer* answer = findings.find("ptsd_caps_smd");
  const auto then =
      pooled_answer(before, "ptsd_caps_smd", policy_of(findings.options), {}, {.as_of = day});
  if (answer != nullptr && then) {
    const bool same = then->estimate() == answer->estimate() && then->low() == answer->low() &&
                      then->high() == answer->high();
    prose.say("the pooled effect on PTSD severity ")
        .say(same ? "is unchanged at " : "was ")
        .add(estimate_prose(builder, *then));
    if (!same)
      prose.say(" (" + interval_words(*then) + ") and is now ")
          .add(estimate_prose(builder, *answer))
          .say(" (" + interval_words(*answer) + ")");
    prose.say(".");
  }
  section.blocks.push_back(ProseBlock{.prose = prose.done(), .tone = Tone::notice});
}

}  // namespace entact
