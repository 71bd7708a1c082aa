#include "entact/answer/design_command.h"

#include <memory>

#include "commands.h"
#include "output.h"

namespace entact::cli {

void add_design(CLI::App& app, const std::string& typed) {
  struct Arguments {
    DesignRequest request{};
    Output output{};
  };
  auto* command = app.add_subcommand(
      "design", "sample size, power and bounds of interim looks, by closed forms and integration");
  const auto arguments = std::make_shared<Arguments>();  // shared by the parser and callback
  DesignRequest& r = arguments->request;
  command->add_option("--measure", r.measure, "means, proportions or mmrm")->capture_default_str();
  command->add_option("--difference", r.difference, "of the means, arm 1 minus arm 2");
  command->add_option("--sd", r.sd, "within an arm; for mmrm one, or one a visit")->delimiter(',');
  command->add_option("--p1", r.p1, "proportion in arm 1");
  command->add_option("--p2", r.p2, "proportion in arm 2");
  command->add_option("--correlation", r.correlation, "of mmrm: between visits")
      ->capture_default_str();
  command->add_option("--retained", r.retained, "of mmrm: share still seen at each visit: 1,0.9")
      ->delimiter(',');
  command->add_option("--alpha", r.alpha, "of all sides together")->capture_default_str();
  command->add_option("--sides", r.sides, "1 or 2")->capture_default_str();
  command->add_option("--power", r.power, "wanted")->capture_default_str();
  command->add_option("--ratio", r.ratio, "participants of arm 1 over those of arm 2")
      ->capture_default_str();
  command->add_option("--dropout", r.dropout, "share without an outcome")->capture_default_str();
  command->add_option("--n", r.n, "participants analysed: asks for their power");
  command->add_option("--looks", r.looks, "shares of the information: 0.5,0.75")->delimiter(',');
  command
      ->add_option("--efficacy", r.efficacy,
                   "obrien-fleming, pocock, hwang-shih-decani, "
                   "kim-demets (spending); obrien-fleming-shape, pocock-shape, wang-tsiatis, "
                   "haybittle-peto")
      ->capture_default_str();
  command->add_option("--parameter", r.parameter, "of bounds that have one")->capture_default_str();
  command->add_option("--futility", r.futility, "beta spending, named as --efficacy");
  command->add_option("--futility-parameter", r.futility_parameter, "of --futility")
      ->capture_default_str();
  command->add_flag("--binding", r.binding, "alpha counts on stopping for futility");
  arguments->output.add_to(*command);
  command->callback(
      [arguments, typed] { arguments->output.print(design_answer(arguments->request), typed); });
}

}  // namespace entact::cli
