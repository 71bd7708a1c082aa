#include "entact/answer/simulate_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/json_number.h"
#include "entact/answer/simulate_exposure.h"
#include "entact/answer/simulate_parameters.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/number.h"
#include "entact/pharm/given_doses.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

constexpr int most_noted_cases = 4;

const ModelQuantity& quantity(const SimulationPlan& plan, std::size_t place) {
  return plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
}

void add_values(Json& json, const SimulatedQuantity& value, bool people) {
  json["typical"] = json_number(value.typical);
  if (!people) return;
  json["median"] = json_number(value.people.median);
  json["people_low"] = json_number(value.people.low);
  json["people_high"] = json_number(value.people.high);
  json["unknown_low"] = json_number(value.unknown.low);
  json["unknown_high"] = json_number(value.unknown.high);
  json["low"] = json_number(value.both.low);
  json["high"] = json_number(value.both.high);
}

Json doses_json(const SimulatedCase& one) {
  Json doses = Json::array();
  for (const GivenDose& dose : given_doses(one.doses))
    doses.push_back({{"t_h", dose.t_h}, {"amount_mg", dose.amount_mg}});
  return doses;
}

Json outputs_json(const SimulationPlan& plan, const SimulatedCaseResult& result, bool people) {
  Json outputs = Json::array();
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    const ModelQuantity& output = quantity(plan, k);
    Json course = Json::array();
    for (std::size_t i = 0; i < plan.times_h.size(); ++i) {
      Json point{{"t_h", plan.times_h[i]}};
      add_values(point, result.course[k][i], people);
      course.push_back(std::move(point));
    }
    outputs.push_back({{"id", output.id},
                       {"label", output.label},
                       {"unit", output.unit},
                       {"hypothesis", output.hypothesis},
                       {"course", std::move(course)}});
  }
  return outputs;
}

Json exposure_json(const SimulationPlan& plan, const SimulatedCaseResult& result, bool people) {
  Json rows = Json::array();
  for (const SimulatedExposure& row : result.exposure) {
    Json json{{"output", quantity(plan, static_cast<std::size_t>(row.output)).id},
              {"metric", row.metric},
              {"unit", row.unit}};
    add_values(json, row.value, people);
    rows.push_back(std::move(json));
  }
  return rows;
}

// What the columns of the event table say of a case, and when.
Json characteristics_json(const SimulationPlan& plan, const SimulatedCase& one) {
  Json rows = Json::array();
  for (std::size_t k = 0; k < plan.columns.size(); ++k) {
    const SimulatedColumn& column = plan.columns[k];
    Json course = Json::array();
    for (const auto& [from_h, value] : spells_of(one.carried, k)) {
      const auto& words = column.column.words;
      course.push_back(
          {{"from_h", course.empty() ? Json(nullptr) : Json(from_h)},
           {"value", words.empty() ? Json(value) : Json(words[static_cast<std::size_t>(value)])}});
    }
    rows.push_back({{"id", column.column.name},
                    {"label", column.label},
                    {"unit", column.unit},
                    {"course", std::move(course)}});
  }
  return rows;
}

Json columns_json(const SimulationPlan& plan) {
  Json used = Json::array();
  for (const SimulatedColumn& column : plan.columns) used.push_back(column.column.name);
  return {{"used", std::move(used)}, {"unused", plan.unused}};
}

Json parameters_json(const SimulationPlan& plan) {
  Json rows = Json::array();
  for (const auto& [p, cases] : parameter_rows(plan))
    rows.push_back({{"id", p.id},
                    {"label", p.label},
                    {"value", p.value},
                    {"unit", p.unit},
                    {"low", std::isfinite(p.low) ? json_number(p.low) : Json(nullptr)},
                    {"high", std::isfinite(p.high) ? json_number(p.high) : Json(nullptr)},
                    {"between_sd", p.between_sd},
                    {"status", to_text(p.status)},
                    {"source", p.source},
                    {"cases", cases}});
  return rows;
}

Json result_json(const SimulationPlan& plan, const SimulateRequest& request,
                 const std::vector<SimulatedCaseResult>& results) {
  const bool people = request.n > 0;
  Json cases = Json::array();
  for (std::size_t c = 0; c < results.size(); ++c)
    cases.push_back({{"label", plan.cases[c].label},
                     {"regimen", plan.cases[c].regimen},
                     {"settings", plan.cases[c].settings},
                     {"doses", doses_json(plan.cases[c])},
                     {"outputs", outputs_json(plan, results[c], people)},
                     {"exposure", exposure_json(plan, results[c], people)},
                     {"failures", results[c].failures},
                     {"notes", results[c].notes}});
  for (std::size_t c = 0; c < cases.size() && !plan.columns.empty(); ++c)
    cases[c]["characteristics"] = characteristics_json(plan, plan.cases[c]);
  Json result{{"model",
               {{"id", plan.file.description.id},
                {"title", plan.file.description.title},
                {"notice", plan.file.notice}}},
              {"people", request.n},
              {"seed", request.seed},
              {"band", request.band},
              {"sessions", plan.regimen.sessions},
              {"cases", std::move(cases)},
              {"parameters", parameters_json(plan)}};
  if (!request.events.empty()) result["columns"] = columns_json(plan);
  return result;
}

