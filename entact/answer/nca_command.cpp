// Noncompartmental analysis of a dataset: options to rules, courses to numbers, groups to
// summaries, and the answer as JSON, CSV and text. Reading the rows is nca_profiles.cpp, the page
// nca_document.cpp, a course's notes nca_course.cpp, the method itself pharm/nca.h.
#include "entact/answer/nca_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "entact/answer/json_number.h"
#include "entact/answer/nca_course.h"
#include "entact/answer/nca_intervals.h"
#include "entact/answer/row_conditions.h"
#include "entact/answer/split_at.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse_option(const std::string& option, const std::string& rule,
                                const std::string& saw) {
  throw Error("answer.nca.option", fmt::format("{} {}; saw '{}'", option, rule, saw),
              ErrorKind::usage);
}

double factor_of(const std::string& option, const std::string& unit,
                 const std::map<std::string, double>& known) {
  const auto found = known.find(unit);
  if (found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, factor] : known) names.push_back(name);
  throw Error("answer.nca.unit",
              fmt::format("{} is one of {}; saw '{}'", option, fmt::join(names, ", "), unit),
              ErrorKind::usage);
}

/// Milligrams per litre in one unit of concentration.
double mg_per_l(const std::string& unit) {
  return factor_of("--unit", unit,
                   {{"pg/mL", 1e-6},
                    {"ng/L", 1e-6},
                    {"ug/L", 1e-3},
                    {"ng/mL", 1e-3},
                    {"ug/mL", 1},
                    {"mg/L", 1},
                    {"g/L", 1e3}});
}

bool by_weight(const std::string& dose_unit) { return dose_unit.ends_with("/kg"); }

double mg_of(const std::string& unit) {
  return factor_of(
      "--dose-unit", unit,
      {{"ug", 1e-3}, {"mg", 1}, {"g", 1e3}, {"ug/kg", 1e-3}, {"mg/kg", 1}, {"g/kg", 1e3}});
}

NcaOptions options_of(const NcaRequest& request) {
  NcaOptions options{.lower_limit = request.lloq};
  if (!(request.lloq >= 0) || !std::isfinite(request.lloq))
    refuse_option("--lloq", "is a concentration, 0 or above", fmt::format("{:g}", request.lloq));
  if (request.method == "linear")
    options.method = AucMethod::linear;
  else if (request.method == "linear-log")
    options.method = AucMethod::linear_log;
  else if (request.method != "linear-up-log-down")
    refuse_option("--method", "is linear-up-log-down, linear or linear-log", request.method);
  const std::vector<std::string> rules = split_at(request.blq, ',');
  const char* const wanted =
      "is zero or drop for concentrations below quantification before the first, between, and "
      "after the last: zero,drop,zero";
  if (rules.size() != 3) refuse_option("--blq", wanted, request.blq);
  BlqRule* const places[] = {&options.first, &options.middle, &options.last};
  for (std::size_t i = 0; i < 3; ++i) {
    if (rules[i] != "zero" && rules[i] != "drop") refuse_option("--blq", wanted, request.blq);
    *places[i] = rules[i] == "zero" ? BlqRule::zero : BlqRule::drop;
  }
  if (request.slope.empty()) return options;
  const std::vector<std::string> ends = split_at(request.slope, ':');
  const auto from = parse_number(ends.front()), to = parse_number(ends.back());
  if (ends.size() != 2 || !from || !to || !(*from < *to))
    refuse_option("--slope", "is FROM:TO, hours after the dose", request.slope);
  options.slope_between_h = {{*from, *to}};
  return options;
}

std::vector<NcaQuantity> quantities_of(const NcaRequest& request) {
  const std::string& unit = request.unit;
  const std::string kg = by_weight(request.dose_unit) ? "/kg" : "";
  return {{"cmax", "Cmax", unit, &Nca::cmax},
          {"tmax_h", "Tmax", "h", &Nca::tmax_h},
          {"clast", "Clast", unit, &Nca::clast},
          {"tlast_h", "Tlast", "h", &Nca::tlast_h},
          {"auc_last", "AUC to Tlast", unit + " h", &Nca::auc_last},
          {"auc_inf", "AUC to infinity", unit + " h", &Nca::auc_inf},
          {"auc_inf_predicted", "AUC to infinity, predicted", unit + " h", &Nca::auc_inf_predicted},
          {"auc_extrapolated", "Extrapolated share of AUC", "1", &Nca::auc_extrapolated},
          {"aumc_last", "AUMC to Tlast", unit + " h2", &Nca::aumc_last},
          {"mean_residence_h", "Mean residence time", "h", &Nca::mean_residence_h},
          {"lambda_z", "Terminal slope", "1/h", &Nca::lambda_z},
          {"half_life_h", "Half-life", "h", &Nca::half_life_h},
          {"clearance", "Cl/F", "L/h" + kg, &Nca::clearance},
          {"volume", "Vz/F", "L" + kg, &Nca::volume}};
}

