#include "entact/answer/pool_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/dependent_pool.h"
#include "entact/answer/json_number.h"
#include "entact/answer/pool_extras.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const PooledCoefficient& coefficient) {
  return {{"term", coefficient.name},
          {"estimate", json_number(coefficient.value)},
          {"se", json_number(coefficient.se)},
          {"statistic", json_number(coefficient.statistic)},
          {"df", json_number(coefficient.df)},
          {"p", json_number(coefficient.p)},
          {"ci_low", json_number(coefficient.low)},
          {"ci_high", json_number(coefficient.high)}};
}

void add_interval(Json& json, const char* low, const char* high,
                  const std::optional<Interval>& interval) {
  json[low] = interval ? json_number(interval->low) : Json(nullptr);
  json[high] = interval ? json_number(interval->high) : Json(nullptr);
}

void add_heterogeneity(Json& json, const Pooled& pooled) {
  json["tau2"] = json_number(pooled.tau2);
  json["tau2_se"] = json_number(pooled.tau2_se);
  add_interval(json, "tau2_ci_low", "tau2_ci_high", pooled.tau2_interval);
  json["i2"] = json_number(100 * pooled.i2);
  json["h2"] = json_number(pooled.h2);
  json["i2_q"] = json_number(100 * pooled.i2_q);
  json["h2_q"] = json_number(pooled.h2_q);
  json["q"] = json_number(pooled.q);
  json["q_df"] = json_number(pooled.q_df);
  json["q_p"] = json_number(pooled.q_p);
}

void add_back_transformed(Json& json) {
  for (const char* key :
       {"estimate", "ci_low", "ci_high", "pi_low", "pi_high", "pi_hts_low", "pi_hts_high"})
    json[std::string(key) + "_ratio"] =
        json[key].is_number() ? Json(std::exp(json[key].get<double>())) : Json(nullptr);
}

Json result_json(const PoolData& data, const Pooled& pooled) {
  const PooledCoefficient& first = pooled.coefficients.front();
  Json json{{"measure", data.measure},
            {"scale", data.log_scale ? "log" : "identity"},
            {"model", model_words(pooled)},
            {"level", pooled.how.level},
            {"k", pooled.k}};
  json.update(json_of(first));
  json.erase("term");
  add_interval(json, "pi_low", "pi_high", pooled.prediction);
  add_interval(json, "pi_hts_low", "pi_hts_high", pooled.prediction_hts);
  add_interval(json, "pi_high_tau2_low", "pi_high_tau2_high", pooled.prediction_high_tau2);
  if (data.log_scale) add_back_transformed(json);
  add_heterogeneity(json, pooled);
  json["qm"] = json_number(pooled.qm.statistic);
  json["qm_df"] = json_number(pooled.qm.df1);
  json["qm_df2"] = json_number(pooled.qm.df2);
  json["qm_p"] = json_number(pooled.qm.p);
  if (pooled.r2) json["r2"] = json_number(100 * *pooled.r2);
  json["bias_to_no_effect"] = json_number(std::abs(first.value));
  json["bias_to_interval"] = first.low > 0 || first.high < 0
                                 ? json_number(std::min(std::abs(first.low), std::abs(first.high)))
                                 : Json(0.0);
  json["coefficients"] = Json::array();
  for (const PooledCoefficient& coefficient : pooled.coefficients)
    json["coefficients"].push_back(json_of(coefficient));
  json["studies"] = Json::array();
  for (std::size_t i = 0; i < data.yi.size(); ++i)
    json["studies"].push_back({{"slab", data.slab[i]},
                               {"yi", data.yi[i]},
                               {"vi", data.vi[i]},
                               {"weight", 100 * pooled.weights[i]}});
  json["fit"] = {{"converged", pooled.fit.converged}, {"iterations", pooled.fit.iterations}};
  return json;
}

std::string line(const std::string& name, const std::string& value) {
  return fmt::format("  {:<26}{}\n", name, value);
}

std::string between(double low, double high, int decimals = 4) {
  return fmt::format("[{}, {}]", decimal_text(low, decimals), decimal_text(high, decimals));
}

std::string coefficient_text(const PooledCoefficient& c, bool log_scale) {
  std::string text =
      line(c.name, fmt::format("{} {}", decimal_text(c.value, 4), between(c.low, c.high)));
  if (log_scale)
    text += line("  as a ratio", fmt::format("{} {}", decimal_text(std::exp(c.value), 4),
                                             between(std::exp(c.low), std::exp(c.high))));
  text += line("  standard error, df, p",
               fmt::format("{}, {}, {}", decimal_text(c.se, 4),
                           std::isfinite(c.df) ? decimal_text(c.df, 2) : "infinite", p_text(c.p)));
  return text;
}

std::string people_text(const PoolData& data, const Pooled& pooled) {
  std::string text = fmt::format(
      "{}, k = {}\n{}\n", data.measure == "GEN" ? "Effect as given" : measure_words(data.measure),
      pooled.k, model_words(pooled));
  for (const PooledCoefficient& coefficient : pooled.coefficients)
    text += coefficient_text(coefficient, data.log_scale && pooled.p == 1);
  if (pooled.prediction)
    text += line("prediction interval", between(pooled.prediction->low, pooled.prediction->high));
  if (pooled.prediction_hts)
    text +=
        line("  with k - 2 df", between(pooled.prediction_hts->low, pooled.prediction_hts->high));
  text += line("tau2", decimal_text(pooled.tau2, 4) +
                           (pooled.tau2_interval ? " " + between(pooled.tau2_interval->low,
                                                                 pooled.tau2_interval->high)
                                                 : ""));
  text += line("I2, H2", fmt::format("{} %, {}", decimal_text(100 * pooled.i2, 1),
                                     decimal_text(pooled.h2, 2)));
  text += line("Q, df, p", fmt::format("{}, {}, {}", decimal_text(pooled.q, 3),
                                       decimal_text(pooled.q_df, 0), p_text(pooled.q_p)));
  text += "\n";
  for (std::size_t i = 0; i < data.yi.size(); ++i)
    text += fmt::format("  {:<40}{:>10}{:>10}{:>8} %\n", data.slab[i].substr(0, 39),
                        decimal_text(data.yi[i], 4), decimal_text(std::sqrt(data.vi[i]), 4),
                        decimal_text(100 * pooled.weights[i], 1));
  return text;
}

