// The simulated part of section 6: regimens, genotype and co-medication, and the model beside what
// was observed.
#include <fmt/format.h>

#include "entact/answer/section_mechanism.h"
#include "entact/answer/shell_words.h"
#include "entact/answer/simulate_blocks.h"
#include "entact/answer/validate_command.h"

namespace entact {
namespace {

// Half the points that the command has, and dense where the effect peaks.
constexpr const char* shown_h = "0:2:0.2,2.5:24:0.5";

// A simulation and the command that repeats it.
struct Shown {
  SimulateRequest request{};
  SimulationPlan plan{};
  std::vector<SimulatedCaseResult> results{};
  std::string command{};
};

Shown shown(const SimulateRequest& request) {
  Shown all{.request = request, .plan = plan_simulation(request)};
  all.results = run_simulation(all.plan, request);
  all.command = "entact simulate " + request.model;
  for (const std::string& regimen : request.regimens)
    all.command += " --regimen " + shell_word(regimen);
  if (!request.each.empty()) all.command += " --each " + request.each;
  all.command += " --times " + request.times;
  for (const std::string& output : request.outputs) all.command += " --output " + output;
  all.command += fmt::format(" --n {} --format json", request.n);
  return all;
}

FigureBlock figure_of(const std::string& id, const std::string& title, const std::string& caption,
                      const std::vector<BandRow>& rows, const std::string& table) {
  return {.id = id,
          .title = title,
          .caption = caption,
          .alt = "Simulated quantities over time, one panel each; peaks and areas are in the table",
          .vega = band_figure(rows, "Time since the first dose (h)"),
          .table = table};
}

void append(std::vector<BandRow>& rows, std::vector<BandRow> more) {
  for (BandRow& row : more) rows.push_back(std::move(row));
}

TableBlock collapsed(TableBlock table, const std::string& title) {
  table.title = title;
  table.collapsed = true;
  return table;
}

void add_regimens(std::vector<Block>& blocks, DocumentBuilder& builder, const std::string& data) {
  SimulateRequest asked{.model = "mdma",
                        .data = data,
                        .regimens = {"180@0", "120@0,60@2", "40@0"},
                        .times = shown_h,
                        .n = 200,
                        .outputs = {"concentration", "effect"}};
  const Shown people = shown(asked);
  asked.model = "mdma-terminals";
  asked.n = 0;
  asked.outputs = {"serotonin"};
  const Shown terminal = shown(asked);
  std::vector<BandRow> rows = dose_rows(people.plan);
  append(rows, course_rows(people.plan, people.results, {"concentration"}));
  append(rows, course_rows(terminal.plan, terminal.results, {"serotonin"}));
  append(rows, course_rows(people.plan, people.results, {"effect"}));
  blocks.emplace_back(figure_of(
      "simulated-course", "Simulated course: a single dose, the same split, a low-dose control",
      bands_caption(people.request) +
          " Serotonin is of the typical person; it and the effect are hypotheses, relative to "
          "baseline and to the largest possible effect.",
      rows, "simulated-exposure"));
  blocks.emplace_back(collapsed(exposure_table(builder, people.plan, people.request, people.results,
                                               "simulated-exposure", people.command),
                                "Simulated regimens: exposure and peaks"));
}

void add_settings(std::vector<Block>& blocks, DocumentBuilder& builder, const std::string& data,
                  const std::string& group, const std::string& title) {
  const Shown typical = shown({.model = "mdma",
                               .data = data,
                               .regimens = {"120@0"},
                               .times = shown_h,
                               .n = 0,
                               .each = group,
                               .outputs = {"concentration", "effect"}});
  const std::string table = "simulated-" + group;
  blocks.emplace_back(figure_of(
      table + "-course", title,
      "The typical person after 120 mg; sizes of these settings are assumptions where no human "
      "study measured them (entact simulate mdma lists each with its status).",
      course_rows(typical.plan, typical.results, {"concentration", "effect"}), table));
  blocks.emplace_back(collapsed(exposure_table(builder, typical.plan, typical.request,
                                               typical.results, table, typical.command),
                                title + ": exposure and peaks"));
}

}  // namespace

std::vector<Block> simulated_mechanism(DocumentBuilder& builder, const Findings& findings) {
  const std::string& data = findings.options.models;
  if (data.empty() || findings.options.as_of.known()) return {};
  std::vector<Block> blocks;
  blocks.emplace_back(ProseBlock{
      .prose = {text(
          "What follows is simulated: a model of populations in trials, not an "
          "observation, and not for choosing anyone's dose. Concentration, CYP2D6 and "
          "vital signs are held against people below; serotonin and effect have no human "
          "model and show what would follow if the assumptions held. None of it enters "
          "the key outcomes.")},
      .tone = Tone::caution});
  add_regimens(blocks, builder, data);
  add_settings(blocks, builder, data, "cyp2d6", "Simulated by CYP2D6 genotype");
  add_settings(blocks, builder, data, "comedication", "Simulated with other medicines");
  const ModelValidation validation = validate_model("mdma", data, *findings.base);
  for (Block& block :
       validation_blocks(builder, validation, "entact simulate mdma --validate --format json"))
    blocks.push_back(std::move(block));
  return blocks;
}

}  // namespace entact