std::string name_of(const NcaProfile& profile) {
  std::string name = "participant " + profile.participant;
  if (!profile.group.empty()) name += " (" + nca_group_name(profile.group) + ")";
  return name;
}

/// Of the whole course; those of its parts follow.
std::vector<double> values_of(const std::vector<NcaQuantity>& quantities, const Nca& found) {
  std::vector<double> values;
  for (const NcaQuantity& q : quantities)
    if (q.value != nullptr) values.push_back(found.*q.value);
  return values;
}

void add_groups(NcaResults& results) {
  for (const NcaCourse& course : results.courses) {
    const auto same = [&](const NcaGroup& group) { return group.names == course.profile.group; };
    if (std::none_of(results.groups.begin(), results.groups.end(), same))
      results.groups.push_back({.names = course.profile.group});
  }
  for (NcaGroup& group : results.groups)
    for (std::size_t k = 0; k < results.quantities.size(); ++k) {
      std::vector<double> values;
      for (const NcaCourse& course : results.courses)
        if (course.profile.group == group.names) values.push_back(course.values[k]);
      group.summaries.push_back(summarise_nca(std::move(values)));
    }
}

Json group_json(const NcaResults& results, const std::vector<std::string>& names) {
  Json json = Json::object();
  for (std::size_t g = 0; g < names.size(); ++g) json[results.request.columns.group[g]] = names[g];
  return json;
}

Json course_json(const NcaResults& results, const NcaCourse& course) {
  const NcaProfile& profile = course.profile;
  Json json{{"participant", profile.participant},
            {"group", group_json(results, profile.group)},
            {"dose", json_number(profile.dose)}};
  for (std::size_t k = 0; k < results.quantities.size(); ++k)
    json[results.quantities[k].key] = json_number(course.values[k]);
  json["r2_adjusted"] = json_number(course.found.r2_adjusted);
  json["slope_points"] = course.found.slope_points;
  json["slope_from_h"] = json_number(course.found.slope_from_h);
  json["span"] = json_number(course.found.span);
  json["points"] = Json::array();
  for (std::size_t i = 0; i < profile.t_h.size(); ++i)
    json["points"].push_back(
        {{"t_h", profile.t_h[i]}, {"concentration", profile.concentration[i]}});
  json["missing"] = profile.missing;
  json["before_dose"] = profile.before_dose;
  json["predose_h"] = json_number(profile.predose_h);
  if (profile.infusion_h > 0) json["infusion_h"] = profile.infusion_h;
  json["reservations"] = course.found.reservations;
  return json;
}

Json summary_json(const NcaSummary& s) {
  return {{"n", s.n},
          {"mean", json_number(s.mean)},
          {"sd", json_number(s.sd)},
          {"cv", json_number(s.cv)},
          {"geometric_mean", json_number(s.geometric_mean)},
          {"geometric_cv", json_number(s.geometric_cv)},
          {"median", json_number(s.median)},
          {"min", json_number(s.min)},
          {"max", json_number(s.max)}};
}

std::ptrdiff_t courses_in(const NcaResults& results, const NcaGroup& group) {
  return std::count_if(results.courses.begin(), results.courses.end(),
                       [&](const NcaCourse& c) { return c.profile.group == group.names; });
}

Json result_json(const NcaResults& results) {
  const NcaRequest& request = results.request;
  Json json{{"method", request.method},
            {"unit", request.unit},
            {"dose_unit", request.dose_unit},
            {"lloq", request.lloq},
            {"blq", request.blq}};
  if (!request.intervals.empty()) json["intervals"] = request.intervals;
  if (request.tau_h) json["tau_h"] = *request.tau_h;
  for (const NcaQuantity& q : results.quantities)
    json["quantities"].push_back({{"key", q.key}, {"label", q.label}, {"unit", q.unit}});
  for (const NcaCourse& course : results.courses)
    json["courses"].push_back(course_json(results, course));
  for (const NcaGroup& group : results.groups) {
    Json summary = Json::object();
    for (std::size_t k = 0; k < results.quantities.size(); ++k)
      summary[results.quantities[k].key] = summary_json(group.summaries[k]);
    json["groups"].push_back({{"group", group_json(results, group.names)},
                              {"courses", courses_in(results, group)},
                              {"summary", std::move(summary)}});
  }
  return json;
}

