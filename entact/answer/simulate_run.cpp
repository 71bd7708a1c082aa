// Runs the cases of a simulation: the typical person by the scalar solver, then three ensembles in
// the lanes; exposure (simulate_exposure.h) is taken from every course as it passes.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "entact/answer/exposure_notes.h"
#include "entact/answer/fine_course.h"
#include "entact/answer/simulate_command.h"
#include "entact/answer/simulate_draws.h"
#include "entact/answer/simulate_exposure.h"
#include "entact/answer/simulate_rows.h"
#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/num/sample_quantile.h"

namespace entact {
namespace {

Band band_of(std::vector<double> values, double part) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  return {sample_quantile(values, 0.5), sample_quantile(values, 0.5 - part / 2),
          sample_quantile(values, 0.5 + part / 2)};
}

// One case: where its results go, and what its runs share.
struct CaseRun {
  const SimulationPlan* plan = nullptr;
  const SimulateRequest* request = nullptr;
  const SimulatedCase* setup = nullptr;
  SimulatedRows* rows = nullptr;   // where the courses of people go, if anywhere
  std::int64_t* n_done = nullptr;  // simulated in this and earlier cases
  PharmModel model{};
  std::vector<ExposureMetric> metrics{};
  SimulatedCaseResult result{};
};

void run_typical(CaseRun& run, const CaseDraws& draws) {
  const auto& plan = *run.plan;
  const std::vector<double> sets = draws.typical();
  const Course course =
      case_course(run.model, *run.setup, sets, plan.times_h, run.request->solver());
  const std::size_t n_outputs = run.model.description.outputs.size();
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    run.result.course.emplace_back(plan.times_h.size());
    for (std::size_t i = 0; i < plan.times_h.size(); ++i)
      run.result.course[k][i].typical =
          course.outputs[i * n_outputs + static_cast<std::size_t>(plan.outputs[k])];
  }
  const FineCourse fine = fine_course(run.model, plan, *run.setup, sets, run.request->solver());
  run.metrics = exposure_metrics(plan, *run.setup, *run.request, run.result.course);
  for (const ExposureMetric& metric : run.metrics) {
    const bool by_model = metric.kind == ExposureKind::area_by_model;
    std::vector<double> y;
    for (const SimulatedQuantity& at : run.result.course[static_cast<std::size_t>(metric.output)])
      y.push_back(at.typical);
    run.result.exposure.push_back(
        {metric.output,
         metric.name,
         metric.unit,
         {.typical = by_model ? fine_exposure(fine, plan, metric) : exposure_of(metric, y)},
         by_model});
  }
  run.result.notes = exposure_notes(fine, plan, run.metrics, run.result);
}

using Draw = CaseDraws::Draw;

Population population_of(const CaseRun& run, const CaseDraws& draws, Draw draw, bool people) {
  Population population = case_population(*run.setup, run.request->n);
  population.parameters = [&draws, draw](std::ptrdiff_t i, std::span<double> parameters) {
    draws.put(draw, static_cast<std::uint32_t>(i), parameters);
  };
  const bool refusals = std::any_of(run.setup->session.begin(), run.setup->session.end(),
                                    [](const RegimenDose& dose) { return dose.refused > 0; });
  if (people && refusals)
    population.doses_of = [&run](std::ptrdiff_t i) {
      Regimen whole = run.plan->regimen;
      whole.doses = run.setup->session;
      RandomStream random(
          {run.request->seed, RandomPurpose::events, static_cast<std::uint32_t>(i), 0});
      return regimen_events(whole, run.model.description, random);
    };
  return population;
}

void note_faults(CaseRun& run, const EnsembleSummary& summary, const char* who) {
  for (const EnsembleFault& fault : summary.faults)
    run.result.failures.push_back(
        fmt::format("{} {}: {} [{}]", who, fault.participant + 1, fault.message, fault.code));
}

/// Courses that are there, but have no such metric, as one that does not fall has no half-life.
void note_without(CaseRun& run, std::size_t m, const std::vector<double>& values,
                  std::size_t failed, const char* who) {
  const SimulatedExposure& row = run.result.exposure[m];
  const auto without = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [](double value) { return std::isnan(value); }));
  const bool everybody = without == values.size() && std::isnan(row.value.typical);
  if (row.typical_only || everybody || without <= failed) return;
  const int output = run.plan->outputs[static_cast<std::size_t>(row.output)];
  run.result.notes.push_back(fmt::format(
      "{}, {}: not estimable in {} of {} courses (each of a {}); the band is of the others",
      short_label(run.model.description.outputs[static_cast<std::size_t>(output)]), row.metric,
      without, values.size(), who));
}

