// The answer of `entact survival --recurrent`: mean number of events.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/answer/survival_results.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// Steps of the curve at the times asked for and at the last; none before the first event.
std::vector<std::pair<double, std::size_t>> steps_of(const MeanCumulative& mean,
                                                     std::vector<double> times) {
  std::vector<std::pair<double, std::size_t>> steps;
  if (mean.time.empty()) return steps;
  times.push_back(mean.time.back());
  for (const double time : times) {
    const auto after = std::upper_bound(mean.time.begin(), mean.time.end(), time);
    if (after != mean.time.begin())
      steps.emplace_back(time, static_cast<std::size_t>(after - mean.time.begin()) - 1);
  }
  return steps;
}

}  // namespace

std::string recurrent_json(const SurvivalResults& results) {
  Json json{{"groups", Json::array()}};
  for (const SurvivalGroup& group : results.groups) {
    Json one{{"name", group.name}, {"rows", group.rows}, {"events", group.events}};
    one["mean_cumulative"] = Json::array();
    for (const auto& [time, step] : steps_of(*group.mean, results.request.times))
      one["mean_cumulative"].push_back({{"time", time},
                                        {"at_risk", json_number(group.mean->at_risk[step])},
                                        {"mean", json_number(group.mean->mean[step])},
                                        {"se", json_number(group.mean->se[step])},
                                        {"ci_low", json_number(group.mean->low[step])},
                                        {"ci_high", json_number(group.mean->high[step])}});
    json["groups"].push_back(one);
  }
  return json.dump();
}

std::string recurrent_text(const SurvivalResults& results) {
  std::string text = "Mean number of events a participant, robust variance (Lawless and Nadeau)\n";
  for (const SurvivalGroup& group : results.groups) {
    text += fmt::format("{}: {} rows, {} events\n", group.name, group.rows, group.events);
    for (const auto& [time, step] : steps_of(*group.mean, results.request.times))
      text += fmt::format("  by {:g}: {} [{}, {}] ({:g} at risk)\n", time,
                          decimal_text(group.mean->mean[step], 3),
                          decimal_text(group.mean->low[step], 3),
                          decimal_text(group.mean->high[step], 3), group.mean->at_risk[step]);
  }
  return text;
}

std::string recurrent_csv(const SurvivalResults& results) {
  std::string csv = "group,time,at_risk,events,mean,se,ci_low,ci_high\n";
  for (const SurvivalGroup& group : results.groups) {
    const MeanCumulative& m = *group.mean;
    for (std::size_t i = 0; i < m.time.size(); ++i)
      csv += fmt::format("{},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g}\n",
                         csv_field(group.name), m.time[i], m.at_risk[i], m.events[i], m.mean[i],
                         m.se[i], m.low[i], m.high[i]);
  }
  return csv;
}

}  // namespace entact
