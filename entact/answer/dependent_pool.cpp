#include "entact/answer/dependent_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"
#include "entact/stats/robust.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

/// The choices that a request leaves to words, read once.
struct Choices {
  MultilevelOptions fit{};
  std::optional<RobustType> robust{};
};

Choices choices_of(const PoolRequest& request) {
  Choices choices{.fit = {.test = MultilevelTest::residual_t}};
  require(request.method.empty() || request.method == "REML" || request.method == "ML",
          "answer.pool.method",
          "dependent effects are pooled with --method REML or ML; saw '" + request.method + "'",
          ErrorKind::usage);
  if (request.method == "ML") choices.fit.method = MultilevelMethod::ml;
  require(
      request.test.empty() || request.test == "t" || request.test == "z", "answer.pool.test",
      "dependent effects are tested with --test t or z, and robustly besides (--robust); saw '" +
          request.test + "'",
      ErrorKind::usage);
  if (request.test == "z") choices.fit.test = MultilevelTest::normal;
  require(!request.diagnostics && !request.bayes_scale, "answer.pool.independent_only",
          "--diagnostics and --bayes are for independent effects", ErrorKind::usage);
  if (request.robust == "cr2") choices.robust = RobustType::cr2;
  if (request.robust == "cr1") choices.robust = RobustType::cr1;
  if (request.robust == "cr0") choices.robust = RobustType::cr0;
  require(choices.robust || request.robust == "none", "answer.pool.robust",
          "--robust is cr2, cr1, cr0 or none; saw '" + request.robust + "'", ErrorKind::usage);
  return choices;
}

MultilevelData multilevel_data(const DependentData& data) {
  const auto k = static_cast<Eigen::Index>(data.effects.yi.size());
  MultilevelData model{.y = Eigen::Map<const Eigen::VectorXd>(data.effects.yi.data(), k),
                       .x = Eigen::MatrixXd::Ones(k, 1),
                       .v = data.covariance,
                       .coefficient = {"intercept"},
                       .label = data.effects.slab};
  if (!data.effects.moderators.names.empty()) {
    model.x = data.effects.moderators.x;
    model.coefficient = data.effects.moderators.names;
  }
  model.levels.push_back({.name = "study", .group = data.study});
  if (std::set<std::string>(data.study.begin(), data.study.end()).size() < data.study.size()) {
    RandomLevel effect{.name = "effect"};
    for (Eigen::Index i = 0; i < k; ++i) effect.group.push_back(std::to_string(i));
    model.levels.push_back(std::move(effect));
  }
  return model;
}

Eigen::VectorXd only(Eigen::Index which, Eigen::Index p) { return Eigen::VectorXd::Unit(p, which); }

PooledCoefficient by_the_model(const MultilevelFit& fit, Eigen::Index which, double level) {
  const double value = fit.beta(which), se = fit.se(which);
  const double half = t_quantile(0.5 + level / 2, fit.df) * se;
  return {.name = fit.coefficient[static_cast<std::size_t>(which)],
          .value = value,
          .se = se,
          .statistic = value / se,
          .df = fit.df,
          .p = two_sided_p(value / se, fit.df),
          .low = value - half,
          .high = value + half};
}

PooledCoefficient robustly(const RobustTest& test, const std::string& name) {
  return {.name = name,
          .value = test.value,
          .se = test.se,
          .statistic = test.statistic,
          .df = test.df,
          .p = test.p,
          .low = test.low,
          .high = test.high};
}

void add_robust(DependentPooled& pooled, const DependentData& data, RobustType type) {
  const RobustFit robust = cluster_robust(pooled.fit, data.study, {.type = type});
  pooled.clusters = robust.clusters;
  for (std::size_t i = 0; i < pooled.model_based.size(); ++i) {
    const std::string& name = pooled.model_based[i].name;
    const RobustTest test = robust_test(
        robust, only(static_cast<Eigen::Index>(i), pooled.fit.beta.size()), pooled.level);
    pooled.coefficients.push_back(robustly(test, name));
    if (test.df_too_few())
      pooled.reservations.push_back(
          fmt::format("the robust interval of {} has {} degrees of freedom; below 4 it is too "
                      "narrow more often than its level says",
                      name, decimal_text(test.df, 1)));
  }
}

std::string words_of(const Choices& choices) {
  std::string words = "correlated and hierarchical effects, ";
  words += choices.fit.method == MultilevelMethod::ml ? "ML, " : "REML, ";
  if (!choices.robust)
    return words + (choices.fit.test == MultilevelTest::normal ? "z interval" : "t interval");
  constexpr std::array<const char*, 3> names{"CR0", "CR1", "CR2"};
  return words + names[static_cast<std::size_t>(*choices.robust)] + " robust interval";
}

Json test_json(const PooledCoefficient& c) {
  return {{"estimate", json_number(c.value)},
          {"se", json_number(c.se)},
          {"statistic", json_number(c.statistic)},
          {"df", json_number(c.df)},
          {"p", json_number(c.p)},
          {"ci_low", json_number(c.low)},
          {"ci_high", json_number(c.high)}};
}

Json optional_json(const std::optional<double>& value) {
  return value ? json_number(*value) : Json(nullptr);
}

Json coefficients_json(const DependentPooled& pooled) {
  Json all = Json::array();
  for (std::size_t i = 0; i < pooled.coefficients.size(); ++i) {
    Json row{{"term", pooled.coefficients[i].name}};
    row.update(test_json(pooled.coefficients[i]));
    row["model_based"] = test_json(pooled.model_based[i]);
    all.push_back(row);
  }
  return all;
}

