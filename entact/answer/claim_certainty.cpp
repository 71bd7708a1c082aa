#include "entact/answer/claim_certainty.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "entact/answer/claim_arguments.h"
#include "entact/answer/claim_follow_up.h"
#include "entact/answer/harms.h"
#include "entact/answer/wording.h"

namespace entact {
namespace {

bool is_harm(const std::string& outcome) {
  constexpr std::array<std::string_view, 10> harms{
      "suicidality",     "serious_event",     "severe_event",      "lasting_event",
      "problematic_use", "any_side_effect",   "any_adverse_event", "dropout",
      "discontinuation", "ae_discontinuation"};
  return std::find(harms.begin(), harms.end(), outcome) != harms.end();
}

/// The condition of which this outcome is the main concern; empty if of many.
std::string condition_of(const std::string& outcome) {
  if (outcome == "depression" || outcome == "alcohol_use") return outcome;
  return outcome == "eating" ? "eating_disorder" : "";
}

/// Gathers the facts of one answer.
class Gathering {
 public:
  Gathering(const ClaimContext& context, const Row& analysis)
      : context_(context), base_(context.base()), analysis_(analysis) {}

  std::optional<CertaintyFacts> run() {
    const bool pooled = analysis_.text("measure") != "none";
    if (!(pooled ? take_pooled() : take_shown())) return std::nullopt;
    take_ratings();
    take_blinding();
    take_findings();
    take_indirectness();
    facts_.persons_unreported = CertaintyFacts::unknown;
    if (facts_.randomised) take_unreported();
    return facts_;
  }

 private:
  bool take_pooled() {
    const PooledAnswer* answer = context_.findings->find(analysis_.id());
    if (!answer) return false;
    const Pooled& pooled = answer->pooled;
    facts_.studies = static_cast<int>(answer->k());
    facts_.low = answer->low();
    facts_.high = answer->high();
    if (answer->k() >= 2) facts_.i2 = answer->k() == 2 ? pooled.i2_q : pooled.i2;
    if (answer->k() >= 3 && pooled.prediction) {
      facts_.prediction_low = pooled.prediction->low;
      facts_.prediction_high = pooled.prediction->high;
    }
    take_scale(answer->input.measure);
    facts_.persons = 0;
    for (std::size_t i = 0; i < answer->input.members.size(); ++i)
      take_member(answer->input.members[i], pooled.weights[i]);
    if (randomised_ > 0) facts_.missing_share = 1 - analysed_ / randomised_;
    return true;
  }

  /// The smallest important distance by convention: 0.2 standard deviations, a quarter of the risk.
  void take_scale(Measure measure) {
    if (measure == Measure::standardised_mean_difference) facts_.important = 0.2;
    facts_.log_scale = is_log_scale(measure);
    if (facts_.log_scale) {
      facts_.important = std::log(1.25);
      facts_.events = 0;
    }
  }

  void take_member(const AnalysisMember& member, double weight) {
    weights_[member.study_id] += weight;
    const double n = member.made.n_treatment + member.made.n_control;
    facts_.persons += n;
    double entered = 0;
    for (const std::string& arm : {member.arm_treatment, member.arm_control}) {
      const Rows rows =
          base_.table("arms").where("study_id", member.study_id).where("arm_id", arm).used();
      entered += rows.empty() ? std::nan("") : rows[0].number("n_randomised");
    }
    if (!std::isnan(entered) && !std::isnan(n)) {
      randomised_ += entered;
      analysed_ += std::min(n, entered);
    }
    if (std::isnan(facts_.events)) return;
    for (const std::string& id : member.facts) {
      const auto fact = base_.fact(id);
      const std::string& table = fact->table().name();
      if (table == "binary") facts_.events += fact->number("events");
      if (table == "adverse_events") facts_.events += fact->number("participants");
    }
  }

  bool take_shown() {
    const std::vector<ShownMember> members = shown_members(context_, analysis_.id());
    if (members.empty()) return false;
    facts_.randomised = false;
    facts_.persons = 0;
    std::set<std::string> studies;
    for (const auto& [member, fact] : members) {
      const double n = fact.table().has("n") ? fact.number("n") : std::nan("");
      if (!std::isnan(n)) facts_.persons += n;
      studies.insert(member.text("study_id"));
    }
    if (analysis_.id() == "ptsd_long_term")
      facts_.persons = count_followed(context_, analysis_.id()).persons;
    facts_.studies = static_cast<int>(studies.size());
    for (const std::string& study : studies)
      weights_[study] = 1.0 / static_cast<double>(studies.size());
    return true;
  }

  [[nodiscard]] std::optional<Row> study(const std::string& id) const {
    const Rows rows = base_.table("studies").where("study_id", id);
    return rows.empty() ? std::nullopt : std::optional<Row>(rows[0]);
  }

  void take_ratings() {
    std::map<std::string, RaterView> views;
    for (const Row& row : base_.table("risk_of_bias").used()) {
      if (row.text("domain") != "overall") continue;
      const auto weight = weights_.find(row.text("study_id"));
      if (weight == weights_.end()) continue;
      RaterView& view = views[row.text("rater")];
      view.rater = row.text("rater");
      if (row.text("judgement") == "high") view.weight_high += weight->second;
      if (row.text("judgement") == "some_concerns") view.weight_concerns += weight->second;
    }
    for (const auto& [rater, view] : views) facts_.raters.push_back(view);
    for (const Row& row : base_.table("risk_of_bias").used()) {
      const auto review = study(row.text("study_id"));
      if (!review || review->text("record_kind") != "meta_analysis" ||
          review->text("compound") != "MDMA" || row.text("judgement") != "high")
        continue;
      if (is_harm(analysis_.text("outcome")) == (row.text("outcome") == "side_effects"))
        facts_.raters.push_back({.rater = row.text("rater"), .most_high = true});
    }
  }

