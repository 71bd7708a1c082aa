// Section 4, PTSD effectiveness: how large, how sure, and what the effect survives. The parts stand
// in effectiveness_*.cpp.
#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

Prose pooled_sentence(DocumentBuilder& builder, const PooledAnswer& answer) {
  Prose prose{
      text("Over "), number_span(trials_number(builder, answer)),
      text(" randomised trials the pooled " +
           measure_words(std::string(to_text(answer.input.measure))) + " in PTSD severity is ")};
  const Prose estimate = estimate_prose(builder, answer);
  prose.insert(prose.end(), estimate.begin(), estimate.end());
  prose.push_back(text(" (" + model_words(answer.pooled) + "), which " + direction_words(answer)));
  const Prose prediction = prediction_prose(builder, answer);
  if (!prediction.empty()) {
    prose.push_back(text("; a new trial's effect may lie in "));
    prose.insert(prose.end(), prediction.begin(), prediction.end());
  }
  prose.push_back(text("."));
  return prose;
}

Prose points_sentence(DocumentBuilder& builder, const Findings& findings,
                      const PooledAnswer& answer) {
  Prose prose{text("In the "), number_span(trials_number(builder, answer)),
              text(" phase 3 trials the difference in change is ")};
  const Prose estimate = estimate_prose(builder, answer);
  prose.insert(prose.end(), estimate.begin(), estimate.end());
  prose.push_back(text(" CAPS-5 points (" + model_words(answer.pooled) + "), which " +
                       direction_words(answer) + "; the scale runs from 0 to 80."));
  if (answer.k() == 2) {
    const Prose alone = two_trials_prose(builder, findings, answer, 5.0, "5.0 points");
    prose.push_back(text(" "));
    prose.insert(prose.end(), alone.begin(), alone.end());
    prose.push_back(text("."));
  }
  return prose;
}

}  // namespace

Section effectiveness_section(DocumentBuilder& builder, const Findings& findings) {
  Section section{.id = "effectiveness", .title = "Effectiveness in PTSD"};
  if (const PooledAnswer* answer = findings.find("ptsd_caps_smd"))
    section.opening.push_back(pooled_sentence(builder, *answer));
  if (const PooledAnswer* answer = findings.find("ptsd_caps5_md"))
    section.opening.push_back(points_sentence(builder, findings, *answer));
  if (const PooledAnswer* answer = findings.find("ptsd_caps_smd"))
    section.opening.push_back(therapy_in_controls(*findings.base, *answer));
  section.blocks.push_back(ProseBlock{guesses_on_record(builder, findings), Tone::caution});
  add_forest(section, builder, findings);
  add_course(section, builder, findings);
  add_responders(section, builder, findings);
  add_dose(section, builder, findings);
  add_stress_tests(section, builder, findings);
  add_multiverse(section, builder, findings);
  add_selection(section, builder, findings);
  add_small_study_checks(section, builder, findings);
  add_published_beside(section, builder, findings);
  return section;
}

}  // namespace entact