std::string csv_of(const SimulationPlan& plan, const SimulateRequest& request,
                   const std::vector<SimulatedCaseResult>& results) {
  std::string csv = "case,output,unit,hypothesis,t_h,typical";
  csv +=
      request.n > 0 ? ",median,people_low,people_high,unknown_low,unknown_high,low,high\n" : "\n";
  for (std::size_t c = 0; c < results.size(); ++c)
    for (std::size_t k = 0; k < plan.outputs.size(); ++k)
      for (std::size_t i = 0; i < plan.times_h.size(); ++i) {
        const ModelQuantity& output = quantity(plan, k);
        const SimulatedQuantity& v = results[c].course[k][i];
        csv +=
            fmt::format("{},{},{},{},{},{}", csv_field(plan.cases[c].label), csv_field(output.id),
                        csv_field(output.unit), output.hypothesis ? "yes" : "no",
                        number_text(plan.times_h[i]), number_text(v.typical));
        for (const double value : {v.people.median, v.people.low, v.people.high, v.unknown.low,
                                   v.unknown.high, v.both.low, v.both.high})
          if (request.n > 0) csv += "," + number_text(value);
        csv += '\n';
      }
  return csv;
}

std::string value_text(const SimulatedQuantity& value, bool people) {
  std::string words = significant_text(value.typical, 3);
  if (people)
    words +=
        fmt::format("   people {} to {}, with what is unknown {} to {}",
                    significant_text(value.people.low, 3), significant_text(value.people.high, 3),
                    significant_text(value.both.low, 3), significant_text(value.both.high, 3));
  return words;
}

std::string status_counts(const ModelDescription& description) {
  std::string words;
  for (const ParameterStatus status : {ParameterStatus::measured, ParameterStatus::published_fit,
                                       ParameterStatus::derived, ParameterStatus::assumed}) {
    const auto count = std::count_if(description.parameters.begin(), description.parameters.end(),
                                     [&](const ModelParameter& p) { return p.status == status; });
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, to_text(status));
  }
  return words;
}

// What a case's exposure is, the columns as wide as they must be.
std::string exposure_text(const SimulationPlan& plan, const SimulatedCaseResult& result,
                          bool people) {
  const auto metric = [](const SimulatedExposure& row) {
    return fmt::format("{} ({})", row.metric, row.unit);
  };
  std::size_t width = 22;
  for (const SimulatedExposure& row : result.exposure) width = std::max(width, metric(row).size());
  std::string words;
  for (const SimulatedExposure& row : result.exposure) {
    const ModelQuantity& output = quantity(plan, static_cast<std::size_t>(row.output));
    words +=
        fmt::format("  {:<44} {:<{}} {}\n", short_label(output) + (output.hypothesis ? " (h)" : ""),
                    metric(row), width, value_text(row.value, people && !row.typical_only));
  }
  return words;
}

std::string text_of(const SimulationPlan& plan, const SimulateRequest& request,
                    const std::vector<SimulatedCaseResult>& results) {
  const ModelDescription& model = plan.cases.front().description;
  std::string words = fmt::format("{} ({})\n{}\n", model.title, model.id, plan.file.notice);
  const bool alike = std::all_of(plan.cases.begin(), plan.cases.end(), [&](const auto& one) {
    return status_counts(one.description) == status_counts(model);
  });
  words += fmt::format("{} parameters: {}{}.\n", model.parameters.size(), status_counts(model),
                       alike ? "" : fmt::format(" ({})", plan.cases.front().label));
  if (request.n > 0)
    words += fmt::format(
        "{} people a case, seed {}; bands hold {:g}% of them. 'With what is unknown' draws "
        "parameters from their ranges too.\n",
        request.n, request.seed, 100 * request.band);
  for (const std::string& note : column_notes(plan, request)) words += note + "\n";
  for (const std::string& note : session_notes(plan)) words += note + "\n";
  for (std::size_t c = 0; c < results.size(); ++c) {
    words += fmt::format("\n{}\n", plan.cases[c].label);
    for (std::size_t k = 0; k < plan.columns.size(); ++k)
      words += fmt::format("  {}: {}\n", plan.columns[k].label,
                           spells_text(plan.columns[k], plan.cases[c].carried, k));
    words += exposure_text(plan, results[c], request.n > 0);
    for (const std::string& failure : results[c].failures) words += "  " + failure + "\n";
  }
  if (std::any_of(plan.outputs.begin(), plan.outputs.end(), [&](int k) {
        return plan.file.description.outputs[static_cast<std::size_t>(k)].hypothesis;
      }))
    words += "\n(h) a hypothesis: no human observation anchors this quantity.\n";
  return words;
}

}  // namespace

std::string short_label(const ModelQuantity& quantity) {
  return quantity.label.substr(0, quantity.label.find_first_of(",;"));
}

std::vector<std::string> case_notes(const SimulationPlan& plan,
                                    const std::vector<SimulatedCaseResult>& results) {
  std::vector<std::string> notes;
  int cases = 0;
  for (std::size_t c = 0; c < results.size(); ++c) {
    if (results[c].notes.empty() || ++cases > most_noted_cases) continue;
    for (const std::string& note : results[c].notes)
      notes.push_back(plan.cases[c].label + ": " + note);
  }
  if (cases > most_noted_cases)
    notes.push_back(fmt::format("{} further cases have such notes; the JSON output has them all",
                                cases - most_noted_cases));
  return notes;
}

Answer simulate_answer(const SimulateRequest& request) {
  const SimulationPlan plan = plan_simulation(request);
  const auto results = run_simulation(plan, request);
  Answer answer{.result_json = result_json(plan, request, results).dump(),
                .text = text_of(plan, request, results),
                .csv = csv_of(plan, request, results),
                .reservations = range_notes(plan, request),
                .inputs = plan.inputs};
  for (std::string& note : case_notes(plan, results))
    answer.reservations.push_back(std::move(note));
  for (std::size_t c = 0; c < results.size(); ++c)
    if (!results[c].failures.empty())
      answer.reservations.push_back(fmt::format(
          "{}: {} of {} courses could not be computed and are left out; they are listed",
          plan.cases[c].label, results[c].failures.size(), 3 * request.n));
  answer.document = simulate_document(plan, request, results);
  return answer;
}

}  // namespace entact
