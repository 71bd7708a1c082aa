#include <algorithm>
#include <memory>

#include "commands.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/pool_analysis.h"
#include "entact/base/error.h"
#include "output.h"

namespace entact::cli {
namespace {

struct PoolArguments {
  std::string file{};
  std::string analysis{};
  std::string data{};
  std::string as_of{};
  std::string omit{};
  std::vector<std::string> include{};
  std::vector<std::string> without{};
  AnalysisPolicy policy{};
  PoolRequest request{};
  Output output{};
};

bool named(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

AnalysisPolicy policy_of(const PoolArguments& arguments) {
  AnalysisPolicy policy = arguments.policy;
  policy.selection.include_recalled = named(arguments.include, "recalled");
  policy.selection.include_retracted = named(arguments.include, "retracted");
  policy.selection.include_inferred_zeros = named(arguments.include, "inferred-zeros");
  policy.selection.include_secondary = !named(arguments.without, "secondary");
  policy.without_high_risk = named(arguments.without, "high-risk");
  return policy;
}

Answer run(PoolArguments& arguments) {
  require(arguments.file.empty() != arguments.analysis.empty(), "cli.pool.input",
          "name a CSV file or --analysis, one of the two", ErrorKind::usage);
  if (!arguments.file.empty()) return pool_file(arguments.file, arguments.request);
  AnalysisPolicy policy = policy_of(arguments);
  if (!arguments.request.columns.measure.empty())
    policy.measure = measure_named(arguments.request.columns.measure);
  const OpenedEvidence evidence = open_evidence(arguments.data, day_of(arguments.as_of));
  return with_notes(
      pool_analysis(evidence.base, arguments.analysis, policy, arguments.request, arguments.omit),
      evidence);
}

}  // namespace

void add_pool(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "pool", "pool the studies of a table: pairwise meta-analysis and meta-regression");
  const auto arguments =
      std::make_shared<PoolArguments>();  // shared by the parser and the callback
  command->add_option("file", arguments->file,
                      "CSV with yi,vi or yi,sei; m1i,sd1i,n1i,m2i,sd2i,n2i; or ai,n1i,ci,n2i");
  command->add_option("--analysis", arguments->analysis,
                      "a named analysis of the evidence base instead of a file");
  command->add_option("--measure", arguments->request.columns.measure,
                      "MD, SMD, ROM; RR, OR, RD, AS, PETO");
  command->add_option("--method", arguments->request.method,
                      "tau-squared: REML, DL, PM, ML, EB, SJ, HE, HS; FE for the common effect. "
                      "Default: FE up to two studies, then REML");
  command->add_option(
      "--test", arguments->request.test,
      "z, t, knha, adhoc (Hartung-Knapp with floor), kr. Default: z up to two studies, then adhoc");
  command->add_option("--level", arguments->request.level, "level of the intervals")
      ->capture_default_str();
  command->add_option("--slab", arguments->request.columns.slab, "column with the studies' labels");
  command->add_option("--mods", arguments->request.columns.mods, "moderators, e.g. 'dose + year'");
  command->add_option("--subgroup", arguments->request.columns.subgroup,
                      "column with the subgroup of each study: pool each and test between them");
  command->add_option("--id", arguments->request.columns.id,
                      "column of the file that says which effects come from one study");
  command->add_option("--rho", arguments->request.rho,
                      "assumed correlation of two effects of one study; of an analysis, of two "
                      "visits");
  command->add_option("--cov", arguments->request.cov,
                      "CSV file with the covariance matrix of the file's effects");
  command
      ->add_option("--robust", arguments->request.robust,
                   "cluster-robust interval of dependent effects, by study")
      ->check(CLI::IsMember({"cr2", "cr1", "cr0", "none"}))
      ->capture_default_str();
  command->add_option("--include", arguments->include, "facts that stay out by default")
      ->check(CLI::IsMember({"recalled", "retracted", "inferred-zeros"}));
  command->add_option("--without", arguments->without, "leave these out")
      ->check(CLI::IsMember({"secondary", "high-risk"}));
  command->add_option("--rater", arguments->policy.rater,
                      "whose risk-of-bias rating counts for --without high-risk");
  command->add_flag("--diagnostics", arguments->request.diagnostics,
                    "add leave-one-out, influence and funnel tests to the JSON result");
  command->add_option("--bayes", arguments->request.bayes_scale,
                      "add the Bayesian mean: scale of the half-normal prior for tau");
  command->add_option("--omit", arguments->omit,
                      "leave out this study of the analysis, by study_id");
  command->add_option("--as-of", arguments->as_of, "pool what was known on this day");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
