// Quantities of follow-up a year or more after treatment: how many people, and how much of the fall
// in their scores is still there.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/answer/claim_arguments.h"
#include "entact/answer/claim_follow_up.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

FoundQuantity persons_followed(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const Row analysis = analysis_in(context, call, names_in(call, 1, 1).front());
  const FollowedPersons followed = count_followed(context, analysis.id());
  FoundQuantity found{.value = followed.persons};
  found.say(analysis.text("title") + ": ")
      .own(followed.persons, count_text(followed.persons),
           "people followed a year or more, nobody twice", followed.facts);
  found.say(" people followed in reports that stand, nobody counted twice");
  return found;
}

Rows scores(const ClaimContext& context, const Row& arm, std::string_view instrument) {
  return select(context.base(),
                context.base().table("continuous").used().where([&](const Row& row) {
                  return row.text("study_id") == arm.text("study_id") &&
                         row.text("arm_id") == arm.text("arm_id") &&
                         (instrument.empty() || row.text("instrument") == instrument);
                }),
                context.selection());
}

/// The three means of one arm on one instrument.
struct Course {
  Row before;
  Row end;
  Row later;
  [[nodiscard]] double kept() const {
    return (before.number("value") - later.number("value")) /
           (before.number("value") - end.number("value"));
  }
};

std::optional<Row> last_of(const Rows& rows, const char* statistic, const char* phase) {
  std::optional<Row> last;
  for (const Row& row : rows)
    if (row.text("statistic") == statistic && row.text("phase_of_follow_up") == phase &&
        (!last || row.number("week") > last->number("week")))
      last = row;
  return last;
}

std::optional<Course> course_of(const ClaimContext& context, const Row& arm) {
  for (const Row& later : scores(context, arm, "")) {
    if (!(later.number("week") >= 52) || later.text("statistic") != "mean") continue;
    const Rows same = scores(context, arm, later.text("instrument"));
    const auto before = last_of(same, "baseline_mean", "baseline");
    const auto end = last_of(same, "mean", "controlled");
    if (before && end && before->number("value") > end->number("value"))
      return Course{*before, *end, later};
  }
  return std::nullopt;
}

void say_course(FoundQuantity& found, const Course& course) {
  const std::string who = course.end.text("study_id") + " " + course.end.text("arm_id");
  found.say(course.end.text("instrument") + " in " + who + " ")
      .fact(course.before, "value", who + ", baseline")
      .say(" at baseline, ")
      .fact(course.end, "value", who + ", end of the controlled stage")
      .say(" in week " + course.end.text("week") + ", ")
      .fact(course.later, "value", who + ", a year or more later")
      .say(" in week " + course.later.text("week"));
}

FoundQuantity kept(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const Row analysis = analysis_in(context, call, names_in(call, 1, 1).front());
  std::set<std::string> studies;
  for (const auto& [member, fact] : shown_members(context, analysis.id()))
    for (const std::string& study : trials_behind(context.base(), member.text("study_id")))
      studies.insert(study);
  FoundQuantity found;
  std::optional<double> least;
  for (const Row& arm : context.base().table("arms").used()) {
    if (!studies.contains(arm.text("study_id")) || arm.text("role") != "treatment") continue;
    const auto course = course_of(context, arm);
    if (!course) continue;
    found.say(least ? "; " : "without a control group: ");
    say_course(found, *course);
    least = std::min(least.value_or(course->kept()), course->kept());
  }
  if (!least)
    return found.say("no treatment arm with means before, after and a year later on record");
  found.value = *least;
  found.say("; at least ")
      .own(*least, percent_text(*least), "least share of the fall that was kept");
  found.say("% of the fall was still there");
  return found;
}

}  // namespace

std::vector<std::string> trials_behind(const EvidenceBase& base, const std::string& study) {
  const Rows rows = base.table("studies").where("study_id", study);
  const std::vector<std::string> parts =
      rows.empty() ? std::vector<std::string>{} : rows[0].list("part_of");
  return parts.empty() ? std::vector<std::string>{study} : parts;
}

FollowedPersons count_followed(const ClaimContext& context, const std::string& analysis) {
  std::map<std::vector<std::string>, double> persons;  // by the trials whose people they are
  FollowedPersons counted;
  for (const auto& [member, fact] : shown_members(context, analysis)) {
    double n = fact.table().has("n") ? fact.number("n") : NAN;
    std::vector<std::string> facts{fact.id()};
    if (std::isnan(n)) {
      std::map<std::string, double> arms;
      facts.clear();
      for (const char* table : {"continuous", "binary"})
        for (const Row& row :
             select(context.base(), context.base().table(table).used(), context.selection()))
          if (row.text("study_id") == member.text("study_id") && row.number("week") >= 52 &&
              row.number("n") > 0) {
            arms[row.text("arm_id")] = std::max(arms[row.text("arm_id")], row.number("n"));
            facts.push_back(row.id());
          }
      n = 0;
      for (const auto& [arm, people] : arms) n += people;
    }
    double& most = persons[trials_behind(context.base(), member.text("study_id"))];
    most = std::max(most, n);
    counted.facts.insert(counted.facts.end(), facts.begin(), facts.end());
  }
  // Reports of one trial first; one of several trials adds only whom they do not hold.
  std::map<std::string, double> by_trial;
  for (const auto& [trials, n] : persons)
    if (trials.size() == 1) counted.persons += by_trial[trials.front()] = n;
  for (const auto& [trials, n] : persons) {
    if (trials.size() == 1) continue;
    double known = 0;
    for (const std::string& trial : trials) known += by_trial.contains(trial) ? by_trial[trial] : 0;
    counted.persons += std::max(0.0, n - known);
  }
  return counted;
}

std::optional<FoundQuantity> follow_up_quantity(const ClaimContext& context,
                                                const ClaimCall& call) {
  if (call.name == "persons_followed") return persons_followed(context, call);
  if (call.name == "kept_at_follow_up") return kept(context, call);
  return std::nullopt;
}

}  // namespace entact
