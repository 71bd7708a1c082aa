#include <memory>

#include "commands.h"
#include "entact/answer/pool_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct PoolArguments {
  std::string file{};
  PoolRequest request{};
  Output output{};
};

}  // namespace

void add_pool(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "pool", "pool the studies of a table: pairwise meta-analysis and meta-regression");
  const auto arguments =
      std::make_shared<PoolArguments>();  // shared by the parser and the callback
  command
      ->add_option("file", arguments->file,
                   "CSV with yi,vi or yi,sei; m1i,sd1i,n1i,m2i,sd2i,n2i; or ai,n1i,ci,n2i")
      ->required();
  command->add_option("--measure", arguments->request.columns.measure,
                      "MD, SMD, ROM; RR, OR, RD, AS, PETO");
  command
      ->add_option("--method", arguments->request.method,
                   "tau-squared: REML, DL, PM, ML, EB, SJ, HE, HS; FE for the common effect")
      ->capture_default_str();
  command
      ->add_option("--test", arguments->request.test,
                   "z, t, knha, adhoc (Hartung-Knapp with floor), kr")
      ->capture_default_str();
  command->add_option("--level", arguments->request.level, "level of the intervals")
      ->capture_default_str();
  command->add_option("--slab", arguments->request.columns.slab, "column with the studies' labels");
  command->add_option("--mods", arguments->request.columns.mods, "moderators, e.g. 'dose + year'");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(pool_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
