#include "entact/answer/analyze_command.h"

#include <fmt/format.h>

#include "entact/answer/json_number.h"
#include "entact/answer/plan_document.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json populations_json(const Plan& plan, const PlanOutcome& outcome) {
  Json list = Json::array();
  for (std::size_t k = 0; k < outcome.counts.size(); ++k) {
    Json arms = Json::array();
    for (std::size_t a = 0; a < outcome.arms.size(); ++a)
      arms.push_back({{"arm", outcome.arms[a]}, {"n", outcome.counts[k].n[a]}});
    const PlanPopulation& population = plan.populations[k];
    list.push_back({{"id", population.id},
                    {"title", population.title},
                    {"where", population.where},
                    {"arms", arms}});
  }
  return list;
}

Json given(const PlanNumber& number) { return number.given() ? Json(number.value) : Json(nullptr); }

Json run_json(const PlanRun& run) {
  Json json{{"command", run.line},
            {"level", run.level.empty() ? Json(nullptr) : Json(run.level)},
            {"failure", run.failure.empty() ? Json(nullptr) : Json(run.failure)},
            {"reservations", run.reservations},
            {"estimate", nullptr}};
  if (run.estimate)
    json["estimate"] = {
        {"label", run.estimate->label},       {"visit", run.estimate->visit},
        {"measure", run.estimate->measure},   {"estimate", given(run.estimate->estimate)},
        {"ci_low", given(run.estimate->low)}, {"ci_high", given(run.estimate->high)},
        {"p", given(run.estimate->p)},        {"pointer", run.estimate->estimate.pointer}};
  if (run.interaction)
    json["interaction"] = {{"f", given(run.interaction->f)},
                           {"df1", given(run.interaction->df1)},
                           {"df2", given(run.interaction->df2)},
                           {"p", given(run.interaction->p)},
                           {"pointer", run.interaction->p.pointer}};
  return json;
}

/// The question that a number answers, in the words of the plan; null without an estimand.
Json estimand_json(const PlanEstimand* estimand) {
  if (estimand == nullptr) return nullptr;
  Json events = Json::array();
  for (const PlanEvent& each : estimand->intercurrent_events)
    events.push_back({{"event", each.event}, {"strategy", each.strategy}});
  return {{"id", estimand->id},
          {"population", estimand->population},
          {"treatment", estimand->treatment},
          {"comparator", estimand->comparator},
          {"variable", estimand->variable},
          {"intercurrent_events", events},
          {"summary", estimand->summary}};
}

Json plan_json(const Plan& plan, const PlanOutcome& outcome) {
  Json json{{"title", plan.title},
            {"study", plan.study},
            {"populations", populations_json(plan, outcome)},
            {"analyses", Json::array()}};
  for (const PlanRuns& each : outcome.analyses) {
    Json runs = Json::array();
    for (const PlanRun& run : each.runs) {
      runs.push_back(run_json(run));
      if (run.estimate)
        runs.back()["estimate"]["estimand"] = estimand_json(plan.estimand(each.analysis->estimand));
    }
    json["analyses"].push_back({{"id", each.analysis->id},
                                {"title", each.analysis->title},
                                {"role", each.analysis->role},
                                {"method", each.analysis->method},
                                {"estimand", each.analysis->estimand},
                                {"population", each.analysis->population},
                                {"runs", runs}});
  }
  if (!plan.multiplicity) return json;
  Json tests = Json::array();
  for (const PlanDecision& d : outcome.decisions)
    tests.push_back({{"analysis", d.analysis},
                     {"p", d.p},
                     {"adjusted_p", d.adjusted},
                     {"rejected", d.rejected}});
  json["multiplicity"] = {
      {"method", plan.multiplicity->method}, {"alpha", plan.multiplicity->alpha}, {"tests", tests}};
  return json;
}

std::string run_text(const PlanRuns& each, const PlanRun& run) {
  const std::string title = each.analysis->title + (run.level.empty() ? "" : ": " + run.level);
  if (!run.failure.empty()) return fmt::format("  {:<52}no answer\n", title);
  if (!run.estimate) return "";
  const PlanEstimate& e = *run.estimate;
  std::string line = fmt::format("  {:<52}{}", title, plan_number_text(e.estimate.value, e.scale));
  if (e.low.given() && e.high.given())
    line += fmt::format(" [{}, {}]", plan_number_text(e.low.value, e.scale),
                        plan_number_text(e.high.value, e.scale));
  if (e.p.given()) line += ", p " + p_text(e.p.value);
  if (run.interaction && run.interaction->p.given())
    line += "; interaction p " + p_text(run.interaction->p.value);
  return line + "\n";
}

std::string plan_text(const Plan& plan, const PlanOutcome& outcome) {
  std::string text = plan.title + "\n";
  std::string role;
  for (const PlanRuns& each : outcome.analyses) {
    std::string lines;
    for (const PlanRun& run : each.runs) lines += run_text(each, run);
    if (lines.empty()) continue;
    if (each.analysis->role != role) text += "\n" + (role = each.analysis->role) + "\n";
    text += lines;
  }
  if (!plan.multiplicity) return text;
  text += fmt::format("\nOrder of tests: {} at {:g}\n", plan.multiplicity->method,
                      plan.multiplicity->alpha);
  for (const PlanDecision& d : outcome.decisions)
    text += fmt::format("  {:<52}adjusted p {}, {}\n", outcome.of(d.analysis).analysis->title,
                        p_text(d.adjusted), d.rejected ? "rejected" : "not rejected");
  return text;
}

}  // namespace

Answer analyze_answer(const AnalyzeRequest& request) {
  const Plan plan = read_plan(request.plan);
  const PlanOutcome outcome = run_plan(plan, request.progress);
  return {.result_json = plan_json(plan, outcome).dump(),
          .text = plan_text(plan, outcome),
          .reservations = outcome.reservations,
          .inputs = outcome.inputs,
          .document = plan_document(plan, outcome)};
}

}  // namespace entact
