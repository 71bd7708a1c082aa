#include "entact/answer/plan_estimate.h"

#include <fmt/format.h>

#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;
using Scale = PlanEstimate::Scale;

/// Where the estimates of a method stand, and under which names.
struct EstimatePlace {
  std::string list{};   ///< "/contrasts"
  std::string label{};  ///< key of the label
  std::string inner{};  ///< "/standardised/rd", within one of the list
  std::string estimate = "estimate", low = "ci_low", high = "ci_high", p = "p";
  std::string measure = "difference";
  Scale scale = Scale::difference;
};

EstimatePlace responders_place(const Json& result, const std::string& asked) {
  std::string measure = asked;
  if (measure.empty()) measure = result.contains("model") ? "standardised.rd" : "crude.rd_newcombe";
  EstimatePlace place{.list = "/comparisons",
                      .label = "label",
                      .inner = "/" + measure,
                      .measure = "risk difference",
                      .scale = Scale::share};
  for (char& c : place.inner)
    if (c == '.') c = '/';
  const std::string kind = measure.substr(measure.find('.') + 1);
  if (kind.rfind("rr", 0) == 0 || kind == "or") {
    place.measure = kind == "or" ? "odds ratio" : "risk ratio";
    place.scale = Scale::ratio;
    place.estimate = "ratio", place.low = "ratio_low", place.high = "ratio_high";
  }
  if (measure.rfind("standardised", 0) == 0) place.measure = "standardised " + place.measure;
  if (measure.rfind("stratified", 0) == 0) place.measure = "stratified " + place.measure;
  return place;
}

EstimatePlace survival_place(const std::string& asked, const Json& result) {
  if (asked == "rmst")
    return {.list = "/rmst_differences",
            .label = "group",
            .measure = "difference in restricted mean time"};
  if (result.contains("fine_gray"))
    return {.list = "/fine_gray/coefficients",
            .label = "term",
            .estimate = "subdistribution_hazard_ratio",
            .low = "subdistribution_hazard_ratio_ci_low",
            .high = "subdistribution_hazard_ratio_ci_high",
            .measure = "subdistribution hazard ratio",
            .scale = Scale::ratio};
  return {.list = "/cox/coefficients",
          .label = "term",
          .estimate = "hazard_ratio",
          .low = "hazard_ratio_ci_low",
          .high = "hazard_ratio_ci_high",
          .measure = "hazard ratio",
          .scale = Scale::ratio};
}

EstimatePlace place_for(const PlanAnalysis& analysis, const Json& result) {
  const std::string& method = analysis.method;
  if (method == "responders") return responders_place(result, analysis.result.measure);
  if (method == "survival" || method == "relapse")
    return survival_place(analysis.result.measure, result);
  if (method == "blinding") return {.list = "/bang", .label = "arm", .measure = "Bang's index"};
  if (method == "adverse")
    return {.list = "/overview",
            .label = "events",
            .inner = "/comparisons/0",
            .estimate = "rd",
            .low = "rd_low",
            .high = "rd_high",
            .measure = "risk difference",
            .scale = Scale::share};
  if (method == "impute" && result.contains("n_incomplete"))  // counts
    return {.list = "/results",
            .label = "label",
            .estimate = "ratio",
            .low = "ratio_low",
            .high = "ratio_high",
            .measure = "rate ratio",
            .scale = Scale::ratio};
  return {.list = method == "impute" ? "/results" : "/contrasts", .label = "label"};
}

bool is_wanted(const PlanAnalysis& analysis, const EstimatePlace& place, const Json& row) {
  if (row.contains("comparator") && row["comparator"] == "") return false;  // a mean of one arm
  const PlanResult& wanted = analysis.result;
  const std::string label = row.value(place.label, "");
  const std::string visit = row.value("visit", "");
  return (wanted.label.empty() || label == wanted.label) &&
         (wanted.visit.empty() || visit == wanted.visit);
}

std::string named(const EstimatePlace& place, const Json& row) {
  const std::string visit = row.value("visit", "");
  return row.value(place.label, "") + (visit.empty() ? "" : " at " + visit);
}

PlanEstimate estimate_at(const EstimatePlace& place, const Json& result, std::size_t k) {
  const Json& row = result.at(Json::json_pointer(place.list))[k];
  const std::string pointer = fmt::format("/result{}/{}{}/", place.list, k, place.inner);
  return {.label = row.value(place.label, ""),
          .visit = row.value("visit", ""),
          .measure = place.measure,
          .scale = place.scale,
          .estimate = plan_number(result, pointer + place.estimate),
          .low = plan_number(result, pointer + place.low),
          .high = plan_number(result, pointer + place.high),
          .p = plan_number(result, pointer + place.p)};
}

}  // namespace

std::optional<PlanInteraction> plan_interaction(const Json& result, const std::string& visit) {
  const Json::json_pointer list("/interaction/tests");
  if (!result.contains(list)) return std::nullopt;
  const Json& tests = result.at(list);
  for (std::size_t k = 0; k < tests.size(); ++k) {
    const bool here = tests[k]["visit"].is_null() || tests[k]["visit"] == visit;
    if (!here && tests.size() > 1) continue;
    const auto number = [&](const char* key) {
      return plan_number(result, fmt::format("/result/interaction/tests/{}/{}", k, key));
    };
    return PlanInteraction{number("f"), number("df1"), number("df2"), number("p")};
  }
  return std::nullopt;
}

std::string plan_number_text(double value, Scale scale) {
  return scale == Scale::share ? percent_text(value, 1) + " %" : decimal_text(value, 2);
}

PlanNumber plan_number(const Json& result, const std::string& pointer) {
  const Json::json_pointer within(pointer.substr(std::string("/result").size()));
  if (!result.contains(within) || !result.at(within).is_number()) return {};
  return {result.at(within).get<double>(), pointer};
}

PlanEstimate plan_estimate(const PlanAnalysis& analysis, const Json& result) {
  const EstimatePlace place = place_for(analysis, result);
  const Json::json_pointer list(place.list);
  std::vector<std::size_t> found;
  std::vector<std::string> there;
  if (result.contains(list))
    for (std::size_t k = 0; k < result.at(list).size(); ++k) {
      there.push_back(named(place, result.at(list)[k]));
      if (is_wanted(analysis, place, result.at(list)[k])) found.push_back(k);
    }
  // Of adverse events the first row is any event, of survival the first term the one compared.
  const bool first =
      analysis.method == "adverse" || analysis.method == "survival" || analysis.method == "relapse";
  if (found.size() == 1 || (first && !found.empty())) {
    const PlanEstimate made = estimate_at(place, result, found.front());
    if (made.estimate.given()) return made;
  }
  throw Error("answer.plan.result",
              fmt::format("{} (result): name one estimate of analysis '{}' by label and visit; its "
                          "command gives {}",
                          analysis.place, analysis.id,
                          there.empty() ? "none" : fmt::format("{}", fmt::join(there, ", "))));
}

}  // namespace entact
