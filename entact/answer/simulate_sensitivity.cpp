// Global sensitivity of an exposure metric: the factors, one ensemble over the design's points, the
// indices, and the answer in all its forms.
#include "entact/answer/simulate_sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/answer/document_builder.h"
#include "entact/answer/json_number.h"
#include "entact/answer/simulate_draws.h"
#include "entact/answer/simulate_exposure.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/num/distributions.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& option, const std::string& rule,
                         const std::string& saw) {
  throw Error("answer.sensitivity.option", fmt::format("{} {}; saw '{}'", option, rule, saw),
              ErrorKind::usage);
}

bool is_sobol(const SensitivityRequest& request) { return request.method == "sobol"; }

/// Both halves of OUTPUT:METRIC.
std::pair<std::string, std::string> asked_for(const SensitivityRequest& request) {
  const auto colon = request.of.find(':');
  const std::string metric = colon == std::string::npos ? "" : request.of.substr(colon + 1);
  if (metric != "peak" && metric != "time" && metric != "auc" && metric != "above")
    refuse("--of", "is OUTPUT:METRIC with peak, time, auc or above", request.of);
  return {request.of.substr(0, colon), metric};
}

/// The metric asked for, as the typical course has it (a peak may be a trough).
ExposureMetric metric_of(const SimulationPlan& plan, const SimulateRequest& simulation,
                         const PharmModel& model, const std::string& wanted) {
  const SimulatedCase& one = plan.cases.front();
  const CaseDraws draws(one, plan.file.population, simulation.seed);
  const Course course = case_course(model, one, draws.typical(), plan.times_h, simulation.solver());
  std::vector<std::vector<SimulatedQuantity>> typical(1);
  const std::size_t n_outputs = one.description.outputs.size();
  for (std::size_t i = 0; i < plan.times_h.size(); ++i)
    typical[0].push_back(
        {.typical = course.outputs[i * n_outputs + static_cast<std::size_t>(plan.outputs[0])]});
  using Kind = ExposureKind;
  for (const ExposureMetric& metric : exposure_metrics(plan, one, simulation, typical)) {
    const Kind kind = metric.kind;
    if ((wanted == "time" && (kind == Kind::time_of_peak || kind == Kind::time_of_trough)) ||
        (wanted == "auc" && kind == Kind::area) ||
        (wanted == "above" && kind == Kind::time_above) ||
        (wanted == "peak" && (kind == Kind::peak || kind == Kind::trough)))
      return metric;
  }
  refuse("--of",
         wanted == "above" ? "takes above of a concentration, with --above LEVEL"
                           : "takes auc of a concentration",
         simulation.outputs.front() + ":" + wanted);
}

std::vector<SensitivityFactor> factors_of(const std::string& model,
                                          const std::vector<ModelParameter>& parameters,
                                          bool people) {
  std::vector<SensitivityFactor> factors;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    if (has_open_range(parameters[k])) factors.push_back({k, false});
    if (people && parameters[k].between_sd > 0) factors.push_back({k, true});
  }
  require(!factors.empty(), "answer.sensitivity.none",
          fmt::format("no parameter of model {} has a range to vary over{}", model,
                      people ? "" : "; --people varies how people differ"),
          ErrorKind::unanswerable);
  return factors;
}

/// Parameters with the first range that they have in the course.
std::vector<ModelParameter> ranged_parameters(const SimulatedCase& one) {
  std::vector<ModelParameter> parameters = one.description.parameters;
  for (std::size_t k = 0; k < parameters.size(); ++k)
    for (const SimulatedSet& set : one.later)
      if (!has_open_range(parameters[k]) && has_open_range(set.description.parameters[k]))
        parameters[k] = set.description.parameters[k];
  return parameters;
}

