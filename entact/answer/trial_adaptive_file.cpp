#include "entact/answer/trial_adaptive_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/toml_values.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Variants = std::vector<TrialVariant>;

void read_estimands(const TomlTable& looks, const Variants& variants, InterimPlan& plan) {
  const std::vector<std::string> ids = looks.texts("estimands", {});
  if (looks.has("order"))
    plan.co_primary = toml_word(looks, "order", {"hierarchical", "co-primary"}) == "co-primary";
  if (looks.has("order") && ids.size() < 2)
    throw looks.fault("order", "an order is of several estimands",
                      "Write estimands = [\"primary\", \"responders\"]");
  if (looks.has("estimands") && ids.empty())
    throw looks.fault("estimands", "looks are at one estimand or more", "Name the first");
  for (const TrialVariant& variant : variants)
    for (std::size_t e = 0; e < ids.size(); ++e)
      if (e >= variant.estimands.size() || variant.estimands[e].id != ids[e])
        throw looks.fault("estimands", "these are the first estimands of the file, in its order",
                          "Order [[estimand]] as they are tested, and list their ids");
  plan.more = ids.empty() ? 0 : static_cast<int>(ids.size()) - 1;
}

void read_predictive(const TomlTable& looks, InterimPlan& plan) {
  const auto table = looks.optional_table("predictive");
  if (!table) return;
  plan.predictive = PredictiveRule{.futility = toml_probability(*table, "futility", 0.1),
                                   .mean = table->number("mean", 0),
                                   .sd = table->number("sd", 0)};
  if (plan.predictive->sd < 0)
    throw table->fault("sd", "the prior's standard deviation is not negative", "Write sd = 5");
  if (table->has("mean") && plan.predictive->sd == 0)
    throw table->fault("mean", "a prior has a standard deviation too", "Add sd = 5");
}

void check_size(const TomlTable& table, const Variants& variants, const SizeRule& rule) {
  for (const TrialVariant& variant : variants)
    if (rule.most < variant.design.n)
      throw table.fault("n_max", "the largest number is not below n", "Raise n_max");
  if (!(rule.power > 0 && rule.power < 1))
    throw table.fault("power", "between 0 and 1, both excluded", "Write 0.9");
  if (rule.blinded && rule.difference == 0)
    throw table.fault("difference", "a blinded size needs the difference assumed, not 0",
                      "Write difference = -9");
  if (!rule.blinded && rule.pooled && rule.promising < 0.5)
    throw table.fault("test",
                      "a pooled test keeps its level where n grows at a conditional power of 0.5 "
                      "or more only",
                      "Write rule = \"promising zone\" with promising = 0.5, or test = "
                      "\"combination\"");
}

void read_size(const TomlTable& looks, const Variants& variants, InterimPlan& plan) {
  const auto table = looks.optional_table("reestimate");
  if (!table) return;
  const std::string word =
      toml_word(*table, "rule", {"blinded", "conditional power", "promising zone"});
  SizeRule rule{.blinded = word == "blinded",
                .power = toml_probability(*table, "power", 0.9),
                .difference = table->number("difference", 0)};
  rule.pooled = rule.blinded && !looks.has("select") && !looks.has("allocate");
  if (table->has("test"))
    rule.pooled = toml_word(*table, "test", {"combination", "pooled"}) == "pooled";
  if (word == "promising zone")
    rule.promising = toml_probability(*table, "promising", rule.pooled ? 0.5 : 0.3);
  const std::int64_t most = table->integer("n_max");
  if (most < 1 || most > 1000000)
    throw table->fault("n_max", "from n to a million participants", "Write n_max = 200");
  rule.most = static_cast<int>(most);
  check_size(*table, variants, rule);
  if (rule.pooled && (looks.has("select") || looks.has("allocate")))
    throw table->fault("test", "select and allocate are tested in stages",
                       "Write test = \"combination\"");
  plan.size = rule;
}

