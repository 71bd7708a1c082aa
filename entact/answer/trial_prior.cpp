#include "entact/answer/trial_prior.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const char* const remedy = "Write it with: entact pool --analysis ptsd_caps5_md --format json";

double number_in(const TomlTable& table, const Json& result, const char* key) {
  if (result.contains(key) && result[key].is_number()) return result[key].get<double>();
  throw table.fault("from", fmt::format("the file's result has no number '{}'", key), remedy);
}

// Infinite degrees of freedom are "inf" in the file, 0 in a prior.
double df_in(const TomlTable& table, const Json& result) {
  if (result.contains("df") && result["df"] == "inf") return 0;
  return number_in(table, result, "df");
}

// Points of one unit of the pooled effect.
double unit_of(const TomlTable& table, const Json& result) {
  const std::string measure =
      result.contains("measure") && result["measure"].is_string() ? result["measure"] : "";
  if (measure == "SMD") {
    if (!table.has("sd"))
      throw table.fault("from",
                        "it pools standardised differences, which need `sd`: the points of "
                        "one standard deviation",
                        "Add sd = 12");
    const double sd = table.number("sd");
    if (!(sd > 0)) throw table.fault("sd", "a standard deviation is positive", "Write sd = 12");
    return sd;
  }
  if (measure != "MD" && measure != "GEN")
    throw table.fault("from",
                      fmt::format("a prior for an effect in points comes from a pool of MD or SMD; "
                                  "this one is of '{}'",
                                  measure),
                      remedy);
  if (table.has("sd")) throw table.fault("sd", "the file pools points already", "Leave sd out");
  return 1;
}

TrialPrior from_pool(const TomlTable& table, const std::filesystem::path& folder) {
  for (const char* key : {"mean", "se", "tau", "df"})
    if (table.has(key))
      throw table.fault(key, "the prior comes from a file, or is written here", "Leave one out");
  const std::string name = table.text("from");
  const std::string bytes = at_place(table.place("from") + " (" + table.path("from") + ")",
                                     [&] { return read_file(folder / name); });
  const Json json = Json::parse(bytes, nullptr, false);
  if (!json.is_object() || !json.contains("result") || !json["result"].is_object())
    throw table.fault("from", "it is the JSON of a pooled answer", remedy);
  const Json& result = json["result"];
  const double unit = unit_of(table, result);
  return {.mean = unit * number_in(table, result, "estimate"),
          .se = unit * number_in(table, result, "se"),
          .tau = unit * std::sqrt(number_in(table, result, "tau2")),
          .df = df_in(table, result),
          .from = name,
          .sha256 = sha256(bytes)};
}

}  // namespace

TrialPrior read_prior(const TomlTable& table, const std::filesystem::path& folder) {
  if (table.has("from")) return from_pool(table, folder);
  const TrialPrior prior{.mean = table.number("mean"),
                         .se = table.number("se", 0),
                         .tau = table.number("tau", 0),
                         .df = table.number("df", 0)};
  if (prior.se < 0 || prior.tau < 0)
    throw table.fault("se", "se and tau are not negative", "Write se = 2 and tau = 1");
  if (prior.df < 0) throw table.fault("df", "df is not negative", "Write df = 3");
  return prior;
}

}  // namespace entact
