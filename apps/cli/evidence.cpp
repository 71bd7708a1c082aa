#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/evidence_command.h"
#include "entact/answer/installed_files.h"
#include "entact/evidence/as_of.h"
#include "output.h"

namespace entact::cli {
namespace {

struct EvidenceArguments {
  std::string data{};
  std::string id{};
  std::string as_of{};
  FactListing listing{};
  std::vector<std::string> where{};
  Output output{};
};
using Shared = std::shared_ptr<EvidenceArguments>;  // shared by the parser and the callback

EvidenceBase loaded(const EvidenceArguments& arguments) {
  EvidenceBase base = std::move(load_evidence(find_data(arguments.data)).base);
  const Date day = day_of(arguments.as_of);
  return day.known() ? known_by(base, day) : std::move(base);
}

void add_list(CLI::App& parent, const Shared& arguments, const std::string& typed) {
  auto* command = parent.add_subcommand("list", "rows of one table of the evidence base");
  command->add_option("table", arguments->listing.table, "studies, arms, binary, continuous, ...")
      ->required();
  command->add_option("--where", arguments->where, "column=value; may be repeated, all must hold")
      ->allow_extra_args(false);
  command
      ->add_option("--columns", arguments->listing.columns, "columns to show, separated by commas")
      ->delimiter(',');
  command->add_flag("--used", arguments->listing.only_used, "leave out rows marked used = no");
  command->add_flag("--count", arguments->listing.count, "only how many");
  command->add_option("--as-of", arguments->as_of, "what was known on this day");
  command->add_option("--sum", arguments->listing.sum, "only the sum of this column");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    for (const std::string& filter : arguments->where)
      arguments->listing.where.push_back(parse_fact_filter(filter));
    arguments->output.print(list_answer(loaded(*arguments), arguments->listing), typed);
  });
}

void add_show(CLI::App& parent, const Shared& arguments, const std::string& typed) {
  auto* command = parent.add_subcommand(
      "show", "a fact, source, claim, study or analysis with its whole trail");
  command->add_option("id", arguments->id, "its id")->required();
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(show_answer(loaded(*arguments), arguments->id), typed);
  });
}

}  // namespace

void add_evidence(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand("evidence", "browse and check the evidence base");
  command->require_subcommand(1);
  add_list(*command, std::make_shared<EvidenceArguments>(), typed);
  add_show(*command, std::make_shared<EvidenceArguments>(), typed);
}

}  // namespace entact::cli
