#include "entact/answer/certainty_of_answer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/stats/egger.h"

namespace entact {
namespace {

bool recalled(const Row& row) { return row.citation().verified == Verification::recalled; }

std::set<std::string> studies_of(const PooledAnswer& answer) {
  std::set<std::string> studies;
  for (const AnalysisMember& member : answer.input.members) studies.insert(member.study_id);
  return studies;
}

double persons(const PooledAnswer& answer) {
  double sum = 0;
  for (const AnalysisMember& member : answer.input.members)
    sum += member.made.n_treatment + member.made.n_control;
  return sum;
}

/// Ratings of the answer's trials weighted as the trials are; a review that rated without naming
/// trials counts as such.
std::vector<RaterView> rater_views(const EvidenceBase& base, const PooledAnswer& answer) {
  std::map<std::string, RaterView> views;
  for (const Row& row : base.table("risk_of_bias").where("domain", "overall").used()) {
    const std::string& judgement = row.text("judgement");
    RaterView view{.rater = row.text("rater")};
    bool concerns_us = false;
    for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
      if (answer.input.members[i].study_id != row.text("study_id")) continue;
      concerns_us = true;
      (judgement == "high" ? view.weight_high : view.weight_concerns) +=
          judgement == "low" ? 0 : answer.pooled.weights[i];
    }
    const auto review = base.table("studies")
                            .where("study_id", row.text("study_id"))
                            .where("record_kind", "meta_analysis")
                            .where("compound", "MDMA");
    view.most_high = !review.empty() && judgement == "high";
    if (!concerns_us && !view.most_high) continue;
    RaterView& sum = views[view.rater];
    sum.rater = view.rater;
    sum.weight_high += view.weight_high;
    sum.weight_concerns += view.weight_concerns;
    sum.most_high = sum.most_high || view.most_high;
  }
  std::vector<RaterView> all;
  for (const auto& [rater, view] : views) all.push_back(view);
  return all;
}

/// Share of an arm that named its treatment rightly, over trials of the answer or reports that hold
/// them.
double guessed_right(const EvidenceBase& base, const std::set<std::string>& studies,
                     bool treatment) {
  for (const Row& row : base.table("binary").where("outcome", "correct_treatment_guess").used()) {
    if (recalled(row)) continue;
    const auto record = base.table("studies").where("study_id", row.text("study_id"));
    const auto parts = record.empty() ? std::vector<std::string>{} : record[0].list("part_of");
    const bool ours = studies.contains(row.text("study_id")) ||
                      std::any_of(parts.begin(), parts.end(),
                                  [&](const std::string& part) { return studies.contains(part); });
    if (!ours || (row.text("arm_id") == "mdma") != treatment) continue;
    if (row.has("events") && row.has("n")) return row.number("events") / row.number("n");
    if (row.has("percent_reported")) return row.number("percent_reported") / 100;
  }
  return CertaintyFacts::unknown;
}

/// Findings of regulators and journals on conduct or data, other than their reading of the
/// evidence.
int integrity_findings(const EvidenceBase& base, const std::set<std::string>& studies) {
  int count = 0;
  for (const Row& row : base.table("conduct").used()) {
    if (row.text("kind") == "evidence") continue;
    const auto named = row.list("study_ids");
    count += std::any_of(named.begin(), named.end(),
                         [&](const std::string& study) { return studies.contains(study); })
                 ? 1
                 : 0;
  }
  return count;
}

double treated(const EvidenceBase& base, const std::string& study, const std::string& arm) {
  for (const Row& row : base.table("arms").where("study_id", study).where("arm_id", arm).used()) {
    if (row.has("n_treated")) return row.number("n_treated");
    if (row.has("n_randomised")) return row.number("n_randomised");
  }
  return std::nan("");
}

double missing_share(const EvidenceBase& base, const PooledAnswer& answer) {
  double entered = 0, seen = 0;
  for (const AnalysisMember& member : answer.input.members) {
    const double in = treated(base, member.study_id, member.arm_treatment) +
                      treated(base, member.study_id, member.arm_control);
    if (std::isnan(in)) continue;
    entered += in;
    seen += std::min(in, member.made.n_treatment + member.made.n_control);
  }
  return entered > 0 ? 1 - seen / entered : CertaintyFacts::unknown;
}

/// People in finished randomised trials of the condition that the answer lacks, pooled reports not
/// counted.
double persons_unreported(const EvidenceBase& base, const PooledAnswer& answer,
                          const std::set<std::string>& studies) {
  double sum = 0;
  for (const Row& row : base.table("studies")
                            .where("condition", answer.input.condition)
                            .where("record_kind", "trial")
                            .where("compound", "MDMA")
                            .where("randomised", "yes")
                            .used()) {
    const std::string& status = row.text("status");
    const bool finished =
        status == "completed" || status == "terminated" || status == "stopped_early";
    if (finished && !studies.contains(row.text("study_id")) && row.has("n_randomised"))
      sum += row.number("n_randomised");
  }
  return sum;
}

}  // namespace

CertaintyFacts certainty_facts(const Findings& findings, const PooledAnswer& answer) {
  const EvidenceBase& base = *findings.base;
  const auto studies = studies_of(answer);
  CertaintyFacts facts{.studies = static_cast<int>(answer.k()),
                       .persons = persons(answer),
                       .low = answer.low(),
                       .high = answer.high()};
  if (answer.k() >= 2) facts.i2 = answer.pooled.i2;
  if (answer.pooled.prediction && answer.k() >= 3) {
    facts.prediction_low = answer.pooled.prediction->low;
    facts.prediction_high = answer.pooled.prediction->high;
  }
  facts.raters = rater_views(base, answer);
  facts.guessed_right_treatment = guessed_right(base, studies, true);
  facts.guessed_right_control = guessed_right(base, studies, false);
  if (!std::isnan(facts.guessed_right_treatment) && !std::isnan(facts.guessed_right_control))
    facts.blinding = BlindingEvidence::asked;
  facts.integrity_findings = integrity_findings(base, studies);
  facts.missing_share = missing_share(base, answer);
  facts.persons_unreported = persons_unreported(base, answer, studies);
  if (answer.k() >= 10)
    facts.small_study_p = egger_test(answer.input.yi(), answer.input.vi()).slope.p;
  return facts;
}

}  // namespace entact
