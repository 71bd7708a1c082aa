#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/evidence_check.h"
#include "entact/answer/evidence_command.h"
#include "entact/answer/evidence_import.h"
#include "entact/answer/installed_files.h"
#include "entact/answer/opened_evidence.h"
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

OpenedEvidence evidence_of(const EvidenceArguments& arguments) {
  return open_evidence(arguments.data, day_of(arguments.as_of));
}

void add_list(CLI::App& parent, const Shared& arguments, const std::string& typed) {
  auto* command = parent.add_subcommand("list", "rows of one table of the evidence base");
  command
      ->add_option("table", arguments->listing.table,
                   "studies, arms, binary, continuous, ...; facts: all of them")
      ->required();
  command->add_option("--where", arguments->where, "column=value; may be repeated, all must hold")
      ->allow_extra_args(false);
  command
      ->add_option("--columns", arguments->listing.columns, "columns to show, separated by commas")
      ->delimiter(',');
  command->add_option("--ids", arguments->listing.ids, "only these rows, separated by commas")
      ->delimiter(',');
  command->add_flag("--used", arguments->listing.only_used, "leave out rows marked used = no");
  command->add_flag("--count", arguments->listing.count, "only how many");
  command->add_option("--as-of", arguments->as_of, "what was known on this day");
  command->add_option("--sum", arguments->listing.sum, "only the sum of this column");
  command->add_option("--distinct", arguments->listing.distinct,
                      "only how many different values this column has");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    for (const std::string& filter : arguments->where)
      arguments->listing.where.push_back(parse_fact_filter(filter));
    const OpenedEvidence evidence = evidence_of(*arguments);
    arguments->output.print(with_notes(list_answer(evidence.base, arguments->listing), evidence),
                            typed);
  });
}

void add_show(CLI::App& parent, const Shared& arguments, const std::string& typed) {
  auto* command = parent.add_subcommand(
      "show", "a fact, source, claim, study or analysis with its whole trail");
  command->add_option("id", arguments->id, "its id")->required();
  command->add_option("--as-of", arguments->as_of, "what was known on this day");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    const OpenedEvidence evidence = evidence_of(*arguments);
    arguments->output.print(with_notes(show_answer(evidence.base, arguments->id), evidence), typed);
  });
}

void add_check(CLI::App& parent, const Shared& arguments, const std::string& typed) {
  auto* command = parent.add_subcommand(
      "check", "every rule of the evidence base; exit code 3 if a fact breaks one");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    const LoadedEvidence evidence = load_evidence(find_data(arguments->data));
    const EvidenceCheck check = check_of(evidence);
    arguments->output.print(check_answer(evidence.base, check), typed);
    require(check.errors == 0, "cli.evidence.errors",
            "the evidence base breaks its rules; mend each issue marked as an error");
  });
}

struct ImportArguments {
  std::string data{};
  std::string format{};
  std::string file{};
  std::string table{};
  std::string out{};
  bool quiet = false;
  ImportOptions options{};
};

void run(const ImportArguments& arguments) {
  const OpenedEvidence evidence = open_evidence(arguments.data);
  const DraftRows draft = import_metapsy(evidence.base, arguments.file, arguments.options);
  if (!arguments.quiet) {
    for (const std::string& note : evidence.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
    for (const Issue& issue : draft.issues)
      std::fprintf(stderr, "%s [%s]\n", to_text(issue).c_str(), issue.code.c_str());
  }
  if (arguments.out.empty()) {
    std::fputs(draft_text(draft, arguments.table).c_str(), stdout);
    return;
  }
  for (const auto& path : write_drafts(draft, arguments.out))
    if (!arguments.quiet) std::fprintf(stderr, "wrote %s\n", path.string().c_str());
}

void add_import(CLI::App& parent) {
  auto* command = parent.add_subcommand(
      "import", "draft rows from a data set of another format, for a person to complete");
  const auto arguments = std::make_shared<ImportArguments>();  // parser and callback share it
  command->add_option("--format", arguments->format, "format of the data set: metapsy")
      ->required()
      ->check(CLI::IsMember({"metapsy"}));
  command->add_option("file", arguments->file, "the data set")->required();
  command->add_option("--source", arguments->options.source_id, "source_id that the rows cite")
      ->required();
  command->add_option("--verified", arguments->options.verified, "page, secondary or recalled")
      ->check(CLI::IsMember({"page", "secondary", "recalled"}))
      ->capture_default_str();
  command->add_option("--rater", arguments->options.rater,
                      "who rated the risk of bias; default: the source");
  command->add_option("--tool", arguments->options.tool, "with which tool")->capture_default_str();
  command->add_option("--table", arguments->table, "only this table, as plain CSV");
  command
      ->add_option("--out", arguments->out, "folder for a file each table, instead of the screen")
      ->excludes("--table");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  command->add_flag("--quiet", arguments->quiet, "no messages on standard error");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace

void add_evidence(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand("evidence", "browse and check the evidence base");
  command->require_subcommand(1);
  add_list(*command, std::make_shared<EvidenceArguments>(), typed);
  add_show(*command, std::make_shared<EvidenceArguments>(), typed);
  add_check(*command, std::make_shared<EvidenceArguments>(), typed);
  add_import(*command);
}

}  // namespace entact::cli
