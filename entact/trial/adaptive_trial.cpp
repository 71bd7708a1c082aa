// One trial that its looks change: who comes in, and what is decided. The statistics stand in
// stage_evidence.h, what a rule says of the outcomes in arm_outcomes.h and size_rule.h.
#include "entact/trial/adaptive_trial.h"

#include <algorithm>
#include <cmath>

#include "entact/trial/arm_outcomes.h"
#include "entact/trial/predictive_probability.h"
#include "entact/trial/size_rule.h"
#include "entact/trial/stage_evidence.h"
#include "entact/trial/trial_cohort.h"

namespace entact {
namespace {

constexpr double none = TrialAnswer::none;

class Adapter {
 public:
  Adapter(const VirtualTrial& trial, const TrialKey& key, const TrialEstimand& estimand,
          const InterimPlan& plan, const AdaptiveTools& tools)
      : trial_(trial),
        estimand_(estimand),
        plan_(plan),
        tools_(tools),
        design_(plan.design),
        hypotheses_(adaptive_hypotheses(estimand, plan)),
        evidence_(plan, tools, hypotheses_),
        recruitment_(trial, key),
        planned_(trial.design.n),
        in_trial_(trial.design.arms.size(), 1),
        kept_(hypotheses_.size(), 1),
        last_look_(hypotheses_.size(), 1) {
    for (const TrialArm& arm : trial.design.arms) ratio_.push_back(arm.ratio);
  }

  AdaptedTrial run() {
    int next = followed_at(trial_, design_.rates[0]);
    for (k_ = 0;; ++k_) {
      recruitment_.admit(next);
      before_ = cut_;
      cut_ = next;
      for (std::size_t h = 0; h < kept_.size(); ++h)
        if (kept_[h] != 0) last_look_[h] = k_ + 1;
      evidence_.add(cohort_of(trial_, recruitment_.made(), pooled() ? 0 : before_, cut_, in_trial_),
                    kept_);
      if (last()) break;
      recruitment_.admit(std::max(cut_, std::min(planned_, cut_ + meanwhile())));
      if (ended() || !drop()) break;
      reconsider_size();
      reallocate();
      next = cut_ + next_stage();
      record();
    }
    record();
    return finish();
  }

 private:
  [[nodiscard]] bool last() const { return k_ + 1 == design_.rates.size(); }
  [[nodiscard]] bool pooled() const { return plan_.size && plan_.size->pooled; }
  [[nodiscard]] double rate() const { return design_.rates[k_]; }
  [[nodiscard]] int meanwhile() const {
    return static_cast<int>(plan_.enrolled_per_week * trial_.design.visit_weeks.back() + 1e-9);
  }

  [[nodiscard]] bool ended() const {
    if (!plan_.arms || plan_.arms->stop_at_first) return lead(true) < hypotheses_.size();
    for (std::size_t h = 0; h < kept_.size(); ++h)
      if (kept_[h] != 0 && evidence_.rejected(h) == 0) return false;
    return true;
  }

  [[nodiscard]] double predictive(std::size_t h, const PredictiveRule& rule) const {
    return predictive_power_at_last(design_.upper.back(), rate(), evidence_.z(h),
                                    drift_prior(rule, hypotheses_[h], evidence_.unit(h)));
  }

  [[nodiscard]] bool goes_on(std::size_t h) const {
    if (evidence_.rejected(h) > 0 || !(evidence_.z(h) > design_.lower[k_])) return false;
    if (plan_.predictive && predictive(h, *plan_.predictive) < plan_.predictive->futility)
      return false;
    return !plan_.arms || plan_.arms->kind != ArmRule::Kind::predictive ||
           predictive(h, {}) >= plan_.arms->least;
  }

  /// @return whether an arm is left
  bool drop() {
    std::vector<std::size_t> order;
    for (std::size_t h = 0; h < kept_.size(); ++h)
      if (kept_[h] != 0 && goes_on(h)) order.push_back(h);
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return evidence_.z(a) > evidence_.z(b);
    });
    if (plan_.arms && plan_.arms->kind == ArmRule::Kind::best)
      order.resize(std::min(order.size(), static_cast<std::size_t>(plan_.arms->keep)));
    if (order.empty()) return false;
    bool changed = false;
    for (std::size_t h = 0; h < kept_.size(); ++h) {
      if (kept_[h] == 0 || std::find(order.begin(), order.end(), h) != order.end()) continue;
      kept_[h] = 0;
      for (const int arm : hypotheses_[h].treatment) {
        in_trial_[static_cast<std::size_t>(arm)] = 0;
        ratio_[static_cast<std::size_t>(arm)] = 0;
      }
      changed = true;
    }
    if (changed) recruitment_.change_ratios(ratio_);
    return true;
  }

  /// The most convincing of those rejected, or of those in the trial.
  [[nodiscard]] std::size_t lead(bool among_rejected) const {
    std::size_t best = hypotheses_.size();
    for (std::size_t h = 0; h < hypotheses_.size(); ++h) {
      if (among_rejected ? evidence_.rejected(h) == 0 : kept_[h] == 0) continue;
      if (best == hypotheses_.size() || evidence_.z(h) > evidence_.z(best)) best = h;
    }
    return best;
  }

