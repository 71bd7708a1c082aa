// Section 3, Applications: which conditions were studied, how, with how many people, and what came
// out.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/answer/applications.h"
#include "entact/answer/claim_certainty.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Primary analysis of a condition: the one whose direction colours the map.
std::string main_analysis(const std::string& condition) {
  static const std::map<std::string, std::string> known{
      {"ptsd", "ptsd_caps_smd"},
      {"social_anxiety_autism", "social_anxiety_autism"},
      {"anxiety_life_threatening", "anxiety_life_threatening"}};
  const auto found = known.find(condition);
  return found == known.end() ? "" : found->second;
}

constexpr const char* double_blind = "Double-blind";
constexpr const char* other_randomised = "Other randomised";
constexpr const char* no_control = "No control";
constexpr const char* not_finished = "Not finished";

std::string design_group(const Row& row) {
  if (row.text("status") == "recruiting" || row.text("status") == "planned" ||
      row.text("status") == "registered")
    return not_finished;
  if (row.text("randomised") == "yes")
    return row.text("blinding") == "double" ? double_blind : other_randomised;
  return no_control;
}

std::vector<std::string> design_groups() {
  return {double_blind, other_randomised, no_control, not_finished};
}

std::string colour_of(const Findings& findings, const std::string& condition,
                      const std::string& group) {
  if (group == not_finished) return "no result yet";
  if (group == no_control) return "change without a control, tells no effect";
  const PooledAnswer* answer = findings.find(main_analysis(condition));
  if (answer == nullptr) return "no result on record";
  const std::string direction =
      excludes_no_effect(*answer) ? direction_words(*answer) : "interval holds no effect";
  return direction + ", certainty " +
         std::string(to_text(proposed_certainty(findings, answer->input.id)->overall));
}

struct Cluster {
  std::string condition{}, group{};
  std::vector<Row> trials{};
  [[nodiscard]] std::vector<std::string> facts() const {
    std::vector<std::string> ids;
    for (const Row& row : trials) ids.push_back(row.id());
    return ids;
  }
  [[nodiscard]] bool reported() const {
    return std::any_of(trials.begin(), trials.end(),
                       [](const Row& row) { return row.has("n_randomised"); });
  }
  [[nodiscard]] double participants() const {
    double sum = 0;
    for (const Row& row : trials) sum += row.has("n_randomised") ? row.number("n_randomised") : 0;
    return sum;
  }
};

std::vector<Cluster> clusters(const EvidenceBase& base) {
  std::map<std::pair<std::string, std::string>, Cluster> found;
  for (const Row& row :
       base.table("studies").where("compound", "MDMA").where("record_kind", "trial").used()) {
    if (row.text("condition") == "healthy") continue;
    Cluster& cluster = found[{row.text("condition"), design_group(row)}];
    cluster.condition = row.text("condition");
    cluster.group = design_group(row);
    cluster.trials.push_back(row);
  }
  std::vector<Cluster> all;
  for (auto& [key, cluster] : found) all.push_back(cluster);
  return all;
}

std::string names_of(const Cluster& cluster) {
  std::string names;
  for (const Row& row : cluster.trials) names += (names.empty() ? "" : ", ") + row.text("label");
  return names;
}

/// The sum of the numbers that the trials report; nothing where none does.
std::string participants_number(DocumentBuilder& builder, const Cluster& cluster,
                                const std::string& condition) {
  if (!cluster.reported()) return "";
  const double sum = cluster.participants();
  return builder.number(sum, count_text(sum),
                        "participants randomised or enrolled: " + condition + ", " + cluster.group,
                        {.facts = cluster.facts(),
                         .command = rows_command("studies", cluster.facts(), " --sum n_randomised"),
                         .pointer = "/result/0/n_randomised",
                         .model = "sum over the trials that report it"});
}

/// How many conditions these trials are of.
Span conditions_number(DocumentBuilder& builder, const std::vector<std::string>& facts,
                       double conditions, const std::string& label) {
  return number_span(
      builder.number(conditions, count_text(conditions), label,
                     {.facts = facts,
                      .command = rows_command("studies", facts, " --distinct condition"),
                      .pointer = "/result/0/distinct"}));
}

