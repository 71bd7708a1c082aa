#include <memory>

#include "commands.h"
#include "entact/answer/dataset_file.h"
#include "entact/answer/installed_files.h"
#include "entact/answer/score_command.h"
#include "entact/base/error.h"
#include "output.h"

namespace entact::cli {
namespace {

struct ScoreArguments {
  std::string file{};
  std::string data{};
  std::string value_set{};
  bool list = false;
  ScoreRequest request{};
  Output output{};
};

Answer run(const ScoreArguments& arguments) {
  require(arguments.list || (!arguments.file.empty() && !arguments.request.instrument.empty()),
          "cli.score.input", "name a file and --instrument, or ask for --list", ErrorKind::usage);
  require(arguments.request.sd.empty() == arguments.request.reliability.empty(), "cli.score.index",
          "the reliable change index takes both --sd and --reliability", ErrorKind::usage);
  require(!arguments.request.baseline.empty() ||
              (arguments.request.sd.empty() && arguments.request.response.empty()),
          "cli.score.baseline", "--response, --sd and --reliability need --baseline",
          ErrorKind::usage);
  const LoadedEvidence loaded = load_evidence(find_data(arguments.data));
  if (arguments.list) return score_list(loaded.base);
  ScoreRequest request = arguments.request;
  if (!arguments.value_set.empty())
    request.values = read_value_set(read_cells(arguments.value_set).csv);
  return score_file(loaded.base, arguments.file, request);
}

}  // namespace

void add_score(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "score", "score answers to an instrument: totals, clusters, diagnoses, response");
  const auto arguments =
      std::make_shared<ScoreArguments>();  // shared by the parser and the callback
  ScoreRequest& request = arguments->request;
  command->add_option("file", arguments->file,
                      "dataset (csv, xpt, sas7bdat, parquet, ndjson, json) with a row an "
                      "assessment and a column an item, or long with PARAMCD "
                      "and AVAL");
  command->add_option("--instrument", request.instrument, "CAPS-5, PCL-5, PHQ-9 ...; see --list");
  command->add_flag("--list", arguments->list,
                    "which instruments can be scored, and what that rests on");
  command->add_option("--items", request.columns.items,
                      "columns of the items in their order: 'CAPS01..CAPS20' or 'A,B,C'");
  command->add_option("--prefix", request.columns.prefix,
                      "what stands before an item's number or code in the columns: CAPS");
  command->add_option("--id", request.columns.id, "column of the participant")
      ->capture_default_str();
  command->add_option("--visit", request.columns.visit, "column of the visit")
      ->capture_default_str();
  command->add_option("--paramcd", request.columns.paramcd, "of a long file: column of the item")
      ->capture_default_str();
  command->add_option("--aval", request.columns.aval, "of a long file: column of the answer")
      ->capture_default_str();
  command->add_option("--score", request.score,
                      "the score that is classified and compared; default: the total");
  command->add_option("--baseline", request.baseline,
                      "visit that changes are from: adds change, response, remission");
  command->add_option("--response", request.response,
                      "a rule of improvement besides those on record: 10 points, 50%");
  command->add_option("--cut", request.cut, "a cut point besides those on record");
  command->add_option("--sd", request.sd,
                      "standard deviation for the reliable change index: a number or `baseline`");
  command->add_option("--reliability", request.reliability,
                      "reliability for the index: a number or the fact_id of one on record");
  command->add_option("--level", request.level, "level of the index, two sides")
      ->capture_default_str();
  command->add_option("--value-set", arguments->value_set,
                      "a country's value set, for the index of EQ-5D-5L: CSV with the columns "
                      "profile and value");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
