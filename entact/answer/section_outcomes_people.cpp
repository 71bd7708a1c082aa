// People out of 100 in the phase 3 trials who reached an end point.
#include <array>
#include <utility>

#include "entact/answer/pooled_numbers.h"
#include "entact/answer/section_outcomes.h"
#include "entact/answer/wording.h"
#include "entact/evidence/selection.h"
#include "entact/report/number_text.h"

namespace entact::outcomes {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 3> end_points{
    {{"ptsd_response_rr", "response"},
     {"ptsd_remission_rr", "remission"},
     {"ptsd_loss_of_diagnosis_rr", "loss of the diagnosis"}}};

bool in_phase_three(const EvidenceBase& base, const std::string& study) {
  for (const Row& row : base.table("studies").where("study_id", study))
    return row.text("phase") == "3";
  return false;
}

bool counted(const EvidenceBase& base, const Selection& selection, const std::optional<Row>& row) {
  return row && row->table().has("events") && row->has("events") && row->has("n") &&
         reason_to_exclude(base, *row, selection).empty();
}

void add(PhaseThree& all, const Row& treatment, const Row& control) {
  all.studies.push_back(treatment.text("study_id"));
  all.facts.push_back(treatment.id());
  all.facts.push_back(control.id());
  all.difference.ai.push_back(treatment.number("events"));
  all.difference.n1i.push_back(treatment.number("n"));
  all.difference.ci.push_back(control.number("events"));
  all.difference.n2i.push_back(control.number("n"));
  all.treatment.xi.push_back(treatment.number("events"));
  all.treatment.ni.push_back(treatment.number("n"));
  all.control.xi.push_back(control.number("events"));
  all.control.ni.push_back(control.number("n"));
}

std::string share(DocumentBuilder& builder, const EffectRequest& request, const std::string& label,
                  const std::vector<std::string>& facts) {
  return effect_numbers(builder, request, label, facts).value;
}

std::string verdict(const EffectResult& difference) {
  if (difference.ci_low > 0) return "more people under MDMA";
  if (difference.ci_high < 0) return "fewer people under MDMA";
  return "no clear difference";
}

Prose sentence(DocumentBuilder& builder, const PhaseThree& end_point) {
  const EffectNumbers numbers = effect_numbers(
      builder, end_point.difference,
      "difference in " + end_point.name + ", " + listed(end_point.studies), end_point.facts);
  return ProseWriter()
      .say(capitalised(end_point.name) + ": difference of ")
      .add(value_with_interval(numbers))
      .say(" per 100 persons between MDMA and control (" +
           listed(study_names(builder.base(), end_point.studies)) +
           (end_point.studies.size() > 1 ? ", Mantel-Haenszel" : ", Miettinen-Nurminen") +
           "): " + verdict(numbers.result) + ".")
      .done();
}

/// What the control arm of an end point got, by its label.
std::string control_name(const EvidenceBase& base, const PhaseThree& end_point) {
  return capitalised(arm_name(base, *base.fact(end_point.facts[1])));
}

/// Outcomes beside severity, pooled: one sentence each.
Blocks other_outcomes(DocumentBuilder& builder, const Findings& findings) {
  Blocks blocks;
  for (const char* analysis : {"sds_smd", "depression_bdi_smd", "alcohol_audit_smd"}) {
    const PooledAnswer* answer = findings.find(analysis);
    if (answer == nullptr) continue;
    blocks.emplace_back(ProseBlock{
        .prose =
            ProseWriter()
                .say(answer->input.title + ": standardised mean difference ")
                .add(estimate_prose(builder, *answer))
                .say(" (" + interval_words(*answer) + "), which " + direction_words(*answer) + ".")
                .done()});
  }
  return blocks;
}

}  // namespace

std::optional<PhaseThree> phase_three(const EvidenceBase& base, const Selection& selection,
                                      std::string_view analysis_id, const std::string& name) {
  PhaseThree all{.analysis_id = std::string(analysis_id),
                 .name = name,
                 .difference = {.measure = "RD"},
                 .treatment = {.measure = "PR"},
                 .control = {.measure = "PR"}};
  for (const Row& member :
       base.table("analysis_members").where("analysis_id", analysis_id).where("include", "yes")) {
    const auto treatment = base.fact(member.text("fact_treatment"));
    const auto control = base.fact(member.text("fact_control"));
    if (in_phase_three(base, member.text("study_id")) && counted(base, selection, treatment) &&
        counted(base, selection, control))
      add(all, *treatment, *control);
  }
  if (all.studies.empty()) return std::nullopt;
  if (all.studies.size() > 1) {
    all.difference.pool = "mh";
    all.treatment.pool = all.control.pool = "sum";
  }
  return all;
}

Blocks people_blocks(DocumentBuilder& builder, const Findings& findings,
                     const Selection& selection) {
  Blocks blocks;
  IconBlock icons{.id = "outcomes-people",
                  .title = "People out of 100 in phase 3",
                  .caption =
                      "Persons of the trials added up by arm, among those analysed. What counts as "
                      "response is in the table of rules."};
  for (const auto& [analysis, name] : end_points) {
    const auto end_point = phase_three(builder.base(), selection, analysis, name);
    if (!end_point) continue;
    const std::string studies = listed(end_point->studies);
    icons.panels.push_back(
        {.label = capitalised(name),
         .treatment_label = "MDMA with therapy",
         .treatment = share(builder, end_point->treatment,
                            std::string(name) + ", MDMA arm, " + studies, end_point->facts),
         .control_label = control_name(builder.base(), *end_point),
         .control = share(builder, end_point->control,
                          std::string(name) + ", control arm, " + studies, end_point->facts)});
    blocks.emplace_back(ProseBlock{.prose = sentence(builder, *end_point), .tone = Tone::finding});
  }
  if (!icons.panels.empty()) blocks.insert(blocks.begin(), std::move(icons));
  for (Block& block : other_outcomes(builder, findings)) blocks.push_back(std::move(block));
  return blocks;
}

}  // namespace entact::outcomes
