// The same question under other models and other choices, side by side: does the answer depend on
// them?
#include "entact/answer/dependent_analysis.h"
#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"
#include "entact/stats/pool_bayes.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// One row of the panel: what was changed and what came out.
struct Variant {
  std::string group{};
  std::string label{};
  double estimate = 0, low = 0, high = 0;
  std::string command{};
  std::string pointer{};  ///< prefix of estimate, low and high in the command's output
  std::string estimate_key = "estimate", low_key = "ci_low", high_key = "ci_high";
  std::vector<std::string> facts{};
  [[nodiscard]] bool tells() const { return low > 0 || high < 0; }
};

/// The model in few words: "REML, Hartung-Knapp, floor".
std::string short_words(const PoolOptions& how) {
  const std::string model =
      how.method == Tau2Method::common ? "common effect" : std::string(to_text(how.method));
  switch (how.test) {
    case PoolTest::z:
      return model + ", z";
    case PoolTest::t:
      return model + ", t";
    case PoolTest::knha:
      return model + ", Hartung-Knapp, no floor";
    case PoolTest::adhoc:
      return model + ", Hartung-Knapp, floor";
    case PoolTest::kr:
      return model + ", Kenward-Roger";
  }
  return model;
}

Variant variant_of(const std::string& group, const std::string& label, const PooledAnswer& answer) {
  return {.group = group,
          .label = label,
          .estimate = answer.estimate(),
          .low = answer.low(),
          .high = answer.high(),
          .command = answer.command,
          .pointer = "/result/",
          .facts = answer.facts};
}

void add_models(std::vector<Variant>& variants, const Findings& findings, const std::string& id) {
  struct Model {
    const char* method;
    const char* test;
  };
  for (const Model& model : {Model{"FE", "z"},
                             {"REML", "z"},
                             {"REML", "t"},
                             {"REML", "knha"},
                             {"REML", "adhoc"},
                             {"REML", "kr"},
                             {"DL", "z"},
                             {"DL", "adhoc"},
                             {"PM", "adhoc"},
                             {"ML", "adhoc"},
                             {"SJ", "knha"}}) {
    const auto answer =
        pooled_answer(*findings.base, id, policy_of(findings.options),
                      {.method = model.method, .test = model.test}, findings.options);
    if (answer && answer->k() >= 3)
      variants.push_back(
          variant_of("Model and interval", short_words(answer->pooled.how), *answer));
  }
}

void add_bayes(std::vector<Variant>& variants, const PooledAnswer& answer, double scale,
               const std::string& unit) {
  const PooledBayes bayes =
      pool_bayes(answer.input.yi(), answer.input.vi(), {.tau_scale = scale, .studies = false});
  const std::string number = decimal_text(scale, 1);
  variants.push_back({.group = "Model and interval",
                      .label = "Bayes, half-normal tau " + number + unit,
                      .estimate = bayes.mu.median,
                      .low = bayes.mu.central.low,
                      .high = bayes.mu.central.high,
                      .command = command_with(answer, " --bayes " + decimal_text(scale, 1)),
                      .pointer = "/result/bayes/",
                      .estimate_key = "median",
                      .low_key = "low",
                      .high_key = "high",
                      .facts = answer.facts});
}

void add_choice(std::vector<Variant>& variants, const Findings& findings, const std::string& id,
                const std::string& group, const std::string& label, const AnalysisPolicy& policy) {
  if (const auto answer = pooled_answer(*findings.base, id, policy, {}, findings.options))
    variants.push_back(
        variant_of(group, label + " (k = " + std::to_string(answer->k()) + ")", *answer));
}

/// Dependent effects: visits and arms that the main analysis leaves aside.
void add_dependent(std::vector<Variant>& variants, const Findings& findings, const std::string& id,
                   const std::string& label, const PoolRequest& request) {
  const auto answer = dependent_pooled(*findings.base, id, request, findings.options);
  if (!answer) return;
  const PooledCoefficient& mean = answer->pooled.coefficients.front();
  variants.push_back(
      {.group = "Visits and arms",
       .label = label + ", CR2 (" + std::to_string(answer->input.members.size()) + " effects)",
       .estimate = mean.value,
       .low = mean.low,
       .high = mean.high,
       .command = answer->command,
       .pointer = "/result/",
       .facts = answer->facts});
}

std::string number_of(DocumentBuilder& builder, const Variant& variant, const std::string& key,
                      double value, int decimals) {
  return builder.number(value, decimal_text(value, decimals), variant.group + ": " + variant.label,
                        {.facts = variant.facts,
                         .command = variant.command,
                         .pointer = variant.pointer + key,
                         .model = variant.label});
}