void add_map(Section& section, DocumentBuilder& builder, const Findings& findings,
             const std::vector<Cluster>& all) {
  std::vector<BubbleRow> bubbles;
  TableBlock table{.id = "evidence-map-table",
                   .title = "The evidence map as a table",
                   .columns = {{"condition", "Condition", Type::text, true},
                               {"design", "Design", Type::text, true},
                               {"trials", "Trials"},
                               {"n", "Participants", Type::number},
                               {"direction", "What came out"}},
                   .collapsed = true};
  for (const Cluster& cluster : all) {
    const std::string condition = meaning(*findings.base, "condition", cluster.condition);
    const std::string people = participants_number(builder, cluster, condition);
    bubbles.push_back({.row = condition,
                       .column = cluster.group,
                       .size = std::max(1.0, cluster.participants()),
                       .colour = colour_of(findings, cluster.condition, cluster.group),
                       .label = names_of(cluster),
                       .number = people});
    table.rows.push_back({cell(condition), cell(cluster.group),
                          builder.fact_cell(names_of(cluster), cluster.facts()),
                          people.empty() ? cell("not reported") : number_cell(people),
                          cell(colour_of(findings, cluster.condition, cluster.group))});
  }
  section.blocks.push_back(FigureBlock{
      .id = "evidence-map",
      .title = "Evidence map: condition by design",
      .caption = "Area: participants randomised or enrolled (trials whose number is not reported "
                 "add none). Colour: "
                 "what the condition's pooled randomised result says, by the default interval.",
      .alt = "Bubble chart of conditions by study design, sized by participants.",
      .vega = bubble_figure(bubbles, design_groups(), "Participants", "Result"),
      .table = table.id});
  section.blocks.push_back(table);
}

/// Small forest of every analysis of a condition that could be pooled or has one trial.
std::vector<Prose> opening(DocumentBuilder& builder, const Findings& findings,
                           const std::vector<Cluster>& all) {
  std::set<std::string> conditions, randomised;
  std::vector<std::string> facts, randomised_facts, telling;
  for (const Cluster& cluster : all) {
    const std::vector<std::string> rows = cluster.facts();
    facts.insert(facts.end(), rows.begin(), rows.end());
    conditions.insert(cluster.condition);
    if (cluster.group != double_blind && cluster.group != other_randomised) continue;
    randomised_facts.insert(randomised_facts.end(), rows.begin(), rows.end());
    randomised.insert(cluster.condition);
  }
  for (const std::string& condition : randomised) {
    const PooledAnswer* answer = findings.find(main_analysis(condition));
    if (answer != nullptr && excludes_no_effect(*answer))
      telling.push_back(meaning(*findings.base, "condition", condition));
  }
  Prose first{text("Trials of MDMA are on record for "),
              conditions_number(builder, facts, static_cast<double>(conditions.size()),
                                "conditions with a trial"),
              text(" conditions; ")};
  if (randomised.empty()) {
    first.push_back(text("none of them has a randomised trial that finished or reported."));
  } else {
    first.insert(
        first.end(),
        {text("for "),
         conditions_number(builder, randomised_facts, static_cast<double>(randomised.size()),
                           "conditions with a finished randomised trial"),
         text(" of them a randomised trial has finished or reported. The interval of the "
              "main outcome excludes no effect "),
         text(telling.empty() ? "for none of them." : "for " + listed(telling) + ".")});
  }
  return {first,
          {text("Change without a control group is not evidence of an effect: it mixes treatment "
                "with time, regression to the mean and attention.")}};
}

}  // namespace

Section applications_section(DocumentBuilder& builder, const Findings& findings) {
  const std::vector<Cluster> all = clusters(*findings.base);
  Section section{.id = "applications", .title = "Applications"};
  section.opening = opening(builder, findings, all);
  add_map(section, builder, findings, all);
  add_condition_forests(section, builder, findings);
  return section;
}

}  // namespace entact
