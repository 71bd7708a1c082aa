// Quantities of results that are shown, not pooled: members, exact bounds of a risk over arms that
// are added up, and uncontrolled changes.
#include <algorithm>
#include <cmath>

#include "entact/answer/claim_arguments.h"
#include "entact/answer/effect_command.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

FoundQuantity member_count(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const Row analysis = analysis_in(context, call, names_in(call, 1, 1).front());
  const std::vector<ShownMember> members = shown_members(context, analysis.id());
  std::vector<std::string> facts;
  for (const ShownMember& each : members) facts.push_back(each.fact.id());
  FoundQuantity found{.value = static_cast<double>(members.size())};
  found.own(static_cast<double>(members.size()), std::to_string(members.size()),
            "results: " + analysis.text("title"), facts);
  found.say((members.size() == 1 ? " result on record: " : " results on record: ") +
            analysis.text("title"));
  return found;
}

/// People with the event: between two numbers where only events were counted.
struct Counted {
  double least = 0, most = 0, n = 0;
  std::vector<std::string> facts{};
};

Counted counted_in(const std::vector<ShownMember>& members) {
  Counted sum;
  for (const auto& [member, fact] : members) {
    if (!fact.table().has("n") || std::isnan(fact.number("n"))) continue;
    const bool harms = fact.table().name() == "adverse_events";
    const double people = fact.number(harms ? "participants" : "events");
    const double events = harms ? fact.number("events") : people;
    if (std::isnan(people) && std::isnan(events)) continue;
    sum.least += std::isnan(people) ? std::min(1.0, events) : people;
    sum.most += std::isnan(people) ? std::min(events, fact.number("n")) : people;
    sum.n += fact.number("n");
    sum.facts.push_back(fact.id());
  }
  return sum;
}

ClaimNumber bound(double events, const Counted& counted, bool upper, const std::string& title) {
  const EffectRequest request =
      completed({.measure = "PR", .interval = "exact", .xi = {events}, .ni = {counted.n}});
  const EffectResult result = effect_of(request);
  const double value = upper ? result.ci_high : result.ci_low;
  return {
      .value = value,
      .text = percent_text(value, 1),
      .label = std::string(upper ? "upper" : "lower") + " end of the exact 95% interval: " + title,
      .unit = "percent",
      .trail = {.facts = counted.facts,
                .command = canonical_command(request) + " --format json",
                .pointer = upper ? "/result/ci_high" : "/result/ci_low",
                .model = result.interval + " interval, arms added up"}};
}

FoundQuantity risk(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const Row analysis = analysis_in(context, call, names_in(call, 1, 1).front());
  const Counted counted = counted_in(shown_members(context, analysis.id()));
  const std::string title = analysis.text("title");
  FoundQuantity found{.subject = "risk " + analysis.id()};
  if (counted.n == 0) return found.say(title + ": no count on record");
  const ClaimNumber low = bound(counted.least, counted, false, title);
  const ClaimNumber high = bound(counted.most, counted, true, title);
  found.value = call.name == "risk_lower" ? low.value : high.value;
  const std::string people =
      count_text(counted.least) +
      (counted.least == counted.most ? "" : " to " + count_text(counted.most)) + " of " +
      count_text(counted.n);
  found.say(title + ": " + people + ", exact 95% interval ")
      .number(low)
      .say(" to ")
      .number(high)
      .say(" per 100");
  return found;
}

/// A change within one arm that was compared with none.
struct Change {
  Row fact;
  std::string slab{};
  double high = 0;  ///< upper end of the 95% interval, lower being better; NaN without a spread
};

double upper_of(const Row& fact) {
  const bool lower_better = fact.text("better") != "higher";
  const double value = fact.number("value");
  const double end = fact.number(lower_better ? "ci_high" : "ci_low");
  const double n = fact.number("n");
  const double half = n > 1 ? t_quantile(0.975, n - 1) * fact.number("sd") / std::sqrt(n) : NAN;
  if (std::isnan(end)) return (lower_better ? value : -value) + half;
  return lower_better ? end : -end;
}

FoundQuantity falls(const ClaimContext& context, const ClaimCall& call) {
  allow_options(call, {});
  const Row analysis = analysis_in(context, call, names_in(call, 1, 1).front());
  FoundQuantity found;
  double clear = 0;
  found.say(analysis.text("title") + ", without control: ");
  bool any = false;
  for (const auto& [member, fact] : shown_members(context, analysis.id())) {
    if (fact.table().name() != "continuous") continue;
    const bool change = fact.text("statistic").ends_with("mean_change");
    if (change && upper_of(fact) < 0) ++clear;
    found.say((any ? ", " : "") + member.text("slab") + (change ? " change " : " mean "))
        .fact(fact, "value", member.text("slab") + ", " + fact.text("instrument"))
        .say(std::isnan(upper_of(fact)) ? " with no spread on record" : "");
    any = true;
  }
  if (!any) found.say("no outcome numbers on record");
  found.value = clear;
  return found;
}

}  // namespace

std::optional<FoundQuantity> harm_quantity(const ClaimContext& context, const ClaimCall& call) {
  if (call.name == "members") return member_count(context, call);
  if (call.name == "risk_lower" || call.name == "risk_upper") return risk(context, call);
  if (call.name == "clear_falls") return falls(context, call);
  return std::nullopt;
}

}  // namespace entact