  void reconsider_size() {
    if (!plan_.size || k_ + 2 != design_.rates.size()) return;
    const SizeRule& rule = *plan_.size;
    if (rule.blinded) {
      planned_ = blinded_trial_size(
          trial_, blinded_spread(trial_, recruitment_.made(), cut_, estimand_), estimand_, plan_);
    } else {
      const std::size_t h = lead(false);
      const double trend = evidence_.z(h) / std::sqrt(rate());
      const double assumed = std::abs(rule.difference) / evidence_.unit(h);
      planned_ = reconsidered_size(rule, {.rate = rate(),
                                          .planned = trial_.design.n,
                                          .z = evidence_.z(h),
                                          .drift = rule.difference != 0 ? assumed : trend,
                                          .critical = design_.upper.back()});
    }
  }

  void reallocate() {
    if (!plan_.allocation) return;
    std::vector<int> arms;
    double whole = 0;
    for (std::size_t a = 0; a < in_trial_.size(); ++a) {
      const int arm = static_cast<int>(a);
      if (in_trial_[a] == 0 ||
          !(has_arm(estimand_.treatment, arm) || has_arm(estimand_.control, arm)))
        continue;
      arms.push_back(arm);
      whole += trial_.design.arms[a].ratio;
    }
    const std::vector<double> shares = adapted_shares(trial_, recruitment_.made(), cut_, planned_,
                                                      estimand_, arms, *plan_.allocation);
    if (shares.empty()) return;
    for (std::size_t i = 0; i < arms.size(); ++i)
      ratio_[static_cast<std::size_t>(arms[i])] = shares[i] * whole;
    recruitment_.change_ratios(ratio_);
  }

  /// Places until the next look: those planned, less those of dropped arms unless they are filled.
  [[nodiscard]] int next_stage() const {
    double size = followed_at(trial_, design_.rates[k_ + 1]) - followed_at(trial_, rate());
    if (k_ + 2 == design_.rates.size()) size += planned_ - trial_.design.n;
    double all = 0, in = 0;
    for (std::size_t a = 0; a < in_trial_.size(); ++a) {
      all += trial_.design.arms[a].ratio;
      in += in_trial_[a] != 0 ? trial_.design.arms[a].ratio : 0;
    }
    const bool refill = plan_.arms && plan_.arms->refill;
    return static_cast<int>(std::ceil(size * (refill ? 1 : in / all) - 1e-9));
  }

  void record() {
    looks_.push_back(
        {.followed = cut_, .z = evidence_.all_z(), .ratio_after = ratio_, .size_after = planned_});
  }

  /// All participants so far, dropped arms included, analysed together.
  [[nodiscard]] TrialAnswer whole(std::size_t h) const {
    if (k_ == 0 || pooled()) return evidence_.answer(h);
    const TrialCohort all =
        cohort_of(trial_, recruitment_.made(), 0, cut_, std::vector<char>(in_trial_.size(), 1));
    std::vector<char> wanted(hypotheses_.size(), 0);
    wanted[h] = 1;
    return cohort_answers(all, hypotheses_, wanted)[h];
  }

  void write_estimates(std::size_t h, std::vector<double>& fields) const {
    const TrialAnswer answer = whole(h);
    if (answer.state == AnalysisState::failed) return;
    fields[interim_estimate] = answer.estimate;
    if (tools_.table && std::isfinite(evidence_.unit(h)))
      write_stagewise(tools_.table->at(static_cast<int>(k_ + 1), evidence_.z(h)),
                      benefit_sign(hypotheses_[h]) * evidence_.unit(h), fields);
  }

  AdaptedTrial finish() {
    const AdaptiveLayout layout{trial_.design.arms.size(), hypotheses_.size()};
    const bool rejects = lead(true) < hypotheses_.size();
    const std::size_t h = lead(rejects);
    // With nothing rejected an arm that is left leads; there is one at every stop.
    std::vector<double> fields(layout.width(), none);
    fields[interim_look] = static_cast<double>(k_ + 1);
    fields[interim_outcome] = rejects ? 1 : 0;
    fields[interim_enrolled] = static_cast<double>(recruitment_.made().people.size());
    fields[layout.lead()] = static_cast<double>(h);
    fields[layout.grown()] = planned_ > trial_.design.n ? 1 : 0;
    for (std::size_t a = 0; a < layout.arms; ++a) fields[layout.allocated(a)] = 0;
    for (const int arm : recruitment_.made().arm)
      ++fields[layout.allocated(static_cast<std::size_t>(arm))];
    for (std::size_t i = 0; i < layout.hypotheses; ++i) {
      fields[layout.kept(i)] = static_cast<double>(last_look_[i]);
      fields[layout.rejected(i)] = static_cast<double>(evidence_.rejected(i));
    }
    write_estimates(h, fields);
    return {.made = std::move(recruitment_).take(), .fields = fields, .looks = looks_};
  }

  const VirtualTrial& trial_;
  const TrialEstimand& estimand_;
  const InterimPlan& plan_;
  const AdaptiveTools& tools_;
  const GroupSequentialDesign& design_;
  std::vector<TrialEstimand> hypotheses_;
  StageEvidence evidence_;
  Recruitment recruitment_;
  int planned_ = 0, cut_ = 0, before_ = 0;
  std::size_t k_ = 0;
  std::vector<char> in_trial_, kept_;
  std::vector<std::size_t> last_look_;
  std::vector<double> ratio_{};
  std::vector<LookRecord> looks_{};
};

}  // namespace

AdaptedTrial adapt_trial(const VirtualTrial& trial, const TrialKey& key,
                         const TrialEstimand& estimand, const InterimPlan& plan,
                         const AdaptiveTools& tools) {
  return Adapter(trial, key, estimand, plan, tools).run();
}

}  // namespace entact
