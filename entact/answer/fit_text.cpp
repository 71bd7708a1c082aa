// A fit as text, JSON and CSV. What it says of people and occasions is fit_people's.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/fit_people.h"
#include "entact/answer/fit_result.h"
#include "entact/answer/json_number.h"
#include "entact/answer/matrix_json.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;
using Role = PopulationEstimate::Role;

const char* role_word(Role role) {
  switch (role) {
    case Role::typical:
      return "typical value";
    case Role::coefficient:
      return "covariate";
    case Role::between:
      return "between people";
    case Role::between_covariance:
      return "between people, covariance";
    case Role::occasion:
      return "between occasions";
    case Role::residual:
      return "residual";
  }
  return "";
}

std::string unit_of(const FitResult& r, const PopulationEstimate& e) {
  if (e.role == Role::residual && e.name.rfind("additive", 0) == 0)
    return r.model.concentration_unit;
  return e.unit;
}

Json estimates_json(const FitResult& r) {
  Json list = Json::array();
  for (const FitRow& row : r.rows) {
    const PopulationEstimate& e = row.estimate;
    list.push_back({{"name", e.name},
                    {"role", role_word(e.role)},
                    {"unit", unit_of(r, e)},
                    {"estimate", json_number(e.value)},
                    {"se", json_number(row.se)},
                    {"rse_percent", json_number(100 * row.se / std::abs(e.value))},
                    {"ci_low", json_number(row.low)},
                    {"ci_high", json_number(row.high)},
                    {"fixed", e.fixed}});
  }
  return list;
}

Json residuals_json(const FitResult& r) {
  Json list = Json::array();
  for (std::size_t i = 0; i < r.fit.modes.size(); ++i) {
    const PopulationSubject& s = r.model.population.subjects[i];
    const SubjectDiagnostics& d = r.diagnostics.subjects[i];
    for (Index j = 0; j < s.observed.size(); ++j) {
      const bool censored = s.below.size() > 0 && std::isfinite(s.below[j]);
      list.push_back({{"id", s.id},
                      {"time", json_number(s.time_h[static_cast<std::size_t>(j)] /
                                           r.model.hours_per_time_unit)},
                      {"dv", json_number(censored ? s.below[j] : s.observed[j])},
                      {"censored", censored},
                      {"pred", json_number(d.pred[j])},
                      {"ipred", json_number(d.ipred[j])},
                      {"iwres", json_number(d.iwres[j])},
                      {"cwres", json_number(d.cwres[j])}});
    }
  }
  return list;
}

Json vpc_json(const FitResult& r) {
  Json list = Json::array();
  for (const PredictiveBin& bin : r.check.bins)
    for (const PredictiveBin::Quantile& q : bin.quantiles)
      list.push_back({{"time", json_number(bin.time_h / r.model.hours_per_time_unit)},
                      {"n", bin.observations},
                      {"probability", q.probability},
                      {"observed", json_number(q.observed)},
                      {"simulated", json_number(q.simulated)},
                      {"low", json_number(q.low)},
                      {"high", json_number(q.high)}});
  return list;
}

// A number as its JSON text, names without quotes.
std::string cell_text(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string table_csv(const Json& list) {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  for (const Json& each : list) {
    const Json flat = each.flatten();
    if (header.empty())
      for (const auto& [key, value] : flat.items()) {
        std::string name = key.substr(1);
        for (char& c : name) c = c == '/' ? '_' : c;
        header.push_back(name);
      }
    rows.emplace_back();
    for (const auto& [key, value] : flat.items()) rows.back().push_back(cell_text(value));
  }
  return header.empty() ? "" : write_csv(header, rows);
}

std::string row_text(const FitResult& r, const FitRow& row) {
  const PopulationEstimate& e = row.estimate;
  std::string text = fmt::format("  {:<36}{:>12}", e.name, significant_text(e.value, 4));
  if (e.fixed) return text + "  fixed\n";
  if (std::isnan(row.se)) return text + "\n";
  text += fmt::format("  [{}, {}]  se {} ({}%)", significant_text(row.low, 3),
                      significant_text(row.high, 3), significant_text(row.se, 3),
                      decimal_text(100 * row.se / std::abs(e.value), 0));
  const std::string unit = unit_of(r, e);
  return text + (unit.empty() ? "" : "  " + unit) + "\n";
}

}  // namespace

