#include "entact/answer/adverse_command.h"

#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

void add_interval(Json& json, const std::string& name, const Interval& interval) {
  json[name + "_low"] = json_number(interval.low);
  json[name + "_high"] = json_number(interval.high);
}

Json json_of(const AdverseCount& count, int n, double exposure_days, const AdverseAnalysis& all) {
  Json json{{"n", n}, {"participants", count.participants}, {"events", count.events}};
  if (n == 0) return json;
  const AdverseIncidence ours =
      adverse_incidence(count, n, exposure_days, all.request.how.level, all.request.how.tails);
  json["risk"] = ours.risk;
  add_interval(json, "risk", ours.risk_interval);
  json["rate"] = json_number(ours.rate);
  add_interval(json, "rate", ours.rate_interval);
  json["event_rate"] = json_number(ours.event_rate);
  add_interval(json, "event_rate", ours.event_rate_interval);
  json["person_days_to_first"] = json_number(count.person_days);
  Json severity = Json::object();
  for (std::size_t i = 0; i < count.by_severity.size(); ++i)
    severity[all.data.severity_words[i]] = count.by_severity[i];
  json["by_severity"] = severity;
  return json;
}

Json json_of(const AdverseComparison& c, const std::string& arm, const AdverseRow& row) {
  Json json{{"arm", arm}, {"rd", c.risk_difference}};
  add_interval(json, "rd", c.risk_difference_interval);
  json["rr"] = json_number(c.risk_ratio);
  add_interval(json, "rr", c.risk_ratio_interval);
  json["p"] = c.p;
  json["p_bh"] = c.p_benjamini_hochberg;
  json["p_holm"] = c.p_holm;
  if (row.is_term()) {
    json["p_class"] = c.p_class;
    json["p_in_class"] = c.p_in_class;
    json["flagged"] = c.flagged;
  }
  json["rate_difference"] = json_number(c.rate_difference);
  add_interval(json, "rate_difference", c.rate_difference_interval);
  json["rate_ratio"] = json_number(c.rate_ratio);
  add_interval(json, "rate_ratio", c.rate_ratio_interval);
  return json;
}

Json json_of(const AdverseAnalysis& all, const AdversePart& part, std::size_t i) {
  const AdverseRow& row = part.table.rows[i];
  const char* level = row.any() ? "any" : row.is_term() ? "term" : "class";
  Json json{{"level", level},
            {"class", all.class_name(row)},
            {"term", all.term_name(row)},
            {"shown", all.shown(row, part.table)},
            {"arms", Json::array()}};
  for (std::size_t arm = 0; arm < row.arms.size(); ++arm) {
    Json one{{"arm", all.people.arms[arm]}};
    one.update(json_of(row.arms[arm], part.table.n[arm], part.table.exposure_days[arm], all));
    json["arms"].push_back(one);
  }
  json["total"] = json_of(row.total, part.table.n_total, part.table.exposure_total, all);
  json["comparisons"] = Json::array();
  for (std::size_t k = 0; k < part.comparisons.size(); ++k)
    json["comparisons"].push_back(
        part.comparisons[k].empty()
            ? Json(nullptr)
            : json_of(part.comparisons[k][i], all.arm(all.compared[k]), row));
  return json;
}

Json rows_json(const AdverseAnalysis& all, const AdversePart& part) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < part.table.rows.size(); ++i) rows.push_back(json_of(all, part, i));
  return rows;
}

Json windows_json(const AdverseAnalysis& all) {
  Json windows = Json::array();
  for (std::size_t w = 0; w < all.around.size(); ++w) {
    const bool last = w == all.windows.size();
    windows.push_back({{"window", all.around[w].name},
                       {"from_day", last ? Json(nullptr) : Json(all.windows[w].from_day)},
                       {"to_day", last ? Json(nullptr) : Json(all.windows[w].to_day)},
                       {"person_days", json_number(all.around[w].table.exposure_total)},
                       {"rows", rows_json(all, all.around[w])}});
  }
  return windows;
}

Json by_session_json(const AdverseAnalysis& all) {
  Json list = Json::array();
  for (const SessionCount& each : all.by_session) {
    Json arms = Json::array();
    const AdverseRow& any = each.table.rows.front();
    for (std::size_t arm = 0; arm < any.arms.size(); ++arm)
      arms.push_back({{"arm", all.people.arms[arm]},
                      {"n", each.table.n[arm]},
                      {"participants", any.arms[arm].participants},
                      {"events", any.arms[arm].events}});
    list.push_back({{"session", each.session}, {"window", each.window}, {"arms", arms}});
  }
  return list;
}

Json options_json(const AdverseAnalysis& all) {
  const AdverseCompareOptions& how = all.request.how;
  using Options = AdverseCompareOptions;
  return {
      {"level", how.level},
      {"alpha", how.alpha},
      {"interval", how.interval == Options::Interval::newcombe ? "Newcombe" : "Miettinen-Nurminen"},
      {"test", how.test == Options::Test::score    ? "score"
               : how.test == Options::Test::fisher ? "Fisher"
                                                   : "Fisher mid-p"},
      {"tails", how.tails == ExactTails::mid_p ? "mid-p" : "exact"},
      {"double_fdr",
       how.rule == DoubleFdrRule::mehrotra_heyse ? "Mehrotra-Heyse 2004" : "Mehrotra-Adewale 2012"},
      {"unassessed_relatedness",
       all.request.columns.unassessed_related ? "related" : "not related"},
      {"only", all.request.only},
      {"threshold", all.request.threshold},
      {"rates_per", "participant-year"}};
}

}  // namespace

Answer adverse_answer(const AdverseRequest& request) {
  const AdverseAnalysis all = analyse_adverse(request);
  const AdverseMeasures measures = adverse_measures(request, all.people, all.reference);
  Json arms = Json::array();
  for (std::size_t arm = 0; arm < all.people.arms.size(); ++arm)
    arms.push_back({{"arm", all.people.arms[arm]},
                    {"n", all.main.table.n[arm]},
                    {"exposure_days", json_number(all.main.table.exposure_days[arm])}});
  Json overview = Json::array();
  for (const AdversePart& part : all.overview) {
    Json one{{"events", part.name}};
    one.update(json_of(all, part, 0));
    overview.push_back(one);
  }
  const Json result{{"arms", arms},
                    {"reference", all.arm(all.reference)},
                    {"reference_chosen", all.reference_words()},
                    {"exposure", all.people.exposure_words},
                    {"options", options_json(all)},
                    {"overview", overview},
                    {"rows", rows_json(all, all.main)},
                    {"windows", windows_json(all)},
                    {"by_session", by_session_json(all)},
                    {"measures", Json::parse(measures_json(measures))}};
  Answer answer{.result_json = result.dump(),
                .text = adverse_text(all) + measures_text(measures),
                .csv = adverse_csv(all),
                .reservations = all.notes,
                .inputs = all.inputs,
                .document = adverse_document(all, measures)};
  answer.reservations.insert(answer.reservations.end(), measures.notes.begin(),
                             measures.notes.end());
  answer.inputs.insert(answer.inputs.end(), measures.inputs.begin(), measures.inputs.end());
  return answer;
}

}  // namespace entact
