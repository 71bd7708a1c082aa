// Runs the cases of a simulation: the typical person by the scalar solver, then three ensembles in
// the lanes; exposure is taken from every course as it passes.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/simulate_command.h"
#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/pharm/ensemble.h"

namespace entact {
namespace {

// The times of one session: indices in the plan's times. Gaps between sessions are no one's course.
struct Window {
  std::size_t first = 0, size = 0;
  std::string name{};  ///< ", session 3"; empty if there is one session
};

// What is taken of a course: peak, its time, and for concentrations the area.
struct Metric {
  int output = 0;  ///< place in the plan
  std::string name{};
  std::string unit{};
  double (*of)(const std::vector<double>& t, const std::vector<double>& y, double above) = nullptr;
  Window window{};
};

double peak(const std::vector<double>&, const std::vector<double>& y, double) {
  return *std::max_element(y.begin(), y.end());
}

double trough(const std::vector<double>&, const std::vector<double>& y, double) {
  return *std::min_element(y.begin(), y.end());
}

double time_of_trough(const std::vector<double>& t, const std::vector<double>& y, double) {
  return t[static_cast<std::size_t>(std::min_element(y.begin(), y.end()) - y.begin())];
}

double time_of_peak(const std::vector<double>& t, const std::vector<double>& y, double) {
  return t[static_cast<std::size_t>(std::max_element(y.begin(), y.end()) - y.begin())];
}

double area(const std::vector<double>& t, const std::vector<double>& y, double) {
  double sum = 0;
  for (std::size_t i = 1; i < t.size(); ++i) sum += 0.5 * (t[i] - t[i - 1]) * (y[i] + y[i - 1]);
  return sum;
}

// Time above a level, with crossings interpolated on straight lines.
double time_above(const std::vector<double>& t, const std::vector<double>& y, double level) {
  double sum = 0;
  for (std::size_t i = 1; i < t.size(); ++i) {
    const double step = t[i] - t[i - 1], a = y[i - 1] - level, b = y[i] - level;
    if (a > 0 && b > 0) sum += step;
    if ((a > 0) != (b > 0) && a != b) sum += step * std::max(a, b) / std::abs(a - b);
  }
  return sum;
}

// The first and the last session, from its start to the last time before the next one's.
std::vector<Window> windows_of(const SimulationPlan& plan) {
  const auto& t = plan.times_h;
  if (plan.regimen.sessions == 1) return {{0, t.size(), ""}};
  std::vector<Window> windows;
  for (const int session : {1, plan.regimen.sessions}) {
    const double start = (session - 1) * plan.regimen.every_h;
    const auto first = std::lower_bound(t.begin(), t.end(), start);
    const auto last = std::lower_bound(first, t.end(), start + plan.regimen.every_h);
    if (last - first >= 2)
      windows.push_back({static_cast<std::size_t>(first - t.begin()),
                         static_cast<std::size_t>(last - first),
                         fmt::format(", session {}", session)});
  }
  return windows;
}

void add_metrics(std::vector<Metric>& metrics, const SimulationPlan& plan,
                 const SimulateRequest& request, int place, const Window& window) {
  const auto& output =
      plan.file.description
          .outputs[static_cast<std::size_t>(plan.outputs[static_cast<std::size_t>(place)])];
  const bool concentration = output.unit == "ng/mL" || output.unit == "mg/L";
  const auto add = [&](const std::string& name, const std::string& unit, auto of) {
    metrics.push_back({place, name + window.name, unit, of, window});
  };
  add(concentration ? "Cmax" : "peak", output.unit, peak);
  add(concentration ? "Tmax" : "time of peak", "h", time_of_peak);
  if (!concentration) {
    add("trough", output.unit, trough);
    add("time of trough", "h", time_of_trough);
    return;
  }
  const double start = plan.times_h[window.first];
  const double hours = plan.times_h[window.first + window.size - 1] - start;
  add(fmt::format("AUC 0-{:g} h", hours), output.unit + " h", area);
  if (request.above) add(fmt::format("time above {:g}", *request.above), "h", time_above);
}

std::vector<Metric> metrics_of(const SimulationPlan& plan, const SimulateRequest& request) {
  std::vector<Metric> metrics;
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    for (const Window& window : windows_of(plan))
      add_metrics(metrics, plan, request, static_cast<int>(k), window);
  return metrics;
}

// Of a whole course: only the metric's window counts, time from its start.
double value_of(const Metric& metric, const std::vector<double>& t, const std::vector<double>& y,
                const SimulateRequest& request) {
  const auto at = static_cast<std::ptrdiff_t>(metric.window.first);
  const auto end = at + static_cast<std::ptrdiff_t>(metric.window.size);
  const std::vector<double> seen(y.begin() + at, y.begin() + end);
  std::vector<double> since(t.begin() + at, t.begin() + end);
  if (std::any_of(seen.begin(), seen.end(), [](double each) { return std::isnan(each); }))
    return std::nan("");
  const double start = since.front();
  for (double& each : since) each -= start;
  return metric.of(since, seen, request.above.value_or(0));
}

Band band_of(std::vector<double> values, double part) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {std::nan(""), std::nan(""), std::nan("")};
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double p) {  // R's type 7
    const double at = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto next = std::min(below + 1, values.size() - 1);
    return values[below] + (at - std::floor(at)) * (values[next] - values[below]);
  };
  return {quantile(0.5), quantile(0.5 - part / 2), quantile(0.5 + part / 2)};
}