/// What a point of the design means to the model.
struct PointMap {
  const SimulationPlan& plan;
  const std::vector<SensitivityFactor>& factors;
  const SensitivityDesign& design;
  bool ends = false;  ///< points may be 0 and 1
  void put(std::ptrdiff_t point, std::span<double> into) const {
    const SimulatedCase& one = plan.cases.front();
    const std::size_t n_p = one.description.parameters.size();
    put_set(point, one.description, one.covariates, into.first(n_p));
    for (std::size_t k = 0; k < one.later.size(); ++k)
      put_set(point, one.later[k].description, one.later[k].covariates,
              into.subspan((k + 1) * n_p, n_p));
  }
  void put_set(std::ptrdiff_t point, const ModelDescription& description,
               const std::vector<DrawnCovariate>& people, std::span<double> into) const {
    std::vector<double> values, deviations(into.size(), 0.0), covariates;
    for (const ModelParameter& p : description.parameters) values.push_back(p.value);
    for (const DrawnCovariate& covariate : people) covariates.push_back(covariate.mean);
    for (std::size_t f = 0; f < factors.size(); ++f) {
      const double u = design.points[static_cast<std::size_t>(point) * factors.size() + f];
      const std::size_t k = factors[f].parameter;
      const ModelParameter& p = description.parameters[k];
      if (factors[f].people)
        deviations[k] = p.between_sd *
                        normal_quantile(ends ? 0.025 + 0.95 * u : std::clamp(u, 1e-12, 1 - 1e-12));
      else if (has_open_range(p))
        values[k] = ignorance_quantile(p, u);
    }
    const std::vector<double> whole =
        individual_parameters(plan.file.population, values, covariates, deviations);
    std::copy(whole.begin(), whole.end(), into.begin());
  }
};

std::vector<double> evaluated(const SimulationPlan& plan, const SimulateRequest& simulation,
                              const PharmModel& model, const ExposureMetric& metric,
                              const PointMap& map, SensitivityResults& results) {
  Population population = case_population(plan.cases.front(), map.design.n_points());
  population.parameters = [&map](std::ptrdiff_t i, std::span<double> into) { map.put(i, into); };
  std::vector<double> answers;
  EnsembleOptions how{.solver = simulation.solver(),
                      .threads = simulation.threads,
                      .probabilities = {0.5},
                      .states = false,
                      .exact_values = 0};
  how.sink = [&](const EnsembleBlock& block) {
    std::vector<double> y(block.n_times);
    for (std::size_t person = 0; person < static_cast<std::size_t>(block.n); ++person) {
      for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = block.at(person, i, static_cast<std::size_t>(plan.outputs[0]));
      answers.push_back(exposure_of(metric, y));
    }
  };
  const EnsembleSummary summary = simulate_ensemble(model, population, plan.times_h, how);
  results.courses = population.n;
  results.failed = static_cast<std::ptrdiff_t>(summary.faults.size());
  if (!summary.faults.empty()) results.first_failure = summary.faults.front().message;
  return answers;
}

double influence(const SensitivityResults& r, std::size_t factor) {
  return is_sobol(r.request) ? r.sobol.total[factor].value : r.morris.magnitude[factor].value;
}

std::string varies(const SensitivityFactor& factor) { return factor.people ? "people" : "range"; }

const ModelParameter& parameter_of(const SensitivityResults& r, std::size_t factor) {
  return r.parameters[r.factors[factor].parameter];
}

std::string label_of(const SensitivityResults& r, std::size_t factor) {
  return parameter_of(r, factor).label + (r.factors[factor].people ? ", between people" : "");
}

Json index_json(const SensitivityIndex& index, const char* name) {
  return {{name, json_number(index.value)},
          {"low", json_number(index.low)},
          {"high", json_number(index.high)}};
}

Json result_json(const SensitivityResults& r, const SimulateRequest& simulation) {
  const bool sobol = is_sobol(r.request);
  Json json{{"method", r.request.method}, {"model", r.model},           {"case", r.setup},
            {"output", r.output},         {"metric", r.metric},         {"unit", r.unit},
            {"hypothesis", r.hypothesis}, {"people", r.request.people}, {"base", r.request.base},
            {"seed", simulation.seed},    {"courses", r.courses},       {"failed", r.failed}};
  if (sobol) {
    json["mean"] = json_number(r.sobol.mean);
    json["sd"] = json_number(std::sqrt(r.sobol.variance));
  }
  json["factors"] = Json::array();
  for (const std::size_t f : r.order) {
    const ModelParameter& p = parameter_of(r, f);
    Json one{{"parameter", p.id},
             {"label", p.label},
             {"varies", varies(r.factors[f])},
             {"low", json_number(p.low)},
             {"high", json_number(p.high)},
             {"between_sd", p.between_sd}};
    if (sobol) {
      one["alone"] = index_json(r.sobol.first[f], "share");
      one["total"] = index_json(r.sobol.total[f], "share");
    } else {
      one["mean"] = json_number(r.morris.mean[f]);
      one["sd"] = json_number(r.morris.sd[f]);
      one["magnitude"] = index_json(r.morris.magnitude[f], "effect");
    }
    json["factors"].push_back(std::move(one));
  }
  return json;
}