Json studies_json(const DependentData& data) {
  Json all = Json::array();
  const Moderators& mods = data.effects.moderators;
  for (std::size_t i = 0; i < data.effects.yi.size(); ++i) {
    Json row{{"slab", data.effects.slab[i]},
             {"study", data.study[i]},
             {"yi", data.effects.yi[i]},
             {"vi", data.effects.vi[i]}};
    for (std::size_t j = 1; j < mods.names.size(); ++j)
      row[mods.names[j]] = mods.x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    all.push_back(row);
  }
  return all;
}

Json result_json(const DependentData& data, const DependentPooled& pooled) {
  Json json{
      {"measure", data.effects.measure}, {"scale", data.effects.log_scale ? "log" : "identity"},
      {"model", pooled.model},           {"level", pooled.level},
      {"k", data.effects.yi.size()},     {"clusters", pooled.clusters}};
  json.update(test_json(pooled.coefficients.front()));
  if (data.effects.log_scale && pooled.coefficients.size() == 1)
    for (const char* key : {"estimate", "ci_low", "ci_high"})
      json[std::string(key) + "_ratio"] = std::exp(json[key].get<double>());
  json["model_based"] = test_json(pooled.model_based.front());
  json["sigma2"] = {{"study", optional_json(pooled.sigma2_study)},
                    {"effect", optional_json(pooled.sigma2_effect)}};
  json["rho"] = optional_json(data.rho);
  json["q"] = json_number(pooled.fit.q_e);
  json["q_df"] = json_number(pooled.fit.q_e_df);
  json["q_p"] = json_number(pooled.fit.q_e_p);
  json["coefficients"] = coefficients_json(pooled);
  json["studies"] = studies_json(data);
  json["fit"] = {{"converged", pooled.fit.fit.converged},
                 {"iterations", pooled.fit.fit.iterations}};
  return json;
}

std::string dependent_line(const std::string& name, const std::string& value) {
  return fmt::format("  {:<26}{}\n", name, value);
}

std::string test_text(const PooledCoefficient& c) {
  return fmt::format("[{}, {}], standard error {}, df {}, p {}", decimal_text(c.low, 4),
                     decimal_text(c.high, 4), decimal_text(c.se, 4),
                     std::isfinite(c.df) ? decimal_text(c.df, 2) : "infinite", p_text(c.p));
}

std::string people_text(const DependentData& data, const DependentPooled& pooled) {
  std::string words =
      fmt::format("{}, {} effects of {} studies\n{}\n", measure_words(data.effects.measure),
                  data.effects.yi.size(), pooled.clusters, pooled.model);
  for (std::size_t i = 0; i < pooled.coefficients.size(); ++i) {
    const PooledCoefficient& c = pooled.coefficients[i];
    words += dependent_line(c.name, decimal_text(c.value, 4));
    if (pooled.coefficients[i].se != pooled.model_based[i].se)
      words += dependent_line("  robust", test_text(c));
    words += dependent_line("  by the model", test_text(pooled.model_based[i]));
  }
  if (pooled.sigma2_study)
    words += dependent_line("variance between studies", decimal_text(*pooled.sigma2_study, 4));
  if (pooled.sigma2_effect)
    words += dependent_line("variance within studies", decimal_text(*pooled.sigma2_effect, 4));
  if (data.rho) words += dependent_line("assumed correlation", decimal_text(*data.rho, 2));
  words += "\n";
  for (std::size_t i = 0; i < data.effects.yi.size(); ++i)
    words += fmt::format("  {:<40}{:>10}{:>10}\n", data.effects.slab[i].substr(0, 39),
                         decimal_text(data.effects.yi[i], 4),
                         decimal_text(std::sqrt(data.effects.vi[i]), 4));
  return words;
}

std::string rows_csv(const DependentData& data) {
  std::string csv = "slab,study,yi,vi\n";
  for (std::size_t i = 0; i < data.effects.yi.size(); ++i)
    csv += fmt::format("{},{},{:.17g},{:.17g}\n", csv_field(data.effects.slab[i]),
                       csv_field(data.study[i]), data.effects.yi[i], data.effects.vi[i]);
  return csv;
}

}  // namespace

DependentPooled dependent_pool(const DependentData& data, const PoolRequest& request) {
  const Choices choices = choices_of(request);
  require(data.effects.subgroups.empty(), "answer.pool.independent_only",
          "--subgroup is for independent effects; --mods with the column compares them here",
          ErrorKind::usage);
  DependentPooled pooled{.fit = fit_multilevel(multilevel_data(data), choices.fit),
                         .model = words_of(choices),
                         .level = request.level};
  pooled.reservations = pooled.fit.fit.reservations;
  pooled.sigma2_study = pooled.fit.sigma2(0);
  if (pooled.fit.sigma2.size() > 1) pooled.sigma2_effect = pooled.fit.sigma2(1);
  for (Eigen::Index i = 0; i < pooled.fit.beta.size(); ++i)
    pooled.model_based.push_back(by_the_model(pooled.fit, i, request.level));
  pooled.clusters = std::ssize(std::set<std::string>(data.study.begin(), data.study.end()));
  if (choices.robust)
    add_robust(pooled, data, *choices.robust);
  else
    pooled.coefficients = pooled.model_based;
  return pooled;
}

Answer dependent_answer(const DependentData& data, const PoolRequest& request) {
  const DependentPooled pooled = dependent_pool(data, request);
  Answer answer{.result_json = result_json(data, pooled).dump(),
                .text = people_text(data, pooled),
                .csv = rows_csv(data),
                .reservations = data.effects.notes};
  answer.reservations.insert(answer.reservations.end(), pooled.reservations.begin(),
                             pooled.reservations.end());
  return answer;
}

}  // namespace entact