PharmModel model_of(const ModelFile& file, const ModelDescription& description) {
  ModelFile changed = file;
  changed.description = description;
  return bind_model_file(changed);
}

// One case: where its results go, and what its runs share.
struct CaseRun {
  const SimulationPlan* plan = nullptr;
  const SimulateRequest* request = nullptr;
  const SimulatedCase* setup = nullptr;
  PharmModel model{};
  std::vector<Metric> metrics{};
  SimulatedCaseResult result{};
};

SimulateOptions solver_of(const CaseRun& run) {
  return {.method = run.plan->file.stiff ? OdeMethod::rosenbrock : OdeMethod::dormand_prince,
          .relative = run.request->relative,
          .absolute = run.request->absolute};
}

void run_typical(CaseRun& run, const ParameterDraws& draws) {
  const auto& plan = *run.plan;
  const Course course =
      simulate(run.model, draws.typical(), run.setup->doses, plan.times_h, solver_of(run));
  const std::size_t n_outputs = run.model.description.outputs.size();
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    std::vector<double> y;
    run.result.course.emplace_back(plan.times_h.size());
    for (std::size_t i = 0; i < plan.times_h.size(); ++i) {
      y.push_back(course.outputs[i * n_outputs + static_cast<std::size_t>(plan.outputs[k])]);
      run.result.course[k][i].typical = y.back();
    }
    for (const Metric& metric : run.metrics)
      if (metric.output == static_cast<int>(k))
        run.result.exposure.push_back(
            {metric.output,
             metric.name,
             metric.unit,
             {.typical = value_of(metric, plan.times_h, y, *run.request)}});
  }
}

using Draw = std::vector<double> (ParameterDraws::*)(std::uint32_t) const;

Population population_of(const CaseRun& run, const ParameterDraws& draws, Draw draw, bool people) {
  Population population{.n = run.request->n, .doses = run.setup->doses};
  population.parameters = [&draws, draw](std::ptrdiff_t i, std::span<double> parameters) {
    const std::vector<double> values = (draws.*draw)(static_cast<std::uint32_t>(i));
    std::copy(values.begin(), values.end(), parameters.begin());
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

void run_ensemble(CaseRun& run, const ParameterDraws& draws, Draw draw, const char* who,
                  Band SimulatedQuantity::*into) {
  const auto& plan = *run.plan;
  const double part = run.request->band;
  std::vector<std::vector<double>> exposure(run.metrics.size());
  EnsembleOptions how{.solver = solver_of(run),
                      .threads = run.request->threads,
                      .probabilities = {0.5, 0.5 - part / 2, 0.5 + part / 2},
                      .states = false};
  how.sink = [&](const EnsembleBlock& block) {
    std::vector<double> y(block.n_times);
    for (std::size_t person = 0; person < static_cast<std::size_t>(block.n); ++person)
      for (std::size_t m = 0; m < run.metrics.size(); ++m) {
        const auto column =
            static_cast<std::size_t>(plan.outputs[static_cast<std::size_t>(run.metrics[m].output)]);
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = block.at(person, i, column);
        exposure[m].push_back(value_of(run.metrics[m], plan.times_h, y, *run.request));
      }
  };
  const Population population =
      population_of(run, draws, draw, into != &SimulatedQuantity::unknown);
  const EnsembleSummary summary = simulate_ensemble(run.model, population, plan.times_h, how);
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    const auto& quantiles = summary.quantities[static_cast<std::size_t>(plan.outputs[k])].quantiles;
    for (std::size_t i = 0; i < plan.times_h.size(); ++i)
      run.result.course[k][i].*into = {quantiles[0][i], quantiles[1][i], quantiles[2][i]};
  }
  for (std::size_t m = 0; m < run.metrics.size(); ++m)
    run.result.exposure[m].value.*into = band_of(std::move(exposure[m]), part);
  note_faults(run, summary, who);
}

SimulatedCaseResult run_case(const SimulationPlan& plan, const SimulateRequest& request,
                             const SimulatedCase& setup) {
  CaseRun run{.plan = &plan,
              .request = &request,
              .setup = &setup,
              .model = model_of(plan.file, setup.description),
              .metrics = metrics_of(plan, request)};
  const ParameterDraws draws(setup.description, plan.file.population, setup.covariates,
                             request.seed);
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
  for (const SimulatedCase& setup : plan.cases) results.push_back(run_case(plan, request, setup));
  return results;
}

}  // namespace entact