void check_select(const TomlTable& looks, const TomlTable& table, const Variants& variants,
                  const ArmRule& rule, std::size_t stages) {
  for (const TrialVariant& variant : variants) {
    const std::size_t arms = variant.estimands.front().treatment.size();
    if (arms < 2 || arms > 12)
      throw looks.fault("select",
                        "arms are selected from 2 to 12 treatment arms of the first "
                        "estimand",
                        "Write treatment = [\"80 mg\", \"120 mg\"] in [[estimand]]");
    if (rule.keep < 1 || static_cast<std::size_t>(rule.keep) > arms)
      throw table.fault("keep", "from 1 to the number of treatment arms", "Write keep = 1");
  }
  if (rule.kind == ArmRule::Kind::futility && !looks.has("futility") && !looks.has("futility_z"))
    throw table.fault("rule", "arms are dropped at a futility bound, and [looks] has none",
                      "Add futility = \"obrien-fleming\" or futility_z = [0]");
  if (rule.conditional && stages != 2)
    throw table.fault("test", "the conditional Dunnett test has one interim look",
                      "Write at = [0.5], or test = \"combination\"");
}

void read_select(const TomlTable& looks, const Variants& variants, InterimPlan& plan) {
  const auto table = looks.optional_table("select");
  if (!table) return;
  ArmRule rule;
  const std::string word = toml_word(*table, "rule", {"best", "futility", "predictive power"});
  if (word == "futility") rule.kind = ArmRule::Kind::futility;
  if (word == "predictive power") rule.kind = ArmRule::Kind::predictive;
  if (rule.kind == ArmRule::Kind::best)
    rule.keep = static_cast<int>(std::min<std::int64_t>(table->integer("keep", 1), 1000));
  if (rule.kind == ArmRule::Kind::predictive)
    rule.least = toml_probability(*table, "least", rule.least);
  rule.refill = table->flag("refill", false);
  if (table->has("test"))
    rule.conditional =
        toml_word(*table, "test", {"combination", "conditional dunnett"}) == "conditional dunnett";
  if (table->has("stop"))
    rule.stop_at_first = toml_word(*table, "stop", {"first", "all"}) == "first";
  check_select(looks, *table, variants, rule, plan.design.rates.size());
  plan.arms = rule;
  if (!rule.conditional) return;
  // It rejects at the end only; what predicts looks at the level of a single arm there.
  const double last = normal_quantile(1 - plan.design.alpha);
  plan.design.upper = {std::numeric_limits<double>::infinity(), last};
  plan.design.lower.back() = last;
}

void read_allocate(const TomlTable& looks, const Variants& variants, InterimPlan& plan) {
  const auto table = looks.optional_table("allocate");
  if (!table) return;
  AllocationRule rule;
  if (toml_word(*table, "rule", {"thompson", "square root"}) == "square root")
    rule.kind = AllocationRule::Kind::square_root;
  rule.floor = toml_probability(*table, "floor", rule.floor);
  rule.control = toml_probability(*table, "control", rule.control);
  for (const TrialVariant& variant : variants) {
    const TrialEstimand& first = variant.estimands.front();
    const auto treated = static_cast<double>(first.treatment.size()),
               control = static_cast<double>(first.control.size());
    if (rule.floor * treated + std::max(rule.control, rule.floor * control) > 1)
      throw table->fault("floor", "the floors of all arms come to at most 1", "Lower them");
    if (first.treatment.size() > 12)
      throw looks.fault("allocate", "the first estimand has at most 12 treatment arms",
                        "Leave some out");
  }
  plan.allocation = rule;
}

}  // namespace

void read_adaptations(const TomlTable& looks, const Variants& variants, InterimPlan& plan) {
  read_estimands(looks, variants, plan);
  read_predictive(looks, plan);
  read_size(looks, variants, plan);
  read_select(looks, variants, plan);
  read_allocate(looks, variants, plan);
  for (const char* key : {"reestimate", "select", "allocate"}) {
    if (!looks.has(key)) continue;
    if (plan.design.rates.size() < 2)
      throw looks.fault("at", "a trial is changed at an interim look", "Write at = [0.5]");
    if (plan.more > 0)
      throw looks.fault(key, "looks at several estimands change nothing of the trial",
                        "Leave estimands out, or this key");
  }
}

}  // namespace entact
