// Design, results by role, sensitivity, subgroups and methods of a plan's document.
#include <fmt/format.h>

#include <algorithm>

#include "entact/answer/plan_document.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string title_of_population(const Plan& plan, const std::string& id) {
  return plan.population(id)->title;
}

std::vector<TableColumn> estimate_columns(std::vector<TableColumn> first) {
  first.push_back({"measure", "Measure", Type::text});
  first.push_back({"estimate", "Estimate", Type::number});
  first.push_back({"interval", "Interval", Type::text});
  first.push_back({"p", "p", Type::number});
  return first;
}

void add_estimate_cells(PlanWriter& writer, const PlanRun& run, std::vector<Cell>& row) {
  const auto& e = run.estimate;
  row.push_back(
      cell(!e ? "" : e->measure + ", " + e->label + (e->visit.empty() ? "" : " at " + e->visit)));
  row.push_back(writer.estimate(run));
  row.push_back(writer.interval(run));
  row.push_back(writer.p_value(run));
}

ProseBlock plan_failure(const std::string& title, const std::string& why) {
  return {.prose = {strong(title + " has no answer. "), text(why)}, .tone = Tone::caution};
}

/// Reservations of the commands, in their place.
void add_reservations(const PlanRuns& runs, Section& section) {
  for (const PlanRun& run : runs.runs) {
    const std::string title = runs.analysis->title + (run.level.empty() ? "" : ", " + run.level);
    if (!run.failure.empty()) section.blocks.emplace_back(plan_failure(title, run.failure));
    for (const std::string& sentence : run.reservations)
      section.blocks.emplace_back(
          ProseBlock{.prose = {strong(title + ": "), text(sentence)}, .tone = Tone::caution});
  }
}

