#include <map>
#include <memory>
#include <string>

#include "commands.h"
#include "entact/answer/adverse_command.h"
#include "output.h"

namespace entact::cli {
namespace {

using Options = AdverseCompareOptions;

struct AdverseArguments {
  AdverseRequest request{};
  bool unassessed_unrelated = false;
  bool serious = false, related = false, discontinuation = false, fatal = false, mid_p = false;
  std::string threshold{};
  std::string related_words{};
  std::string params{};
  std::string categories{};
  Output output{};
};

Answer run(const AdverseArguments& arguments) {
  AdverseRequest request = arguments.request;
  const std::pair<bool, const char*> subsets[] = {{arguments.serious, "serious"},
                                                  {arguments.related, "related"},
                                                  {arguments.discontinuation, "discontinuation"},
                                                  {arguments.fatal, "fatal"}};
  for (const auto& [asked, name] : subsets)
    if (asked) request.only.emplace_back(name);
  if (arguments.mid_p) request.how.tails = ExactTails::mid_p;
  request.threshold = share_of(arguments.threshold);
  request.columns.related = listed(arguments.related_words);
  request.columns.unassessed_related = !arguments.unassessed_unrelated;
  request.params = listed(arguments.params);
  request.categories = listed(arguments.categories);
  return adverse_answer(request);
}

void add_statistics(CLI::App& command, AdverseArguments& arguments) {
  Options& how = arguments.request.how;
  command.add_option("--level", how.level, "level of the intervals")->capture_default_str();
  command.add_option("--interval", how.interval, "of the risk difference: mn, newcombe")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Options::Interval>{{"mn", Options::Interval::miettinen_nurminen},
                                                   {"newcombe", Options::Interval::newcombe}}));
  command.add_option("--test", how.test, "of no difference in risk: fisher, mid-p, score")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Options::Test>{{"fisher", Options::Test::fisher},
                                               {"mid-p", Options::Test::fisher_mid_p},
                                               {"score", Options::Test::score}}));
  command.add_flag("--mid-p", arguments.mid_p, "mid-p instead of exact intervals of rates");
  command.add_option("--alpha", how.alpha, "of the double false discovery rate")
      ->capture_default_str();
  command.add_option("--double-fdr", how.rule, "rule of 2004 (Mehrotra-Heyse) or 2012")
      ->transform(CLI::CheckedTransformer(std::map<std::string, DoubleFdrRule>{
          {"2004", DoubleFdrRule::mehrotra_heyse}, {"2012", DoubleFdrRule::mehrotra_adewale}}));
}

void add_selection(CLI::App& command, AdverseArguments& arguments) {
  command.add_flag("--serious", arguments.serious, "serious events alone (AESER)");
  command.add_flag("--related", arguments.related, "related events alone (AEREL)");
  command.add_flag("--discontinuation", arguments.discontinuation,
                   "events alone that led to the end of treatment (AEACN)");
  command.add_flag("--fatal", arguments.fatal, "fatal events alone (AESDTH, AEOUT)");
  command.add_flag("--all-events", arguments.request.columns.all_events,
                   "also events that TRTEMFL does not mark");
  command.add_option("--related-words", arguments.related_words,
                     "words of AEREL that mean related, e.g. POSSIBLE,PROBABLE");
  command.add_flag("--unassessed-unrelated", arguments.unassessed_unrelated,
                   "events without an assessment of relatedness count as not related; by default "
                   "they count as related");
  command.add_option("--threshold", arguments.threshold,
                     "least share, in one arm, of terms shown in text and page: 5% or 0.05");
}

}  // namespace

void add_adverse(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "adverse", "adverse events of a study by class and term, arm and drug session");
  const auto arguments =
      std::make_shared<AdverseArguments>();  // shared by the parser and the callback
  AdverseRequest& request = arguments->request;
  command->add_option("events", request.events, "ADAE: one row an event")->required();
  command->add_option("--subjects", request.subjects, "ADSL: one row a participant")->required();
  command->add_option("--arm", request.columns.arm, "column of ADSL; default TRT01A");
  command->add_option("--reference", request.reference,
                      "arm that the others are compared with; default: the one with the lowest "
                      "TRT01AN, else the first by name");
  command->add_option("--exposure", request.columns.exposure,
                      "column of ADSL with days at risk; default TRTDURD, else TRTSDT to TRTEDT");
  command->add_option("--by", request.by, "soc, pt or soc,pt")
      ->check(CLI::IsMember({"soc", "pt", "soc,pt"}))
      ->capture_default_str();
  command->add_option(
      "--sessions", request.sessions,
      "days of drug sessions: USUBJID and ADY (or EXSTDY, DAY, ADT, EXSTDTC, DATE)");
  command->add_option("--windows", request.windows,
                      "days after a session, e.g. acute:0-2,delayed:3-7");
  command->add_option("--vitals", request.vitals,
                      "vital signs by session: USUBJID, PARAMCD, AVISIT, ATPTN (hours), AVAL");
  command->add_option("--outlier", request.outliers,
                      "limit of a vital sign, e.g. 'SYSBP>=160'; may be repeated");
  command->add_option("--shift", request.shift,
                      "categories before and after: USUBJID, PARAMCD, AVISIT, AVAL, ABLFL");
  command->add_option("--categories", arguments->categories,
                      "of --shift, from best to worst; default: by AVAL");
  command->add_option("--course", request.course,
                      "scores over time: USUBJID, PARAMCD, AVISIT, AVAL");
  command->add_option("--param", arguments->params,
                      "PARAMCD to take of --shift and --course; default: all");
  add_selection(*command, *arguments);
  add_statistics(*command, *arguments);
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
