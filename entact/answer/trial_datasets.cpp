#include "entact/answer/trial_datasets.h"

#include <fmt/format.h>

#include <filesystem>

#include "entact/answer/json_number.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/trial_adaptive.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_numbers.h"
#include "entact/base/error.h"
#include "entact/evidence/instrument_facts.h"
#include "entact/io/dataset.h"
#include "entact/report/number_text.h"
#include "entact/trial/adam_tables.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

std::optional<Instrument> instrument_of(const RerunRequest& request, const TrialDesign& design) {
  if (!request.items) return std::nullopt;
  require(!design.instrument.empty() && design.range.whole && design.range.low == 0,
          "answer.trial.items",
          "--items: the design must name an instrument and give its range from 0, in whole scores: "
          "instrument = \"CAPS-5\", range = [0, 80]");
  const OpenedEvidence evidence = open_evidence(request.data);
  return instrument_on_record(evidence.base, design.instrument).instrument;
}

std::vector<std::string> write_tables(const RerunRequest& request, const AdamTables& tables) {
  std::vector<std::string> files;
  if (request.folder.empty()) return files;
  std::error_code fault;
  std::filesystem::create_directories(request.folder, fault);
  require(!fault, "answer.trial.folder",
          fmt::format("--keep: cannot make the folder '{}': {}", request.folder, fault.message()));
  const auto write = [&](const std::string& name, const Table& table) {
    if (table.columns.empty()) return;
    const std::filesystem::path path =
        std::filesystem::path(request.folder) / (name + "." + request.format);
    write_dataset(path, table, {.name = name});
    files.push_back(path.filename().string());
  };
  write("adsl", tables.adsl);
  write("adqs", tables.adqs);
  write("adae", tables.adae);
  write("items", tables.items);
  return files;
}

Json answer_json(const std::string& id, const TrialAnswer& a) {
  static const char* const states[] = {"answered", "not converged", "no answer"};
  return {{"id", id},
          {"estimate", json_number(a.estimate)},
          {"se", json_number(a.se)},
          {"df", json_number(a.df)},
          {"p", json_number(a.p)},
          {"ci_low", json_number(a.low)},
          {"ci_high", json_number(a.high)},
          {"state", states[static_cast<int>(a.state)]}};
}

}  // namespace

Answer rerun_answer(const RerunRequest& request) {
  TrialFile file = read_trial(request.trial.file, request.data);
  if (request.trial.seed) file.seed = *request.trial.seed;
  join_exposures(file);
  const std::vector<TrialCase> cases = trial_cases(file);
  require(
      request.at >= 0 && request.at < static_cast<std::int64_t>(cases.size()) &&
          request.replicate >= 0,
      "answer.trial.rerun",
      fmt::format("--rerun and --case: a replicate from 0 on, a case from 0 to {}; saw {} and {}",
                  cases.size() - 1, request.replicate, request.at),
      ErrorKind::usage);
  const TrialCase& one = cases[static_cast<std::size_t>(request.at)];
  const TrialSimulation& simulation = one.simulation;
  const ConductedTrial made =
      conduct(simulation.trial, {simulation.seed, static_cast<std::uint32_t>(request.replicate)});
  const std::vector<TrialAnswer> answers =
      analyse_trial(simulation.trial, made, simulation.estimands, 1 - simulation.alpha);
  std::optional<AdaptedTrial> adapted;
  if (simulation.looks && simulation.looks->adapts())
    adapted = adapted_replicate(simulation, request.replicate);
  const std::vector<std::string> files = write_tables(
      request, adam_tables(simulation, request.replicate, adapted ? adapted->made : made,
                           instrument_of(request, simulation.trial.design)));
  Json json{{"case", case_words(file, one)},
            {"replicate", request.replicate},
            {"n", made.people.size()},
            {"estimands", Json::array()},
            {"files", files}};
  std::string text =
      fmt::format("{}: replicate {}\n", json["case"].get<std::string>(), request.replicate);
  for (std::size_t e = 0; e < answers.size(); ++e) {
    const Json numbers = answer_json(simulation.estimands[e].id, answers[e]);
    json["estimands"].push_back(numbers);
    text += fmt::format("  {:<16}{} [{}, {}], p {}: {}\n", simulation.estimands[e].id,
                        decimal_text(answers[e].estimate, 3), decimal_text(answers[e].low, 3),
                        decimal_text(answers[e].high, 3), p_text(answers[e].p),
                        numbers["state"].get<std::string>());
  }
  if (adapted) {
    json["adapted"] = adapted_json(*adapted, simulation.trial.design);
    text += adapted_text(*adapted, simulation.trial.design);
  }
  for (const std::string& name : files) text += fmt::format("  wrote {}\n", name);
  return {.result_json = json.dump(),
          .text = text,
          .inputs = {{file.path.filename().string(), file.sha256}}};
}

}  // namespace entact