std::string csv_of(const SensitivityResults& r) {
  const bool sobol = is_sobol(r.request);
  std::string csv = "parameter,varies,low,high,between_sd,";
  csv += sobol ? "alone,alone_low,alone_high,total,total_low,total_high\n"
               : "mean,sd,magnitude,magnitude_low,magnitude_high\n";
  for (const std::size_t f : r.order) {
    const ModelParameter& p = parameter_of(r, f);
    csv += p.id + "," + varies(r.factors[f]);
    const auto add = [&](std::initializer_list<double> values) {
      for (const double value : values)
        csv += "," + (std::isfinite(value) ? number_text(value) : std::string());
    };
    add({p.low, p.high, p.between_sd});
    const auto index = [&](const SensitivityIndex& i) { add({i.value, i.low, i.high}); };
    if (sobol) index(r.sobol.first[f]), index(r.sobol.total[f]);
    if (!sobol) add({r.morris.mean[f], r.morris.sd[f]}), index(r.morris.magnitude[f]);
    csv += '\n';
  }
  return csv;
}

std::string text_of(const SensitivityResults& r) {
  const bool sobol = is_sobol(r.request);
  std::string text =
      fmt::format("{}: what {} of {} varies with ({})\n{}\n", r.model, r.metric, r.output, r.setup,
                  r.hypothesis ? "A hypothesis: no human "
                                 "observation anchors this quantity.\n"
                               : "");
  if (sobol)
    text += fmt::format("mean {}, standard deviation {} {} over {} courses\n\n",
                        significant_text(r.sobol.mean, 3),
                        significant_text(std::sqrt(r.sobol.variance), 3), r.unit, r.courses);
  text +=
      fmt::format("  {:<58}{:<26}{}\n", "", sobol ? "with its interactions" : "effect of its range",
                  sobol ? "alone (shares of variance)" : "spread (curved or interacting)");
  for (const std::size_t f : r.order) {
    const SensitivityIndex& main = sobol ? r.sobol.total[f] : r.morris.magnitude[f];
    const auto words = [](const SensitivityIndex& i) {
      return fmt::format("{} [{}, {}]", significant_text(i.value, 2), significant_text(i.low, 2),
                         significant_text(i.high, 2));
    };
    text += fmt::format("  {:<58}{:<26}{}\n", label_of(r, f).substr(0, 57), words(main),
                        sobol ? words(r.sobol.first[f]) : significant_text(r.morris.sd[f], 2));
  }
  return text;
}

Document document_with(const SensitivityResults& r) {
  const bool sobol = is_sobol(r.request);
  DocumentBuilder builder;
  TableBlock table{
      .id = "indices",
      .title = "Indices",
      .columns = {{"parameter", "Parameter", TableColumn::Type::text},
                  {"varies", "Varies over", TableColumn::Type::text, true},
                  {"main", sobol ? "Share of variance, with interactions" : "Effect of its range",
                   TableColumn::Type::number},
                  {"interval", "95% interval", TableColumn::Type::text},
                  {"other", sobol ? "Alone" : "Spread of effects", TableColumn::Type::number}}};
  std::vector<ForestRow> rows;
  for (std::size_t place = 0; place < r.order.size(); ++place) {
    const std::size_t f = r.order[place];
    const SensitivityIndex& main = sobol ? r.sobol.total[f] : r.morris.magnitude[f];
    const std::string label = label_of(r, f);
    const auto number = [&](double value, const std::string& what, const std::string& pointer) {
      return builder.number(value, significant_text(value, 2), label + ": " + what,
                            {.pointer = fmt::format("/result/factors/{}/{}", place, pointer),
                             .model = sobol ? "Sobol indices" : "elementary effects of Morris"},
                            sobol ? "1" : r.unit);
    };
    const std::string at = sobol ? "total/" : "magnitude/";
    const std::string id = number(main.value, "main index", at + (sobol ? "share" : "effect"));
    if (place < 20)
      rows.push_back({.label = label,
                      .estimate = main.value,
                      .low = main.low,
                      .high = main.high,
                      .number = id});
    table.rows.push_back(
        {cell(label), cell(r.factors[f].people ? "people" : "its range"), number_cell(id),
         Cell{.prose = {number_span(number(main.low, "interval from", at + "low")), text(" to "),
                        number_span(number(main.high, "interval to", at + "high"))}},
         number_cell(sobol ? number(r.sobol.first[f].value, "alone", "alone/share")
                           : number(r.morris.sd[f], "spread", "sd"))});
  }
  const std::string title =
      sobol ? "Share of variance" : fmt::format("Effect of the whole range ({})", r.unit);
  Section section{.id = "sensitivity", .title = "What the answer varies with"};
  section.opening = {{text(fmt::format(
      "{} of {} in model {} under {}, when everything unknown varies at once over its range{}.{}",
      r.metric, r.output, r.model, r.setup, r.request.people ? " and people differ" : "",
      r.hypothesis ? " The quantity is a hypothesis: no human observation anchors it." : ""))}};
  section.blocks.emplace_back(FigureBlock{
      .id = "influence",
      .title = "Influence",
      .caption = r.order.size() > 20 ? "The twenty most influential; all are in the table." : "",
      .alt = "Influence of each parameter with its interval; the numbers are in the table",
      .vega = forest_figure(rows, {.title = title}),
      .table = "indices"});
  section.blocks.emplace_back(std::move(table));
  builder.document.title = "Sensitivity of " + r.output;
  builder.document.subtitle = r.model + ", " + r.setup;
  builder.document.notice =
      "It describes a model of populations in trials; no medical advice and no dosing advice to "
      "individuals.";
  builder.document.sections = {std::move(section)};
  return std::move(builder).finish();
}

}  // namespace

