#include "entact/answer/effect_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Words = std::vector<std::string_view>;

/// A measure with the lists it needs and the intervals it has; the first interval is the default.
struct MeasureRule {
  std::string_view name{};
  Words inputs{};
  Words intervals{};
  std::string_view pool{};
};

const MeasureRule& rule_of(const std::string& measure) {
  const Words means{"--m1i", "--sd1i", "--n1i", "--m2i", "--sd2i", "--n2i"};
  const Words counts{"--ai", "--n1i", "--ci", "--n2i"};
  static const std::array<MeasureRule, 7> rules{
      {{"MD", means, {"wald"}, ""},
       {"SMD", means, {"wald"}, ""},
       {"RD", counts, {"mn", "newcombe", "wald"}, "mh"},
       {"RR", counts, {"mn", "wald"}, "mh"},
       {"OR", counts, {"mn", "wald"}, "mh"},
       {"PR", {"--xi", "--ni"}, {"exact", "wilson", "jeffreys", "upper"}, "sum"},
       {"SEE", {"--ni"}, {""}, "sum"}}};
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const MeasureRule& rule) { return rule.name == measure; });
  require(found != rules.end(), "answer.effect.measure",
          fmt::format("--measure is one of MD, SMD, RD, RR, OR, PR, SEE; saw '{}'", measure),
          ErrorKind::usage);
  return *found;
}

std::array<std::pair<std::string_view, const std::vector<double>*>, 10> lists(
    const EffectRequest& request) {
  return {{{"--ai", &request.ai},
           {"--m1i", &request.m1i},
           {"--sd1i", &request.sd1i},
           {"--n1i", &request.n1i},
           {"--ci", &request.ci},
           {"--m2i", &request.m2i},
           {"--sd2i", &request.sd2i},
           {"--n2i", &request.n2i},
           {"--xi", &request.xi},
           {"--ni", &request.ni}}};
}

bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_inputs(const EffectRequest& request, const MeasureRule& rule) {
  std::size_t studies = 0;
  for (const auto& [name, list] : lists(request)) {
    const bool wanted = holds(rule.inputs, name);
    require(wanted == !list->empty(), "answer.effect.inputs",
            fmt::format("{} takes {}; {} is {}", rule.name, fmt::join(rule.inputs, " "), name,
                        wanted ? "missing" : "none of them"),
            ErrorKind::usage);
    if (!wanted) continue;
    if (studies == 0) studies = list->size();
    require(list->size() == studies, "answer.effect.inputs",
            fmt::format("lists have one number a study; {} has {}, another has {}", name,
                        list->size(), studies),
            ErrorKind::usage);
  }
  require(studies == 1 || !request.pool.empty(), "answer.effect.inputs",
          fmt::format("{} studies need --pool{}{}", studies, rule.pool.empty() ? "" : " ",
                      rule.pool.empty() ? ", which " + std::string(rule.name) +
                                              " lacks (entact pool pools such effects)"
                                        : std::string(rule.pool)),
          ErrorKind::usage);
  require(request.risk.has_value() == (rule.name == "SEE"), "answer.effect.inputs",
          fmt::format("--risk goes with SEE and SEE with --risk; saw {}", rule.name),
          ErrorKind::usage);
}

void check_interval(const EffectRequest& request, const MeasureRule& rule) {
  const bool mantel_haenszel = request.pool == "mh";
  const Words offered = mantel_haenszel ? Words{"wald"} : rule.intervals;
  require(holds(offered, request.interval), "answer.effect.interval",
          fmt::format("the intervals of {}{} are {}; saw '{}'", rule.name,
                      mantel_haenszel ? " pooled" : "", fmt::join(offered, ", "), request.interval),
          ErrorKind::usage);
}

}  // namespace

EffectRequest completed(EffectRequest request) {
  const MeasureRule& rule = rule_of(request.measure);
  require(request.pool.empty() || request.pool == rule.pool, "answer.effect.pool",
          rule.pool.empty()
              ? fmt::format("{} is not pooled here; entact pool pools such effects", rule.name)
              : fmt::format("{} is pooled with --pool {}; saw '{}'", rule.name, rule.pool,
                            request.pool),
          ErrorKind::usage);
  if (request.interval.empty())
    request.interval = request.pool == "mh" ? "wald" : std::string(rule.intervals.front());
  check_interval(request, rule);
  const double lowest = request.interval == "upper" ? 0.5 : 0;
  require(request.level > lowest && request.level < 1, "answer.effect.level",
          fmt::format("--level lies above {} and below 1; saw {}", lowest, request.level),
          ErrorKind::usage);
  check_inputs(request, rule);
  return request;
}

std::string canonical_command(const EffectRequest& request) {
  std::string command = "entact effect --measure " + request.measure;
  if (!request.interval.empty()) command += " --interval " + request.interval;
  if (!request.pool.empty()) command += " --pool " + request.pool;
  if (request.level != 0.95) command += fmt::format(" --level {}", request.level);
  for (const auto& [name, list] : lists(request))
    if (!list->empty()) command += fmt::format(" {} {}", name, fmt::join(*list, ","));
  if (request.risk) command += fmt::format(" --risk {}", *request.risk);
  return command;
}

}  // namespace entact
