// The answer of `entact survival --competing`: incidence of each cause and Gray's tests.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/answer/survival_results.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const SurvivalGroup& group, int cause, const std::vector<double>& times) {
  const IncidenceCurve& curve = *group.incidence;
  Json json{{"cause", cause}, {"events", json_number(curve.events.col(cause - 1).sum())}};
  json["at"] = Json::array();
  for (const double time : times) {
    const CurvePoint point = at_time(curve, cause, time);
    json["at"].push_back({{"time", time},
                          {"at_risk", json_number(point.at_risk)},
                          {"incidence", json_number(point.survival)},
                          {"se", json_number(point.se)},
                          {"ci_low", json_number(point.low)},
                          {"ci_high", json_number(point.high)}});
  }
  return json;
}

/// The times asked for, else the end of each group's follow-up.
std::vector<double> times_of(const SurvivalGroup& group, const SurvivalResults& results) {
  if (!results.request.times.empty()) return results.request.times;
  return {group.incidence->time.back()};
}

std::string group_text(const SurvivalGroup& group, const SurvivalResults& results) {
  std::string text = fmt::format("{}: {} rows, {} events\n", group.name, group.rows, group.events);
  for (int cause = 1; cause <= results.causes; ++cause)
    for (const double time : times_of(group, results)) {
      const CurvePoint p = at_time(*group.incidence, cause, time);
      text += fmt::format("  cause {} by {:g}: {} % [{}, {}] ({:g} at risk)\n", cause, time,
                          percent_text(p.survival, 1), decimal_text(100 * p.low, 1),
                          decimal_text(100 * p.high, 1), p.at_risk);
    }
  return text;
}

}  // namespace

std::string incidence_json(const SurvivalResults& results) {
  Json json{{"groups", Json::array()}};
  for (const SurvivalGroup& group : results.groups) {
    Json one{{"name", group.name}, {"rows", group.rows}, {"events", group.events}};
    one["incidence"] = Json::array();
    for (int cause = 1; cause <= results.causes; ++cause)
      one["incidence"].push_back(json_of(group, cause, times_of(group, results)));
    one["risk_table"] = Json::parse(risk_json(group, "incidence"));
    json["groups"].push_back(one);
  }
  if (results.gray.empty()) return json.dump();
  json["gray"] = Json::array();
  for (std::size_t c = 0; c < results.gray.size(); ++c)
    json["gray"].push_back({{"cause", c + 1},
                            {"statistic", json_number(results.gray[c].statistic)},
                            {"df", json_number(results.gray[c].df)},
                            {"p", json_number(results.gray[c].p)}});
  return json.dump();
}

std::string incidence_text(const SurvivalResults& results) {
  std::string text = "Probability of each cause in the presence of the others (Aalen-Johansen)\n";
  for (const SurvivalGroup& group : results.groups) text += group_text(group, results);
  for (std::size_t c = 0; c < results.gray.size(); ++c) {
    const std::string p = p_text(results.gray[c].p);
    text += fmt::format(
        "{}{}Gray test of equal incidence of cause {} by {}: chi-squared {} with "
        "{} df, p {}{}\n",
        c == 0 ? "\n" : "", results.stratified ? "stratified " : "", c + 1, results.by,
        decimal_text(results.gray[c].statistic, 3), decimal_text(results.gray[c].df, 0),
        p.rfind("<", 0) == 0 ? "" : "= ", p);
  }
  return text;
}

std::string incidence_csv(const SurvivalResults& results) {
  std::string csv = "group,cause,time,at_risk,events,incidence,se,ci_low,ci_high\n";
  for (const SurvivalGroup& group : results.groups)
    for (int c = 0; c < results.causes; ++c) {
      const IncidenceCurve& f = *group.incidence;
      for (Eigen::Index i = 0; i < f.at_risk.size(); ++i)
        csv += fmt::format("{},{},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g}\n",
                           csv_field(group.name), c + 1, f.time[static_cast<std::size_t>(i)],
                           f.at_risk(i), f.events(i, c), f.incidence(i, c), f.se(i, c), f.low(i, c),
                           f.high(i, c));
    }
  return csv;
}

}  // namespace entact