SensitivityResults run_sensitivity(const SimulateRequest& simulation,
                                   const SensitivityRequest& request) {
  if (!is_sobol(request) && request.method != "morris")
    refuse("--sensitivity", "is sobol or morris", request.method);
  if (request.base < 0 || request.base == 1 || request.base > 1'000'000)
    refuse("--base", "is 2 or more, up to a million", fmt::to_string(request.base));
  const auto [output, wanted] = asked_for(request);
  SimulateRequest narrowed = simulation;
  narrowed.outputs = {output};
  const SimulationPlan plan = plan_simulation(narrowed);
  if (plan.cases.size() != 1)
    refuse("--sensitivity", "is of one case: one regimen, one setting",
           fmt::format("{} cases", plan.cases.size()));
  const SimulatedCase& one = plan.cases.front();
  const PharmModel model = case_model(plan.file, plan.cases.front());
  const ExposureMetric metric = metric_of(plan, narrowed, model, wanted);
  const ModelQuantity& quantity =
      one.description.outputs[static_cast<std::size_t>(plan.outputs[0])];
  SensitivityResults r{.request = request,
                       .model = one.description.id,
                       .setup = one.label,
                       .output = quantity.id,
                       .metric = metric.name,
                       .unit = metric.unit,
                       .hypothesis = quantity.hypothesis,
                       .parameters = ranged_parameters(one)};
  r.factors = factors_of(r.model, r.parameters, request.people);
  if (request.base == 0) r.request.base = is_sobol(request) ? 512 : 40;
  const auto n = static_cast<std::ptrdiff_t>(r.factors.size());
  const SensitivityDesign design = is_sobol(request)
                                       ? sobol_design(n, r.request.base, simulation.seed)
                                       : morris_design(n, r.request.base, simulation.seed);
  const PointMap map{plan, r.factors, design, !is_sobol(request)};
  const std::vector<double> answers = evaluated(plan, narrowed, model, metric, map, r);
  if (is_sobol(request))
    r.sobol = sobol_indices(design, answers, {.seed = simulation.seed});
  else
    r.morris = morris_effects(design, answers);
  r.order.resize(r.factors.size());
  std::iota(r.order.begin(), r.order.end(), std::size_t{0});
  std::stable_sort(r.order.begin(), r.order.end(),
                   [&](std::size_t a, std::size_t b) { return influence(r, a) > influence(r, b); });
  return r;
}

Answer sensitivity_answer(const SimulateRequest& simulation, const SensitivityRequest& request) {
  const SensitivityResults r = run_sensitivity(simulation, request);
  SimulateRequest narrowed = simulation;
  narrowed.outputs = {r.output};
  const SimulationPlan plan = plan_simulation(narrowed);
  Answer answer{.result_json = result_json(r, simulation).dump(),
                .text = plan.file.notice + "\n" + text_of(r),
                .csv = csv_of(r),
                .reservations = range_notes(plan, simulation),
                .inputs = plan.inputs};
  for (const std::string& note : column_notes(plan, simulation)) answer.text += note + "\n";
  if (r.failed > 0)
    answer.reservations.push_back(
        fmt::format("{} of {} courses could not be computed; what rests on them is left out. The "
                    "first: {}",
                    r.failed, r.courses, r.first_failure));
  if (request.people)
    answer.reservations.emplace_back(
        "people's deviations are varied each on its own; correlations between them are left out");
  answer.document = document_with(r);
  return answer;
}

}  // namespace entact