std::string subgroups_text(const Json& result) {
  if (!result.contains("subgroups")) return "";
  std::string text = "\n";
  for (const Json& group : result["subgroups"]["groups"])
    text += line("subgroup " + group["name"].get<std::string>(),
                 fmt::format("{} {}, k = {}", decimal_text(group["estimate"].get<double>(), 4),
                             between(group["ci_low"].get<double>(), group["ci_high"].get<double>()),
                             group["k"].get<int>()));
  const Json& all = result["subgroups"];
  return text + line("between, df, p",
                     fmt::format("{}, {}, {}", decimal_text(all["q_between"].get<double>(), 3),
                                 decimal_text(all["df"].get<double>(), 0),
                                 p_text(all["p"].get<double>())));
}

std::string rows_csv(const PoolData& data, const Pooled& pooled) {
  std::string csv = "slab,yi,vi,weight\n";
  for (std::size_t i = 0; i < data.yi.size(); ++i)
    csv += fmt::format("{},{:.17g},{:.17g},{:.17g}\n", csv_field(data.slab[i]), data.yi[i],
                       data.vi[i], 100 * pooled.weights[i]);
  const PooledCoefficient& first = pooled.coefficients.front();
  return csv + fmt::format("(pooled),{:.17g},{:.17g},\n", first.value, first.se * first.se);
}

}  // namespace

Answer pool_answer(const PoolData& data, const PoolRequest& request) {
  const PoolOptions how = default_options(data.yi.size(), request);
  const Pooled pooled = data.moderators.names.empty()
                            ? pool(data.yi, data.vi, how)
                            : pool(data.yi, data.vi, data.moderators, how);
  Json result = result_json(data, pooled);
  if (request.diagnostics) result["diagnostics"] = Json::parse(diagnostics_json(data, how));
  if (!data.subgroups.empty()) result["subgroups"] = Json::parse(subgroups_json(data, how));
  if (request.bayes_scale)
    result["bayes"] = Json::parse(bayes_json(data, *request.bayes_scale, request.level));
  Answer answer{.result_json = result.dump(),
                .text = people_text(data, pooled) + subgroups_text(result),
                .csv = rows_csv(data, pooled),
                .reservations = data.notes};
  answer.reservations.insert(answer.reservations.end(), pooled.fit.reservations.begin(),
                             pooled.fit.reservations.end());
  return answer;
}

PoolOptions default_options(std::size_t k, const PoolRequest& request) {
  PoolOptions how{.level = request.level};
  how.method = request.method.empty() ? (k < 3 ? Tau2Method::common : Tau2Method::reml)
                                      : tau2_method(request.method);
  how.test =
      request.test.empty() ? (k < 3 ? PoolTest::z : PoolTest::adhoc) : pool_test(request.test);
  return how;
}

Answer pool_file(const std::string& path, const PoolRequest& request) {
  const std::string bytes = read_file(path);
  const CsvTable table = read_csv(bytes, {.file = path});
  const bool dependent = !request.columns.id.empty() || !request.cov.empty();
  require(dependent || !request.rho, "answer.pool.columns",
          "--rho needs --id, the column that says which effects come from one study",
          ErrorKind::usage);
  Answer answer = dependent ? dependent_answer(dependent_data(table, request), request)
                            : pool_answer(pool_data(table, request.columns), request);
  answer.inputs = {{std::filesystem::path(path).filename().string(), sha256(bytes)}};
  if (!request.cov.empty())
    answer.inputs.push_back(
        {std::filesystem::path(request.cov).filename().string(), sha256(read_file(request.cov))});
  return answer;
}

namespace {

std::string with_interval(const std::string& model, PoolTest test) {
  switch (test) {
    case PoolTest::z:
      return model + ", z interval";
    case PoolTest::t:
      return model + ", t interval";
    case PoolTest::knha:
      return model + ", Hartung-Knapp interval without floor";
    case PoolTest::adhoc:
      return model + ", Hartung-Knapp interval with floor";
    case PoolTest::kr:
      return model + ", Kenward-Roger interval";
  }
  return model;
}

}  // namespace

std::string model_words(const PoolOptions& how) {
  return with_interval(how.method == Tau2Method::common
                           ? "common effect"
                           : "random effects, " + std::string(to_text(how.method)),
                       how.test);
}

std::string model_words(const Pooled& pooled) {
  return pooled.k == 1 ? with_interval("one trial", pooled.how.test) : model_words(pooled.how);
}

std::string measure_words(const std::string& measure) {
  if (measure == "SMD") return "standardised mean difference (Hedges g)";
  if (measure == "MD") return "mean difference";
  if (measure == "ROM") return "ratio of means";
  if (measure == "RR") return "risk ratio";
  if (measure == "OR") return "odds ratio";
  if (measure == "RD") return "risk difference";
  if (measure == "AS") return "arcsine difference";
  if (measure == "PETO") return "Peto odds ratio";
  return "effect as given";
}

}  // namespace entact