std::string csv_head(const NcaResults& results, const std::string& first) {
  std::string csv = first;
  for (const std::string& group : results.request.columns.group)
    csv += (csv.empty() ? "" : ",") + csv_field(group);
  return csv;
}

std::string courses_csv(const NcaResults& results) {
  std::string csv = csv_head(results, "participant") + ",dose";
  for (const NcaQuantity& q : results.quantities) csv += "," + q.key;
  csv += ",r2_adjusted,slope_points,slope_from_h,span\n";
  for (const NcaCourse& course : results.courses) {
    csv += csv_field(course.profile.participant);
    for (const std::string& name : course.profile.group) csv += "," + csv_field(name);
    csv += "," + number_text(course.profile.dose);
    for (const double value : course.values) csv += "," + number_text(value);
    csv += fmt::format(",{},{},{},{}\n", number_text(course.found.r2_adjusted),
                       course.found.slope_points, number_text(course.found.slope_from_h),
                       number_text(course.found.span));
  }
  return csv;
}

std::string summary_csv(const NcaResults& results) {
  std::string csv = csv_head(results, "");
  csv += (csv.empty() ? "" : ",");
  csv += "quantity,unit,n,mean,sd,cv,geometric_mean,geometric_cv,median,min,max\n";
  for (const NcaGroup& group : results.groups)
    for (std::size_t k = 0; k < results.quantities.size(); ++k) {
      for (const std::string& name : group.names) csv += csv_field(name) + ",";
      const NcaSummary& s = group.summaries[k];
      csv += fmt::format("{},{},{}", results.quantities[k].key, results.quantities[k].unit, s.n);
      for (const double value :
           {s.mean, s.sd, s.cv, s.geometric_mean, s.geometric_cv, s.median, s.min, s.max})
        csv += "," + number_text(value);
      csv += '\n';
    }
  return csv;
}

std::string shown(double value) { return std::isnan(value) ? "none" : significant_text(value, 4); }

std::string summary_text(const NcaResults& results, const NcaGroup& group) {
  std::string text =
      fmt::format("\n{}, {} courses\n", nca_group_name(group.names), courses_in(results, group));
  text += fmt::format("  {:<38}{:>4}{:>11}{:>11}{:>8}{:>12}{:>11}{:>11}{:>11}{:>11}\n", "", "n",
                      "mean", "sd", "CV%", "geom. mean", "geom. CV%", "median", "min", "max");
  const auto percent = [](double share) {
    return std::isnan(share) ? "none" : percent_text(share, 1);
  };
  for (std::size_t k = 0; k < results.quantities.size(); ++k) {
    const NcaQuantity& q = results.quantities[k];
    const NcaSummary& s = group.summaries[k];
    if (s.n == 0) continue;
    text += fmt::format("  {:<38}{:>4}{:>11}{:>11}{:>8}{:>12}{:>11}{:>11}{:>11}{:>11}\n",
                        q.unit == "1" ? q.label : fmt::format("{} ({})", q.label, q.unit), s.n,
                        shown(s.mean), shown(s.sd), percent(s.cv), shown(s.geometric_mean),
                        percent(s.geometric_cv), shown(s.median), shown(s.min), shown(s.max));
  }
  return text;
}

std::string text_of(const NcaResults& results) {
  std::string text = fmt::format(
      "Noncompartmental analysis: {} courses, area {}, concentrations in {}, doses in {}\n\n",
      results.courses.size(), results.request.method, results.request.unit,
      results.request.dose_unit);
  text += fmt::format("  {:<24}{:>10}{:>9}{:>12}{:>12}{:>9}{:>7}{:>10}{:>10}\n", "participant",
                      "Cmax", "Tmax h", "AUC last", "AUC inf", "t1/2 h", "points", "Cl/F", "Vz/F");
  for (const NcaCourse& c : results.courses) {
    std::string name = c.profile.participant;
    if (!c.profile.group.empty()) name += ", " + nca_group_name(c.profile.group);
    text += fmt::format("  {:<24}{:>10}{:>9}{:>12}{:>12}{:>9}{:>7}{:>10}{:>10}\n", name,
                        shown(c.found.cmax), shown(c.found.tmax_h), shown(c.found.auc_last),
                        shown(c.found.auc_inf), shown(c.found.half_life_h), c.found.slope_points,
                        shown(c.found.clearance), shown(c.found.volume));
  }
  text += nca_parts_text(results);
  for (const NcaGroup& group : results.groups) text += summary_text(results, group);
  return text;
}

}  // namespace

