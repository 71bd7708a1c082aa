#include "entact/evidence/published_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

bool counts(const Row& row) { return row.used() && row.text("verified") != "recalled"; }

[[noreturn]] void missing(const std::string& study, const std::string& what) {
  throw Error("evidence.replication.facts",
              fmt::format("{}: a replication needs {}, which is not on record in the evidence base",
                          study, what),
              ErrorKind::unanswerable);
}

Rows scores_of(const EvidenceBase& base, const std::string& study, const std::string& arm) {
  return base.table("continuous")
      .where("study_id", study)
      .where("arm_id", arm)
      .where("instrument", "CAPS-5")
      .where([](const Row& row) { return counts(row) && row.text("population") != "subgroup"; });
}

void read_change(const Rows& scores, PublishedArm& arm) {
  arm.last_change = arm.last_change_sd = std::nan("");
  const double last = arm.visits.back().week;
  for (const Row& row : scores) {
    const std::string& statistic = row.text("statistic");
    if (row.number("week") != last || (statistic != "mean_change" && statistic != "ls_mean_change"))
      continue;
    // An estimate with its own interval is the trial's; one with an SD besides helps otherwise.
    if (arm.change_fact.empty() || row.has("ci_low")) {
      arm.last_change = row.number("value");
      arm.change_fact = row.id();
    }
    if (statistic == "mean_change") arm.last_change_sd = row.number("sd");
  }
}

PublishedArm read_arm(const EvidenceBase& base, const std::string& study, const std::string& role) {
  PublishedArm arm;
  for (const Row& row : base.table("arms").where("study_id", study).where("role", role)) {
    if (!counts(row)) continue;
    arm.id = row.text("arm_id");
    arm.label = row.text("label");
    arm.randomised = row.number("n_randomised");
    arm.arm_fact = row.id();
    break;
  }
  if (arm.id.empty() || !(arm.randomised > 0)) missing(study, "an arm of role " + role);
  const Rows scores = scores_of(base, study, arm.id);
  for (const Row& row : scores) {
    if (row.text("statistic") == "baseline_mean") {
      arm.baseline = row.number("value");
      arm.baseline_sd = row.number("sd");
      arm.baseline_fact = row.id();
    }
    if (row.text("statistic") == "mean" && row.number("week") > 0)
      arm.visits.push_back({.week = row.number("week"),
                            .n = row.number("n"),
                            .mean = row.number("value"),
                            .sd = row.number("sd"),
                            .fact = row.id()});
  }
  std::sort(arm.visits.begin(), arm.visits.end(),
            [](const PublishedVisit& a, const PublishedVisit& b) { return a.week < b.week; });
  if (!(arm.baseline_sd > 0)) missing(study, arm.id + "'s CAPS-5 baseline with its SD");
  if (arm.visits.size() < 2) missing(study, arm.id + "'s CAPS-5 means at two visits or more");
  read_change(scores, arm);
  for (const Row& row : base.table("binary")
                            .where("study_id", study)
                            .where("arm_id", arm.id)
                            .where("outcome", "loss_of_diagnosis")) {
    if (!counts(row) || row.number("week") != arm.visits.back().week || !(row.number("n") > 0))
      continue;
    arm.lost = row.number("events");
    arm.lost_of = row.number("n");
    arm.lost_fact = row.id();
  }
  for (const Row& row : base.table("binary")
                            .where("study_id", study)
                            .where("arm_id", arm.id)
                            .where("outcome", "response"))
    for (PublishedVisit& visit : arm.visits)
      if (counts(row) && row.number("week") == visit.week && row.number("n") > 0) {
        visit.responders = row.number("events");
        visit.asked = row.number("n");
        visit.responder_fact = row.id();
      }
  return arm;
}

}  // namespace

PublishedTrial read_published(const EvidenceBase& base, const std::string& study) {
  if (base.table("studies").where("study_id", study).empty()) missing(study, "the study itself");
  PublishedTrial published{
      .study = study,
      .arm = {read_arm(base, study, "treatment"), read_arm(base, study, "placebo")}};
  const auto &treated = published.arm[0].visits, &control = published.arm[1].visits;
  bool same = treated.size() == control.size();
  for (std::size_t k = 0; same && k < treated.size(); ++k)
    same = treated[k].week == control[k].week;
  if (!same) missing(study, "CAPS-5 means at the same visits in both arms");
  return published;
}

}  // namespace entact