nlohmann::ordered_json fit_json(const FitResult& r) {
  const PopulationLayout layout(r.model.population);
  Json out{
      {"title", r.model.title},
      {"method", r.request.method},
      {"covariance_type", r.covariance},
      {"level", r.request.level},
      {"units",
       {{"dose", r.model.dose_unit},
        {"time", r.model.time_unit},
        {"concentration", r.model.concentration_unit}}},
      {"objective", json_number(r.fit.objective)},
      {"minus_two_log_likelihood", json_number(r.fit.minus_two_log_likelihood)},
      {"constant", "objective leaves n log(2 pi) of the measured observations out, as NONMEM does"},
      {"aic", json_number(r.aic())},
      {"bic", json_number(r.fit.minus_two_log_likelihood +
                          std::log(r.observations()) * static_cast<double>(r.fit.free))},
      {"n_subjects", r.fit.modes.size()},
      {"n_observations", r.fit.measured + r.fit.censored},
      {"n_censored", r.fit.censored},
      {"parameters", r.fit.free}};
  if (!std::isnan(r.importance))
    out["importance_sampling"] = {{"minus_two_log_likelihood", r.importance},
                                  {"monte_carlo_se", r.importance_se}};
  out["fit"] = {
      {"converged", r.fit.fit.converged},
      {"iterations", r.fit.fit.iterations},
      {"gradient",
       json_number(r.fit.gradient.size() > 0 ? r.fit.gradient.cwiseAbs().maxCoeff() : 0.0)},
      {"warnings", r.warnings}};
  out["estimates"] = estimates_json(r);
  out["vcov"] = matrix_json(r.estimate_covariance());
  out["condition"] = json_number(r.fit.covariance.condition);
  out["omega"] = matrix_json(r.fit.values.omega);
  const Eigen::VectorXd sd = r.fit.values.omega.diagonal().cwiseSqrt();
  out["omega_correlation"] = matrix_json(sd.cwiseInverse().asDiagonal() * r.fit.values.omega *
                                         sd.cwiseInverse().asDiagonal());
  out["eta"] = fit_spread_json(between_people(r, layout));
  if (layout.kappas() > 0) out["kappa"] = fit_spread_json(between_occasions(r, layout));
  out["residual_shrinkage"] = json_number(r.diagnostics.residual_shrinkage);
  out["people"] = fit_people_json(r, layout, true);
  out["residuals"] = residuals_json(r);
  out["vpc_inside"] = r.check.bins.empty() ? Json(nullptr) : Json(r.check.inside);
  out["vpc"] = vpc_json(r);
  return out;
}

std::string fit_text(const FitResult& r) {
  std::string text = fmt::format(
      "{}\n{}\n{} observations{} of {} participants; {} estimated quantities\n", r.model.title,
      r.method, r.fit.measured + r.fit.censored,
      r.fit.censored > 0 ? fmt::format(" ({} below the limit, by M3)", r.fit.censored) : "",
      r.fit.modes.size(), r.fit.free);
  text += fmt::format(
      "objective {} (without n log 2\u03c0), -2 log likelihood {}, AIC {}\n{} after {} "
      "iterations\n",
      decimal_text(r.fit.objective, 3), decimal_text(r.fit.minus_two_log_likelihood, 3),
      decimal_text(r.aic(), 2), r.fit.fit.converged ? "converged" : "not converged",
      r.fit.fit.iterations);
  if (!std::isnan(r.importance))
    text += fmt::format("-2 log likelihood by importance sampling {} (Monte Carlo se {})\n",
                        decimal_text(r.importance, 2), decimal_text(r.importance_se, 2));
  Role last = Role::residual;
  bool first = true;
  for (const FitRow& row : r.rows) {
    const Role role =
        row.estimate.role == Role::between_covariance ? Role::between : row.estimate.role;
    if (first || role != last) {
      std::string title = role_word(role);
      title[0] = static_cast<char>(title[0] - 'a' + 'A');
      text += "\n" + title + "\n";
    }
    first = false, last = role;
    text += row_text(r, row);
  }
  const PopulationLayout layout(r.model.population);
  if (layout.etas() > 0) text += "\nSpread between people and shrinkage\n";
  text += fit_spread_text(between_people(r, layout));
  if (layout.kappas() > 0) text += "\nSpread between occasions and shrinkage\n";
  text += fit_spread_text(between_occasions(r, layout));
  text += fmt::format("  {:<12}shrinkage {}\n", "residual",
                      known_percent_text(r.diagnostics.residual_shrinkage));
  if (!r.check.bins.empty())
    text += fmt::format(
        "\nPredictive check: {} of {} observed quantiles (5, 50, 95%) lie in the 90% interval of "
        "{} simulations\n",
        std::lround(r.check.inside * static_cast<double>(3 * r.check.bins.size())),
        3 * r.check.bins.size(), r.request.replicates);
  return text;
}

std::string fit_csv(const FitResult& r) {
  if (r.request.rows == "estimates") return table_csv(estimates_json(r));
  if (r.request.rows == "residuals") return table_csv(residuals_json(r));
  if (r.request.rows == "vpc") return table_csv(vpc_json(r));
  const PopulationLayout layout(r.model.population);
  if (r.request.rows == "occasions") return table_csv(fit_occasion_rows(r, layout));
  return table_csv(fit_people_json(r, layout, false));
}

}  // namespace entact