std::string nca_group_name(const std::vector<std::string>& names) {
  return names.empty() ? "all" : fmt::format("{}", fmt::join(names, ", "));
}

NcaSummary summarise_nca(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  const auto n = static_cast<std::ptrdiff_t>(values.size());
  NcaSummary s{n, nan, nan, nan, nan, nan, nan, nan, nan};
  if (n == 0) return s;
  const auto moments = [&](const std::vector<double>& x) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(n);
    double squares = 0;
    for (const double each : x) squares += (each - mean) * (each - mean);
    return std::pair{mean, n > 1 ? squares / static_cast<double>(n - 1) : nan};
  };
  const auto [mean, variance] = moments(values);
  s.mean = mean, s.sd = std::sqrt(variance);
  s.min = values.front(), s.max = values.back();
  const auto half = values.size() / 2;
  s.median = n % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  if (mean > 0) s.cv = s.sd / mean;
  if (!(s.min > 0)) return s;
  for (double& each : values) each = std::log(each);
  const auto [log_mean, log_variance] = moments(values);
  s.geometric_mean = std::exp(log_mean);
  s.geometric_cv = std::sqrt(std::expm1(log_variance));
  return s;
}

NcaResults run_nca(const TrialTable& data, const NcaRequest& request) {
  if (request.rows != "participants" && request.rows != "summary")
    refuse_option("--rows", "is participants or summary", request.rows);
  NcaOptions options = options_of(request);
  const double dose_mg_per_l = mg_of(request.dose_unit) / mg_per_l(request.unit);
  const NcaParts parts = nca_parts(request);
  NcaResults results{.request = request, .quantities = quantities_of(request)};
  for (NcaQuantity& quantity : nca_part_quantities(request, parts))
    results.quantities.push_back(std::move(quantity));
  bool any = false, infusions = false;
  for (NcaProfile& profile : nca_profiles(data, request.columns)) {
    options.infusion_h = std::isnan(profile.infusion_h) ? 0 : profile.infusion_h;
    infusions = infusions || profile.infusion_h > 0;
    Nca found = nca_of_course(profile, profile.dose * dose_mg_per_l, options);
    std::vector<double> values = values_of(results.quantities, found);
    for (const double value :
         nca_part_values(profile, profile.dose * dose_mg_per_l, options, parts, found))
      values.push_back(value);
    any = any || !profile.t_h.empty();
    for (const std::string& reservation : found.reservations)
      results.reservations.push_back(name_of(profile) + ": " + reservation);
    results.courses.push_back({std::move(profile), std::move(found), std::move(values)});
  }
  require(any, "answer.nca.none",
          data.file +
              ": no participant has a concentration after the dose; look at the columns "
              "named and the units of time",
          ErrorKind::unanswerable);
  if (std::all_of(results.courses.begin(), results.courses.end(),
                  [](const NcaCourse& c) { return std::isnan(c.profile.dose); }))
    results.reservations.emplace_back(
        "no dose is given, so there is no clearance and no volume; name its column with --dose");
  if (infusions)
    results.reservations.emplace_back(
        "after an infusion the slope's points begin at its end, and the mean residence time is "
        "less by half of it");
  if (request.tau_h)
    results.reservations.emplace_back(
        "at steady state clearance is the dose over AUC tau; AUC to infinity, Cl/F and Vz/F are of "
        "a single dose");
  add_groups(results);
  return results;
}

Answer nca_answer(const TrialTable& data, const NcaRequest& request) {
  const NcaResults results = run_nca(data, request);
  Answer answer{.result_json = result_json(results).dump(), .text = text_of(results)};
  answer.csv = request.rows == "summary" ? summary_csv(results) : courses_csv(results);
  answer.reservations = results.reservations;
  answer.inputs = {{data.input.first, data.input.second}};
  answer.document = nca_document(results);
  return answer;
}

Answer nca_file(const std::string& path, const NcaRequest& request) {
  const TrialTable data = read_trial_table(path);
  return naming_file(path, [&] { return nca_answer(file_where(data, request.where), request); });
}

}  // namespace entact