TableBlock estimates_table(PlanWriter& writer, const std::string& id, const std::string& title,
                           const std::vector<const PlanRuns*>& all) {
  TableBlock table{.id = id,
                   .title = title,
                   .columns = estimate_columns({{"analysis", "Analysis", Type::text},
                                                {"population", "Population", Type::text}})};
  for (const PlanRuns* runs : all) {
    std::vector<Cell> row{cell(runs->analysis->title),
                          cell(title_of_population(writer.plan, runs->analysis->population))};
    add_estimate_cells(writer, runs->runs.front(), row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

ForestRow forest_row(PlanWriter& writer, const PlanRun& run, const std::string& label) {
  const PlanEstimate& e = *run.estimate;
  return {.label = label,
          .estimate = e.estimate.value,
          .low = e.low.value,
          .high = e.high.value,
          .number = writer.estimate(run).prose.front().value};
}

std::string axis_title(const PlanWriter& writer, const PlanRuns& runs) {
  const PlanEstimate& e = *runs.runs.front().estimate;
  const PlanEstimand* estimand = writer.plan.estimand(runs.analysis->estimand);
  std::string title = fmt::format("{}, {}", e.measure, e.label);
  if (estimand != nullptr && !estimand->benefit.empty())
    title += fmt::format(" ({} favours {})", estimand->benefit, estimand->treatment);
  return title;
}

FigureBlock plan_forest(const PlanWriter& writer, const PlanRuns& first,
                        const std::vector<ForestRow>& rows, const std::string& id,
                        const std::string& title) {
  const PlanEstimate& e = *first.runs.front().estimate;
  const ForestAxis axis{.title = axis_title(writer, first),
                        .log_scale = e.scale == PlanEstimate::Scale::ratio,
                        .references = {e.no_effect()}};
  return {.id = id + "-forest",
          .title = title,
          .caption = "Point estimates with their intervals; the line is no effect.",
          .alt = fmt::format("{}: {} estimates with their intervals.", title,
                             std::count_if(rows.begin(), rows.end(),
                                           [](const ForestRow& row) {
                                             return row.kind != ForestRow::Kind::heading;
                                           })),
          .vega = forest_figure(rows, axis),
          .table = id};
}

bool drawable(const PlanRun& run) {
  return run.estimate && run.estimate->low.given() && run.estimate->high.given();
}

std::string strategies_text(const PlanEstimand& estimand) {
  std::string words;
  for (const PlanEvent& each : estimand.intercurrent_events)
    words += (words.empty() ? "" : "; ") + each.event + ": " + each.strategy;
  return words;
}

TableBlock estimand_table(const Plan& plan) {
  TableBlock table{.id = "estimands",
                   .title = "Estimands",
                   .columns = {{"population", "Population", Type::text},
                               {"treatment", "Treatment", Type::text},
                               {"variable", "Variable", Type::text},
                               {"events", "Intercurrent events", Type::text},
                               {"summary", "Summary", Type::text}}};
  for (const PlanEstimand& e : plan.estimands)
    table.rows.push_back({cell(title_of_population(plan, e.population)),
                          cell(e.treatment + " against " + e.comparator), cell(e.variable),
                          cell(strategies_text(e)), cell(e.summary)});
  return table;
}

TableBlock population_table(PlanWriter& writer) {
  TableBlock table{
      .id = "populations",
      .title = "Participants in each population",
      .columns = {{"population", "Population", Type::text}, {"rows", "Flags of ADSL", Type::text}}};
  const PlanOutcome& outcome = writer.outcome;
  for (std::size_t a = 0; a < outcome.arms.size(); ++a)
    table.columns.push_back({fmt::format("n{}", a), outcome.arms[a], Type::number});
  for (std::size_t k = 0; k < outcome.counts.size(); ++k) {
    const PlanPopulation& population = writer.plan.populations[k];
    std::vector<Cell> row{
        cell(population.title),
        cell(population.where.empty() ? "all"
                                      : fmt::format("{}", fmt::join(population.where, ", ")))};
    for (std::size_t a = 0; a < outcome.arms.size(); ++a)
      row.push_back(
          number_cell(writer.own(outcome.counts[k].n[a], count_text(outcome.counts[k].n[a]),
                                 population.title + ", " + outcome.arms[a] + ": participants",
                                 fmt::format("/result/populations/{}/arms/{}/n", k, a))));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The tipping-point grid of an analysis, where its command made one.
void add_tipping(PlanWriter& writer, const PlanRuns& runs, Section& section) {
  const PlanRun& run = runs.runs.front();
  if (!run.document) return;
  for (Block& block : embedded_blocks(writer.builder, *run.document,
                                      {.line = run.line,
                                      .prefix = runs.analysis->id,
                                      .title = runs.analysis->title,
                                      .only = {"tipping-figure", "tipping"}}))
    section.blocks.push_back(std::move(block));
}

}  // namespace

Section plan_design_section(PlanWriter& writer) {
  Section section{.id = "design", .title = "Design and populations"};
  for (const std::string& paragraph : writer.plan.design)
    section.opening.push_back({text(paragraph)});
  section.blocks.emplace_back(population_table(writer));
  if (!writer.plan.estimands.empty()) section.blocks.emplace_back(estimand_table(writer.plan));
  return section;
}

TableBlock plan_multiplicity_table(PlanWriter& writer) {
  const PlanMultiplicity& how = *writer.plan.multiplicity;
  TableBlock table{
      .id = "multiplicity",
      .title = "Order of tests",
      .caption = fmt::format("Adjusted p of the {} procedure; a hypothesis is rejected "
                             "where it is at most {:g}.",
                             how.method, how.alpha),
      .columns = {{"analysis", "Analysis", Type::text},
                  {"p", "p", Type::number},
                  {"adjusted", "Adjusted p", Type::number},
                  {"decision", "Decision", Type::text}}};
  for (std::size_t k = 0; k < writer.outcome.decisions.size(); ++k) {
    const PlanDecision& d = writer.outcome.decisions[k];
    const PlanRuns& runs = writer.outcome.of(d.analysis);
    const Cell p = writer.p_value(runs.runs.front());
    table.rows.push_back(
        {cell(runs.analysis->title), p.prose.empty() ? cell("no answer, taken as 1") : p,
         number_cell(writer.own(d.adjusted, p_text(d.adjusted),
                                runs.analysis->title + ": adjusted p",
                                fmt::format("/result/multiplicity/tests/{}/adjusted_p", k))),
         cell(d.rejected ? "rejected" : "not rejected")});
  }
  return table;
}

Section plan_role_section(PlanWriter& writer, const std::string& role, const std::string& title) {
  Section section{.id = role, .title = title};
  std::vector<const PlanRuns*> all, estimated;
  for (const PlanRuns& runs : writer.outcome.analyses) {
    if (runs.analysis->role != role) continue;
    all.push_back(&runs);
    if (runs.runs.front().estimate || !runs.runs.front().failure.empty())
      estimated.push_back(&runs);
  }
  if (!estimated.empty())
    section.blocks.emplace_back(estimates_table(writer, role + "-estimates", title, estimated));
  const bool last_confirmatory = role == "secondary";
  if (last_confirmatory && !writer.outcome.decisions.empty())
    section.blocks.emplace_back(plan_multiplicity_table(writer));
  for (const PlanRuns* runs : all) {
    const PlanRun& run = runs->runs.front();
    if (!run.document) add_reservations(*runs, section);  // a document says its own
    if (run.document)
      for (Block& block : embedded_blocks(
               writer.builder, *run.document,
               {.line = run.line, .prefix = runs->analysis->id, .title = runs->analysis->title}))
        section.blocks.push_back(std::move(block));
    else
      for (TableBlock& table : plan_detail_tables(writer, *runs))
        section.blocks.emplace_back(std::move(table));
  }
  return section;
}

Section plan_sensitivity_section(PlanWriter& writer) {
  Section section{.id = "sensitivity", .title = "Sensitivity analyses"};
  for (const PlanEstimand& estimand : writer.plan.estimands) {
    std::vector<const PlanRuns*> all;
    bool asked = false;
    for (const PlanRuns& runs : writer.outcome.analyses) {
      const std::string& role = runs.analysis->role;
      if (runs.analysis->estimand != estimand.id || role == "subgroup") continue;
      all.push_back(&runs);
      asked = asked || role == "sensitivity";
    }
    if (!asked) continue;
    const std::string id = "sensitivity-" + estimand.id;
    std::vector<ForestRow> rows;
    for (const PlanRuns* runs : all)
      if (drawable(runs->runs.front()) &&
          runs->runs.front().estimate->scale == all.front()->runs.front().estimate->scale)
        rows.push_back(forest_row(writer, runs->runs.front(), runs->analysis->title));
    if (rows.size() > 1)
      section.blocks.emplace_back(
          plan_forest(writer, *all.front(), rows, id, capitalised(estimand.variable)));
    section.blocks.emplace_back(estimates_table(writer, id, capitalised(estimand.variable), all));
    for (const PlanRuns* runs : all)
      if (runs->analysis->role == "sensitivity") {
        add_reservations(*runs, section);
        add_tipping(writer, *runs, section);
      }
  }
  return section;
}

namespace {

TableBlock interaction_table(const PlanEstimand& estimand) {
  return {.id = "interactions-" + estimand.id,
          .title = "Does the difference depend on the subgroup?",
          .caption = "F test of the product of arm and subgroup at the visit of the estimate.",
          .columns = {{"subgroup", "Subgroup", Type::text},
                      {"f", "F", Type::number},
                      {"df1", "df", Type::number},
                      {"df2", "Denominator df", Type::number},
                      {"p", "p", Type::number}}};
}

void add_interaction(PlanWriter& writer, const PlanRuns& runs, const PlanRun& run,
                     TableBlock& tests) {
  if (!run.interaction || !run.interaction->p.given()) return;
  const std::string& title = runs.analysis->title;
  const auto put = [&](const PlanNumber& number, const std::string& shown, const char* what) {
    if (!number.given()) return cell("");
    return number_cell(writer.number(run, number, shown, title + ": interaction, " + what));
  };
  const PlanInteraction& test = *run.interaction;
  tests.rows.push_back({cell(title), put(test.f, decimal_text(test.f.value, 2), "F"),
                        put(test.df1, count_text(test.df1.value), "df"),
                        put(test.df2, decimal_text(test.df2.value, 1), "denominator df"),
                        put(test.p, p_text(test.p.value), "p")});
}

/// The subgroup's name above its levels, with the test of its interaction.
ForestRow heading_of(const PlanRuns& runs, const PlanRun& run) {
  ForestRow row{.label = runs.analysis->title, .kind = ForestRow::Kind::heading};
  if (run.interaction && run.interaction->p.given()) {
    const std::string p = p_text(run.interaction->p.value);
    row.annotation = "interaction p " + p;
  }
  return row;
}

}  // namespace

Section plan_subgroup_section(PlanWriter& writer) {
  Section section{.id = "subgroups", .title = "Subgroups"};
  section.opening = {
      {text("Each subgroup is analysed by itself, as the plan's main analysis is. Whether the "
            "difference between arms depends on a subgroup is tested in one model with their "
            "product. Subgroups are small, and no p is adjusted for their number.")}};
  for (const PlanEstimand& estimand : writer.plan.estimands) {
    const std::string id = "subgroups-" + estimand.id;
    TableBlock table{.id = id,
                     .title = capitalised(estimand.variable),
                     .columns = estimate_columns(
                         {{"subgroup", "Subgroup", Type::text}, {"level", "Level", Type::text}})};
    TableBlock tests = interaction_table(estimand);
    std::vector<ForestRow> rows;
    const PlanRuns* first = nullptr;
    for (const PlanRuns& runs : writer.outcome.analyses) {
      if (!runs.analysis->subgroup || runs.analysis->estimand != estimand.id) continue;
      for (const PlanRun& run : runs.runs) {
        const bool all = run.level.empty();
        if (all) add_interaction(writer, runs, run, tests);
        if (all && first != nullptr) {  // everybody stands once
          rows.push_back(heading_of(runs, run));
          continue;
        }
        std::vector<Cell> row{cell(all ? "All" : runs.analysis->title), cell(run.level)};
        add_estimate_cells(writer, run, row);
        table.rows.push_back(std::move(row));
        if (drawable(run)) rows.push_back(forest_row(writer, run, all ? "All" : run.level));
        if (all) rows.push_back(heading_of(runs, run));
      }
      if (first == nullptr) first = &runs;
      add_reservations(runs, section);
    }
    if (first == nullptr) continue;
    if (rows.size() > 1 && first->runs.front().estimate)
      section.blocks.emplace_back(
          plan_forest(writer, *first, rows, id, capitalised(estimand.variable)));
    section.blocks.emplace_back(std::move(table));
    if (!tests.rows.empty()) section.blocks.emplace_back(std::move(tests));
  }
  return section;
}

Section plan_methods_section(PlanWriter& writer) {
  Section section{.id = "methods", .title = "Methods"};
  for (const std::string& paragraph : writer.plan.methods)
    section.opening.push_back({text(paragraph)});
  TableBlock table{.id = "commands",
                   .title = "What computes each analysis",
                   .caption = "Run in the folder of the plan; --format json gives every number.",
                   .columns = {{"analysis", "Analysis", Type::text},
                               {"role", "Role", Type::text, true},
                               {"model", "Model", Type::text},
                               {"command", "Command", Type::text},
                               {"note", "Note", Type::text}}};
  for (const PlanRuns& runs : writer.outcome.analyses)
    for (const PlanRun& run : runs.runs) {
      const auto& model = run.result;
      const bool told = model.is_object() && model.contains("model") && model["model"].is_string();
      table.rows.push_back(
          {cell(runs.analysis->title + (run.level.empty() ? "" : ": " + run.level)),
           cell(runs.analysis->role),
           cell(told ? model["model"].get<std::string>() : runs.analysis->method), cell(run.line),
           cell(runs.analysis->note)});
    }
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace entact