void add_panel(Section& section, DocumentBuilder& builder, const std::vector<Variant>& variants,
               const std::string& id, const std::string& title, const std::string& axis,
               int decimals) {
  std::vector<ForestRow> rows;
  TableBlock table{.id = id + "-table",
                   .title = title + ": the rows",
                   .columns = {{"choice", "What is varied"},
                               {"variant", "Variant"},
                               {"estimate", "Estimate", Type::number},
                               {"low", "Low", Type::number},
                               {"high", "High", Type::number},
                               {"tells", "Interval excludes no effect"}},
                   .collapsed = true};
  std::size_t telling = 0;
  for (const Variant& variant : variants) {
    const std::string estimate =
        number_of(builder, variant, variant.estimate_key, variant.estimate, decimals);
    rows.push_back({.label = variant.label,
                    .estimate = variant.estimate,
                    .low = variant.low,
                    .high = variant.high,
                    .number = estimate});
    table.rows.push_back(
        {cell(variant.group), cell(variant.label), number_cell(estimate),
         number_cell(number_of(builder, variant, variant.low_key, variant.low, decimals)),
         number_cell(number_of(builder, variant, variant.high_key, variant.high, decimals)),
         cell(variant.tells() ? "yes" : "no")});
    telling += variant.tells() ? 1 : 0;
  }
  const bool agree = telling == 0 || telling == variants.size();
  if (!agree)
    section.blocks.push_back(
        ProseBlock{.prose = {strong("The choice of model matters here. "),
                             text("Some of the intervals below exclude no effect and others "
                                  "include it; no verdict should rest on one of them alone.")},
                   .tone = Tone::caution});
  section.blocks.push_back(FigureBlock{
      .id = id,
      .title = title,
      .caption = agree ? "All intervals agree on whether no effect is excluded."
                       : "The intervals disagree on whether no effect is excluded.",
      .alt =
          "Forest plot of " + std::to_string(rows.size()) + " variants of the same pooled effect.",
      .vega = forest_figure(rows, {.title = axis, .decimals = decimals}),
      .table = table.id});
  section.blocks.push_back(table);
}

std::vector<Variant> smd_variants(const Findings& findings, const PooledAnswer& answer) {
  std::vector<Variant> variants;
  add_models(variants, findings, "ptsd_caps_smd");
  add_bayes(variants, answer, 0.5, "");
  const AnalysisPolicy standard = policy_of(findings.options);
  AnalysisPolicy rated = standard, recalled = standard;
  rated.without_high_risk = true;
  recalled.selection.include_recalled = true;
  add_choice(variants, findings, "ptsd_caps_smd", "Inclusion", "without high risk of bias", rated);
  add_choice(variants, findings, "ptsd_caps_smd", "Inclusion", "with recalled rows", recalled);
  add_choice(variants, findings, "ptsd_caps_smd_medium_arms", "Arms", "medium doses instead",
             standard);
  add_dependent(variants, findings, "ptsd_caps_smd_all_arms", "all arms, shared controls", {});
  for (const double rho : {0.3, 0.6, 0.9})
    add_dependent(variants, findings, "ptsd_caps_smd_all_times",
                  "all visits, correlation " + decimal_text(rho, 1), {.rho = rho});
  return variants;
}

std::vector<Variant> points_variants(const Findings& findings, const PooledAnswer& answer) {
  std::vector<Variant> variants;
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    const std::string other = answer.input.members[1 - i].study_id;
    if (const auto alone =
            pooled_answer(*findings.base, "ptsd_caps5_md", policy_of(findings.options),
                          {.omit = other}, findings.options))
      variants.push_back(variant_of("One trial", member.slab + " alone", *alone));
  }
  variants.push_back(variant_of("Both trials", short_words(answer.pooled.how), answer));
  for (const char* test : {"z", "knha", "adhoc", "kr"})
    if (const auto both =
            pooled_answer(*findings.base, "ptsd_caps5_md", policy_of(findings.options),
                          {.method = "REML", .test = test}, findings.options))
      variants.push_back(variant_of("Both trials", short_words(both->pooled.how), *both));
  add_bayes(variants, answer, 5.0, " points");
  if (const auto endpoint = pooled_answer(*findings.base, "ptsd_caps5_endpoint_md",
                                          policy_of(findings.options), {}, findings.options))
    variants.push_back(variant_of("Outcome", "endpoint means instead of change", *endpoint));
  return variants;
}

}  // namespace

void add_multiverse(Section& section, DocumentBuilder& builder, const Findings& findings) {
  if (const PooledAnswer* answer = findings.find("ptsd_caps_smd");
      answer != nullptr && answer->k() >= 3)
    add_panel(section, builder, smd_variants(findings, *answer), "multiverse",
              "One question, many models: the randomised trials pooled",
              "Standardised mean difference (negative favours MDMA)", 2);
  if (const PooledAnswer* answer = findings.find("ptsd_caps5_md");
      answer != nullptr && answer->k() == 2)
    add_panel(section, builder, points_variants(findings, *answer), "multiverse-points",
              "The two phase 3 trials in CAPS-5 points",
              "Difference in change, CAPS-5 points (negative favours MDMA)", 1);
}

}  // namespace entact
