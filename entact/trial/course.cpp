#include "entact/trial/course.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace entact {
namespace {

constexpr double not_seen = std::numeric_limits<double>::quiet_NaN();

double expit(double x) { return 1 / (1 + std::exp(-x)); }

double from_logit(double rate, double shift) {
  if (rate <= 0 || rate >= 1 || shift == 0) return rate;
  return expit(std::log(rate / (1 - rate)) + shift);
}

// Of the drug effect at the reference: by dose, or by the exposure of this person.
double share_of(const VirtualTrial& trial, const Participant& person, std::size_t arm) {
  return trial.exposed_share.empty() ? trial.dose_share[arm]
                                     : trial.exposed_share[arm][person.exposed];
}

class Follower {
 public:
  Follower(const VirtualTrial& trial, const Surroundings& around, const Participant& person,
           int arm, const WhatIf& what_if)
      : trial_(trial),
        around_(around),
        person_(person),
        what_if_(what_if),
        arm_(trial.design.arms[static_cast<std::size_t>(arm)]),
        dose_(share_of(trial, person, static_cast<std::size_t>(arm))),
        visits_(trial.design.visits()) {
    const TrialTruth& truth = trial.truth;
    sensitivity_ = truth.effect_sd * person.effect_z;
    for (std::size_t g = 0; g < person.subgroup.size(); ++g) {
      if (person.subgroup[g] == 0) continue;
      sensitivity_ += truth.subgroups[g].effect_shift;
      place_ += truth.subgroups[g].change_shift;
    }
    if (!around.pair_effect.empty())
      sensitivity_ += around.pair_effect[static_cast<std::size_t>(person.pair)];
    if (!around.site.empty()) place_ += around.site[static_cast<std::size_t>(person.site)];
    if (!around.pair.empty()) place_ += around.pair[static_cast<std::size_t>(person.pair)];
    course_.guess = guess(trial.guess_logit[static_cast<std::size_t>(arm)]);
    course_.stop_visit = visits_;
    course_.event_visit.assign(truth.events.size(), visits_);
    course_.score.resize(static_cast<std::size_t>(visits_));
    course_.seen.assign(static_cast<std::size_t>(visits_), not_seen);
  }

  TrialCourse run() {
    for (int k = 0; k < visits_; ++k) visit(k);
    return std::move(course_);
  }

 private:
  [[nodiscard]] double drug(int k) const {
    if (dose_ == 0) return 0;
    return dose_ * (around_.effect_factor * trial_.truth.effect[static_cast<std::size_t>(k)] +
                    sensitivity_);
  }

  [[nodiscard]] Guess guess(double logit) const {
    const Belief& belief = trial_.truth.belief;
    if (arm_.told != Told::nothing && person_.told < arm_.credible.value_or(belief.credibility))
      return arm_.told == Told::active ? Guess::active : Guess::inactive;
    if (person_.unsure < belief.unsure) return Guess::unsure;
    const double benefit = belief.benefit == 0 ? 0 : -belief.benefit * drug(0) / 10;
    return person_.guess < expit(logit + benefit) ? Guess::active : Guess::inactive;
  }

  [[nodiscard]] bool concerns(Concerned who) const {
    switch (who) {
      case Concerned::everyone:
        return true;
      case Concerned::on_drug:
        return arm_.dose_mg > 0;
      case Concerned::off_drug:
        return arm_.dose_mg == 0;
      case Concerned::believes_active:
        return course_.guess == Guess::active;
      case Concerned::believes_inactive:
        return course_.guess == Guess::inactive;
    }
    return false;
  }

  [[nodiscard]] double belief_shift() const {
    if (!what_if_.beliefs || course_.guess == Guess::unsure) return 0;
    const Belief& belief = trial_.truth.belief;
    return course_.guess == Guess::active ? belief.expectancy : belief.disappointment;
  }

  [[nodiscard]] double on_scale(double score) const {
    const ScoreRange& range = trial_.design.range;
    return std::clamp(range.whole ? std::round(score) : score, range.low, range.high);
  }

