// The answer of `entact survival --recurrent`: mean number of events.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "entact/answer/json_number.h"
#include "entact/answer/survival_results.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// The curve at a time; nothing before the first event.
std::optional<CurvePoint> step_at(const MeanCumulative& mean, double time) {
  const auto after = std::upper_bound(mean.time.begin(), mean.time.end(), time);
  if (after == mean.time.begin()) return std::nullopt;
  const auto step = static_cast<std::size_t>(after - mean.time.begin()) - 1;
  return CurvePoint{time,          mean.at_risk[step], mean.mean[step],
                    mean.se[step], mean.low[step],     mean.high[step]};
}

/// A participant's rows do not overlap, so rows at risk are participants.
double rows_at_risk(const SurvivalData& data, double time) {
  double count = 0;
  for (std::size_t row = 0; row < data.stop.size(); ++row) {
    const double start = data.start.empty() ? 0 : data.start[row];
    if (time > 0 ? start < time && time <= data.stop[row] : start <= 0) ++count;
  }
  return count;
}

}  // namespace

std::vector<CurvePoint> mean_steps(const MeanCumulative& mean, std::vector<double> times) {
  std::vector<CurvePoint> points;
  if (mean.time.empty()) return points;
  times.push_back(mean.time.back());
  for (const double time : times)
    if (const auto point = step_at(mean, time)) points.push_back(*point);
  return points;
}

std::vector<CurvePoint> mean_at(const MeanCumulative& mean, const SurvivalData& data,
                                const std::vector<double>& times) {
  std::vector<CurvePoint> points;
  for (const double time : times) {
    CurvePoint point{.time = time, .survival = 0, .low = std::nan(""), .high = std::nan("")};
    if (const auto step = step_at(mean, time)) point = *step;
    point.at_risk = rows_at_risk(data, time);
    points.push_back(point);
  }
  return points;
}

std::string recurrent_json(const SurvivalResults& results) {
  Json json{{"groups", Json::array()}};
  for (const SurvivalGroup& group : results.groups) {
    Json one{{"name", group.name}, {"rows", group.rows}, {"events", group.events}};
    one["mean_cumulative"] = Json::array();
    for (const CurvePoint& point : group.at)
      one["mean_cumulative"].push_back({{"time", point.time},
                                        {"at_risk", json_number(point.at_risk)},
                                        {"mean", json_number(point.survival)},
                                        {"se", json_number(point.se)},
                                        {"ci_low", json_number(point.low)},
                                        {"ci_high", json_number(point.high)}});
    one["risk_table"] = Json::parse(risk_json(group, "mean"));
    json["groups"].push_back(one);
  }
  return json.dump();
}

std::string recurrent_text(const SurvivalResults& results) {
  std::string text = "Mean number of events a participant, robust variance (Lawless and Nadeau)\n";
  for (const SurvivalGroup& group : results.groups) {
    text += fmt::format("{}: {} rows, {} events\n", group.name, group.rows, group.events);
    for (const CurvePoint& point : group.at)
      text += fmt::format("  by {:g}: {} [{}, {}] ({:g} at risk)\n", point.time,
                          decimal_text(point.survival, 3), decimal_text(point.low, 3),
                          decimal_text(point.high, 3), point.at_risk);
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
