#include "entact/answer/pool_extras.h"

#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/stats/egger.h"
#include "entact/stats/pet_peese.h"
#include "entact/stats/pool_bayes.h"
#include "entact/stats/pool_cumulative.h"
#include "entact/stats/pool_influence.h"
#include "entact/stats/pool_leave_one_out.h"
#include "entact/stats/pool_subgroups.h"
#include "entact/stats/rank_correlation.h"
#include "entact/stats/trim_and_fill.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json extra_json(const PooledCoefficient& c) {
  return {{"estimate", json_number(c.value)},
          {"se", json_number(c.se)},
          {"statistic", json_number(c.statistic)},
          {"df", json_number(c.df)},
          {"p", json_number(c.p)},
          {"ci_low", json_number(c.low)},
          {"ci_high", json_number(c.high)}};
}

Json extra_json(const std::vector<Pooled>& pools, const PoolData& data, std::size_t first) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    Json row{{"slab", data.slab[i + first]}};
    row.update(extra_json(pools[i].coefficients.front()));
    row["tau2"] = json_number(pools[i].tau2);
    row["k"] = pools[i].k;
    rows.push_back(row);
  }
  return rows;
}

Json influence_json(const PoolData& data, const PoolOptions& how) {
  Json rows = Json::array();
  const auto all = pool_influence(data.yi, data.vi, how);
  for (std::size_t i = 0; i < all.size(); ++i)
    rows.push_back({{"slab", data.slab[i]},
                    {"rstudent", json_number(all[i].rstudent)},
                    {"dffits", json_number(all[i].dffits)},
                    {"cook", json_number(all[i].cook)},
                    {"hat", json_number(all[i].hat)},
                    {"dfbetas", json_number(all[i].dfbetas)},
                    {"influential", all[i].influential}});
  return rows;
}

Json asymmetry_json(const PoolData& data, const PoolOptions& how) {
  const FunnelRegression egger = egger_test(data.yi, data.vi);
  const PetPeese lines = pet_peese(data.yi, data.vi);
  const Kendall begg = begg_test(data.yi, data.vi);
  const TrimAndFill filled = trim_and_fill(data.yi, data.vi, {.pool = how});
  return {
      {"egger", extra_json(egger.slope)},
      {"begg", {{"tau", json_number(begg.tau)}, {"p", json_number(begg.p)}, {"exact", begg.exact}}},
      {"trim_and_fill",
       {{"side", to_text(filled.side)},
        {"missing", filled.missing},
        {"pooled", extra_json(filled.pooled.coefficients.front())}}},
      {"pet", extra_json(lines.pet.limit)},
      {"peese", extra_json(lines.peese.limit)}};
}

}  // namespace

std::string diagnostics_json(const PoolData& data, const PoolOptions& how) {
  Json json{{"leave_one_out", nullptr},
            {"cumulative", nullptr},
            {"influence", nullptr},
            {"asymmetry", nullptr}};
  if (data.yi.size() < 3) return json.dump();
  json["leave_one_out"] = extra_json(pool_leave_one_out(data.yi, data.vi, how), data, 0);
  json["cumulative"] = extra_json(pool_cumulative(data.yi, data.vi, how), data, 0);
  json["influence"] = influence_json(data, how);
  json["asymmetry"] = asymmetry_json(data, how);
  return json.dump();
}

std::string subgroups_json(const PoolData& data, const PoolOptions& how) {
  const Subgroups all = pool_subgroups(data.yi, data.vi, data.subgroups, {.pool = how});
  Json json{{"groups", Json::array()},
            {"q_between", json_number(all.between.statistic)},
            {"df", json_number(all.between.df1)},
            {"p", json_number(all.between.p)}};
  for (const Subgroup& group : all.groups) {
    Json row{{"name", group.name}, {"k", group.pooled.k}};
    row.update(extra_json(group.pooled.coefficients.front()));
    row["tau2"] = json_number(group.pooled.tau2);
    row["i2"] = json_number(100 * group.pooled.i2);
    json["groups"].push_back(row);
  }
  return json.dump();
}

std::string bayes_json(const PoolData& data, double tau_scale, double level) {
  const PooledBayes bayes =
      pool_bayes(data.yi, data.vi, {.tau_scale = tau_scale, .level = level, .studies = false});
  const Json json{{"prior", "flat for the mean, half-normal for tau"},
                  {"tau_scale", tau_scale},
                  {"median", bayes.mu.median},
                  {"mean", json_number(bayes.mu.mean)},
                  {"sd", json_number(bayes.mu.sd)},
                  {"low", bayes.mu.central.low},
                  {"high", bayes.mu.central.high},
                  {"tau_median", bayes.tau.median},
                  {"tau_low", bayes.tau.central.low},
                  {"tau_high", bayes.tau.central.high},
                  {"predictive_low", bayes.predictive.central.low},
                  {"predictive_high", bayes.predictive.central.high},
                  {"p_below_0", bayes.p_mu_below_0}};
  return json.dump();
}

}  // namespace entact
