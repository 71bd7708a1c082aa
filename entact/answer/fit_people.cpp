#include "entact/answer/fit_people.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

// The parameters of occasion k of phi.
Json own_json(const FitResult& r, const Eigen::VectorXd& phi, std::ptrdiff_t k) {
  const auto& parameters = r.model.population.parameters;
  Json own = Json::object();
  for (std::size_t j = 0; j < parameters.size(); ++j)
    own[parameters[j].id] =
        json_number(phi[static_cast<Index>(j) + k * static_cast<Index>(parameters.size())]);
  return own;
}

// Elements of b from `first` on, by the parameters that they move.
Json effects_json(const FitResult& r, const std::vector<Index>& effect, const Eigen::VectorXd& b,
                  Index first) {
  Json list = Json::object();
  for (std::size_t j = 0; j < effect.size(); ++j)
    if (effect[j] >= 0)
      list[r.model.population.parameters[j].id] = json_number(b[first + effect[j]]);
  return list;
}

Json occasions_json(const FitResult& r, const PopulationLayout& layout, std::size_t i) {
  const PopulationSubject& s = r.model.population.subjects[i];
  const Eigen::VectorXd& b = r.fit.modes[i].b;
  const Eigen::VectorXd phi = individual_parameters(layout, r.fit.values, s, b).phi;
  Json list = Json::array();
  for (std::ptrdiff_t k = 0; k < s.occasions; ++k)
    list.push_back(
        {{"occasion", k + 1},
         {"kappa", effects_json(r, layout.kappa_of(), b, layout.etas() + k * layout.kappas())},
         {"parameters", own_json(r, phi, k)}});
  return list;
}

std::vector<FitSpread> spreads_of(const FitResult& r, const std::vector<Index>& effect,
                                  const Eigen::MatrixXd& variance, const Eigen::VectorXd& shrinkage,
                                  const Eigen::VectorXd& mean) {
  std::vector<FitSpread> list;
  const auto& parameters = r.model.population.parameters;
  for (std::size_t j = 0; j < parameters.size(); ++j)
    if (const Index e = effect[j]; e >= 0)
      list.push_back({parameters[j].id, parameters[j].form == IndividualForm::lognormal,
                      variance(e, e), shrinkage[e], mean[e]});
  return list;
}

}  // namespace

double FitSpread::cv_percent() const {
  return log ? 100 * std::sqrt(std::expm1(variance)) : std::nan("");
}

std::vector<FitSpread> between_people(const FitResult& r, const PopulationLayout& layout) {
  return spreads_of(r, layout.eta_of(), r.fit.values.omega, r.diagnostics.shrinkage,
                    r.diagnostics.mean);
}

std::vector<FitSpread> between_occasions(const FitResult& r, const PopulationLayout& layout) {
  return spreads_of(r, layout.kappa_of(), r.fit.values.occasion, r.diagnostics.occasion_shrinkage,
                    r.diagnostics.occasion_mean);
}

Json fit_spread_json(const std::vector<FitSpread>& spreads) {
  Json list = Json::array();
  for (const FitSpread& s : spreads)
    list.push_back({{"parameter", s.parameter},
                    {"form", s.log ? "lognormal" : "normal"},
                    {"sd", json_number(std::sqrt(s.variance))},
                    {"cv_percent", json_number(s.cv_percent())},
                    {"shrinkage", json_number(s.shrinkage)},
                    {"mean", json_number(s.mean)}});
  return list;
}

std::string known_percent_text(double part) {
  return std::isfinite(part) ? decimal_text(100 * part, 0) + "%" : "not known";
}

std::string fit_spread_text(const std::vector<FitSpread>& spreads) {
  std::string text;
  for (const FitSpread& s : spreads)
    text += fmt::format(
        "  {:<12}sd {}{}, shrinkage {}\n", s.parameter,
        s.log ? decimal_text(std::sqrt(s.variance), 3) : significant_text(std::sqrt(s.variance), 3),
        s.log ? fmt::format(" (CV {})", known_percent_text(s.cv_percent() / 100)) : "",
        known_percent_text(s.shrinkage));
  return text;
}

Json fit_people_json(const FitResult& r, const PopulationLayout& layout, bool occasions) {
  Json list = Json::array();
  for (std::size_t i = 0; i < r.fit.modes.size(); ++i) {
    const PopulationSubject& s = r.model.population.subjects[i];
    Eigen::VectorXd b = r.fit.modes[i].b;
    b.tail(b.size() - layout.etas()).setZero();
    const Eigen::VectorXd phi = individual_parameters(layout, r.fit.values, s, b).phi;
    list.push_back({{"id", s.id},
                    {"eta", effects_json(r, layout.eta_of(), b, 0)},
                    {"parameters", own_json(r, phi, 0)}});
    if (occasions && (layout.kappas() > 0 || s.occasions > 1))
      list.back()["occasions"] = occasions_json(r, layout, i);
  }
  return list;
}

Json fit_occasion_rows(const FitResult& r, const PopulationLayout& layout) {
  Json list = Json::array();
  for (std::size_t i = 0; i < r.fit.modes.size(); ++i)
    for (const Json& occasion : occasions_json(r, layout, i)) {
      Json row{{"id", r.model.population.subjects[i].id}};
      row.update(occasion);
      list.push_back(std::move(row));
    }
  return list;
}

}  // namespace entact