  // How much worse than expected without the drug the change is, in tens of points.
  [[nodiscard]] double excess(double score, int k) const {
    return (score - person_.baseline - trial_.expected[static_cast<std::size_t>(k)]) / 10;
  }

  [[nodiscard]] double chance(int k, std::size_t kind) const {
    const std::size_t kinds = trial_.truth.stops.size() + trial_.truth.events.size();
    return person_.chance[static_cast<std::size_t>(k) * kinds + kind];
  }

  [[nodiscard]] double score(int k) const {
    const auto at = static_cast<std::size_t>(k);
    const double kept = k >= course_.stop_visit ? trial_.truth.keeps : 1;
    double value = trial_.truth.baseline + trial_.truth.natural[at] + person_.own[at] + place_ +
                   kept * (drug(k) + belief_shift());
    if (arm_.therapy) value += trial_.truth.therapy[at];
    for (std::size_t e = 0; e < course_.event_visit.size(); ++e)
      if (k >= course_.event_visit[e]) value += trial_.truth.events[e].shift;
    return on_scale(value);
  }

  void meet_events(int k) {
    const TrialTruth& truth = trial_.truth;
    for (std::size_t e = 0; e < truth.events.size(); ++e) {
      const TrialEvent& event = truth.events[e];
      const bool possible =
          course_.event_visit[e] == visits_ &&
          trial_.design.visit_weeks[static_cast<std::size_t>(k)] >= event.from_week &&
          (what_if_.events.empty() || what_if_.events[e] != 0) && concerns(event.who);
      if (!possible) continue;
      const double shift = event.severity == 0 ? 0 : event.severity * excess(score(k), k);
      if (chance(k, truth.stops.size() + e) < from_logit(event.rate, shift))
        course_.event_visit[e] = k;
    }
  }

  void stop(int k) {
    if (!what_if_.stops || course_.stop_visit < visits_) return;
    for (std::size_t r = 0; r < trial_.truth.stops.size(); ++r) {
      const StopReason& reason = trial_.truth.stops[r];
      if (!concerns(reason.who)) continue;
      double shift =
          reason.seen == 0 || last_ < 0
              ? 0
              : reason.seen * excess(course_.seen[static_cast<std::size_t>(last_)], last_);
      if (reason.unseen != 0) shift += reason.unseen * excess(score(k), k);
      const double rate =
          reason.rates.empty() ? reason.rate : reason.rates[static_cast<std::size_t>(k)];
      if (chance(k, r) >= from_logit(rate, shift)) continue;
      course_.stop_visit = k;
      course_.reason = static_cast<int>(r);
      return;
    }
  }

  [[nodiscard]] double rated(double score, int k) const {
    const RaterTruth& raters = trial_.truth.raters;
    const auto at = static_cast<std::size_t>(person_.rater);
    double error = 0;
    if (!around_.rater.empty()) error += around_.rater[at];
    if (!around_.rater_drift.empty())
      error += around_.rater_drift[at] * trial_.design.visit_weeks[static_cast<std::size_t>(k)];
    if (person_.unblinded < raters.unblinded && course_.guess == Guess::active)
      error += raters.bias;
    return error == 0 ? score : on_scale(score + error);
  }

  void visit(int k) {
    const auto at = static_cast<std::size_t>(k);
    meet_events(k);
    stop(k);
    course_.score[at] = score(k);
    if (k >= course_.stop_visit && !(person_.followed < trial_.truth.followed)) return;
    course_.seen[at] = rated(course_.score[at], k);
    last_ = k;
  }

  const VirtualTrial& trial_;
  const Surroundings& around_;
  const Participant& person_;
  const WhatIf& what_if_;
  const TrialArm& arm_;
  double dose_ = 0, sensitivity_ = 0, place_ = 0;
  int visits_ = 0, last_ = -1;
  TrialCourse course_{};
};

}  // namespace

TrialCourse follow(const VirtualTrial& trial, const Surroundings& around, const Participant& person,
                   int arm, const WhatIf& what_if) {
  return Follower(trial, around, person, arm, what_if).run();
}

}  // namespace entact