  /// Share of the weight in studies whose people a record holds.
  [[nodiscard]] double covered(const std::string& record) const {
    double share = 0;
    for (const std::string& trial : trials_behind(base_, record))
      if (const auto weight = weights_.find(trial); weight != weights_.end())
        share += weight->second;
    return share;
  }

  static double share_right(const Row& row) {
    return row.number("n") > 0 ? row.number("events") / row.number("n")
                               : row.number("percent_reported") / 100;
  }

  void take_blinding() {
    const bool open = std::all_of(weights_.begin(), weights_.end(), [&](const auto& each) {
      const auto row = study(each.first);
      return row && row->text("blinding") == "open";
    });
    if (open) facts_.blinding = BlindingEvidence::open;
    const Rows guesses =
        select(base_, base_.table("binary").used().where("outcome", "correct_treatment_guess"),
               context_.selection());
    for (const std::string& record : guesses.values("study_id")) {
      if (covered(record) < 0.5) continue;
      const Rows of_record = guesses.where("study_id", record);
      for (const Row& row : of_record) {
        const std::string role = arm_role(base_, row);
        const bool treatment = !is_control_role(role) && row.text("arm_id") != "placebo";
        (treatment ? facts_.guessed_right_treatment : facts_.guessed_right_control) =
            share_right(row);
      }
      if (!std::isnan(facts_.guessed_right_treatment + facts_.guessed_right_control))
        facts_.blinding = BlindingEvidence::asked;
    }
  }

  void take_findings() {
    const bool harm = is_harm(analysis_.text("outcome"));
    for (const Row& row : base_.table("conduct").used()) {
      const std::string& kind = row.text("kind");
      if (kind != "conduct" && kind != (harm ? "data" : "selection_bias")) continue;
      const std::vector<std::string> studies = row.list("study_ids");
      if (std::any_of(studies.begin(), studies.end(),
                      [&](const std::string& id) { return weights_.contains(id); }))
        ++facts_.integrity_findings;
    }
  }

  void take_indirectness() {
    const std::string asked = condition_of(analysis_.text("outcome"));
    const std::string& studied = analysis_.text("condition");
    if (!asked.empty() && asked != studied)
      facts_.indirect.push_back("a secondary outcome in people with " +
                                meaning(base_, "condition", studied) + ", not with " +
                                meaning(base_, "condition", asked));
  }

  /// Whether trials in the condition have this as their main outcome, or could compute it from it.
  [[nodiscard]] bool main_outcome() const {
    constexpr std::array<std::string_view, 7> main{
        "ptsd_severity", "response",       "remission", "loss_of_diagnosis",
        "anxiety",       "social_anxiety", "eating"};
    const std::string& outcome = analysis_.text("outcome");
    return std::find(main.begin(), main.end(), outcome) != main.end() ||
           condition_of(outcome) == analysis_.text("condition");
  }

  [[nodiscard]] bool pooled_somewhere(const std::string& study) const {
    for (const auto& [id, answer] : context_.findings->answers)
      for (const AnalysisMember& member : answer.input.members)
        if (member.study_id == study) return true;
    return false;
  }

  void take_unreported() {
    if (!main_outcome()) return;
    facts_.persons_unreported = 0;
    for (const Row& row : base_.table("studies").used()) {
      const std::string& status = row.text("status");
      const bool finished = status == "completed" || status == "terminated" ||
                            status == "stopped_early" || status == "unpublished";
      if (row.text("record_kind") == "trial" && row.text("compound") == "MDMA" &&
          row.yes("randomised") && finished &&
          row.text("condition") == analysis_.text("condition") &&
          !pooled_somewhere(row.text("study_id")) && row.number("n_randomised") > 0)
        facts_.persons_unreported += row.number("n_randomised");
    }
  }

  const ClaimContext& context_;
  const EvidenceBase& base_;
  Row analysis_;
  CertaintyFacts facts_{};
  std::map<std::string, double> weights_{};  ///< of the studies in the answer, sum 1
  double randomised_ = 0, analysed_ = 0;
};

}  // namespace

std::optional<CertaintyFacts> certainty_facts(const ClaimContext& context,
                                              const std::string& analysis) {
  const auto row = context.base().find("analyses", analysis);
  return row ? Gathering(context, *row).run() : std::nullopt;
}

std::optional<ClaimCertainty> certainty_of(const ClaimContext& context,
                                           const std::vector<std::string>& analyses) {
  for (const std::string& analysis : analyses)
    if (const auto facts = certainty_facts(context, analysis))
      return ClaimCertainty{.analysis = analysis,
                            .title = context.base().find("analyses", analysis)->text("title"),
                            .facts = *facts,
                            .proposal = propose_certainty(*facts)};
  return std::nullopt;
}

std::optional<CertaintyProposal> proposed_certainty(const Findings& findings,
                                                    const std::string& analysis) {
  const auto facts = certainty_facts(ClaimContext{.findings = &findings}, analysis);
  return facts ? std::optional<CertaintyProposal>(propose_certainty(*facts)) : std::nullopt;
}

}  // namespace entact