/// The metrics of one of the block's people, by metric and person.
void put_exposures(const CaseRun& run, const EnsembleBlock& block, std::size_t i,
                   std::vector<std::vector<double>>& exposure) {
  std::vector<double> y(block.n_times);
  int shown = -1;
  for (std::size_t m = 0; m < run.metrics.size(); ++m) {
    const int output = run.metrics[m].output;
    const auto column =
        static_cast<std::size_t>(run.plan->outputs[static_cast<std::size_t>(output)]);
    for (std::size_t t = 0; t < y.size() && output != shown; ++t) y[t] = block.at(i, t, column);
    shown = output;
    exposure[m][static_cast<std::size_t>(block.first) + i] = exposure_of(run.metrics[m], y);
  }
}

/// Simulated in all cases: people as they differ, what is unknown, and both.
std::int64_t people_in(const SimulationPlan& plan, const SimulateRequest& request) {
  return 3 * static_cast<std::int64_t>(plan.cases.size()) * request.n;
}

void run_ensemble(CaseRun& run, const CaseDraws& draws, Draw draw, const char* who,
                  Band SimulatedQuantity::*into) {
  const auto& plan = *run.plan;
  const double part = run.request->band;
  std::vector<std::vector<double>> exposure(
      run.metrics.size(), std::vector<double>(static_cast<std::size_t>(run.request->n)));
  EnsembleOptions how{.solver = run.request->solver(),
                      .threads = run.request->threads,
                      .probabilities = {0.5, 0.5 - part / 2, 0.5 + part / 2},
                      .states = false};
  const bool keep = run.rows != nullptr && into == &SimulatedQuantity::people;
  how.sink = [&](const EnsembleBlock& block) {
    if (keep) run.rows->add(*run.setup, block);
    *run.n_done += block.n;
    if (run.request->progress) run.request->progress(*run.n_done, people_in(plan, *run.request));
    parallel_for(block.n, how.threads, [&](std::ptrdiff_t i) {
      put_exposures(run, block, static_cast<std::size_t>(i), exposure);
    });
  };
  const Population population =
      population_of(run, draws, draw, into != &SimulatedQuantity::unknown);
  const EnsembleSummary summary = simulate_ensemble(run.model, population, plan.times_h, how);
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    const auto& quantiles = summary.quantities[static_cast<std::size_t>(plan.outputs[k])].quantiles;
    for (std::size_t i = 0; i < plan.times_h.size(); ++i)
      run.result.course[k][i].*into = {quantiles[0][i], quantiles[1][i], quantiles[2][i]};
  }
  for (std::size_t m = 0; m < run.metrics.size(); ++m) {
    note_without(run, m, exposure[m], summary.faults.size(), who);
    run.result.exposure[m].value.*into = band_of(std::move(exposure[m]), part);
  }
  note_faults(run, summary, who);
}

SimulatedCaseResult run_case(const SimulationPlan& plan, const SimulateRequest& request,
                             const SimulatedCase& setup, SimulatedRows* rows,
                             std::int64_t& n_done) {
  CaseRun run{.plan = &plan,
              .request = &request,
              .setup = &setup,
              .rows = rows,
              .n_done = &n_done,
              .model = case_model(plan.file, setup)};
  const CaseDraws draws(setup, plan.file.population, request.seed);
  run_typical(run, draws);
  if (request.n > 0) {
    run_ensemble(run, draws, &ParameterDraws::person, "person", &SimulatedQuantity::people);
    run_ensemble(run, draws, &ParameterDraws::unknown, "draw of the unknown",
                 &SimulatedQuantity::unknown);
    run_ensemble(run, draws, &ParameterDraws::person_and_unknown, "person with a draw",
                 &SimulatedQuantity::both);
  }
  return std::move(run.result);
}

}  // namespace

std::vector<SimulatedCaseResult> run_simulation(const SimulationPlan& plan,
                                                const SimulateRequest& request) {
  std::vector<SimulatedCaseResult> results;
  std::optional<SimulatedRows> rows;
  if (!request.rows.empty()) rows.emplace(plan, request);
  std::int64_t n_done = 0;
  for (const SimulatedCase& setup : plan.cases)
    results.push_back(run_case(plan, request, setup, rows ? &*rows : nullptr, n_done));
  if (rows) rows->finish();
  return results;
}

}  // namespace entact
