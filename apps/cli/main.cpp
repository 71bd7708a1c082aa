// The command line: parses, calls entact/answer, prints. No arithmetic.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "commands.h"
#include "entact/base/error.h"
#include "output.h"
#include "ranks.h"

namespace {

int exit_code(entact::ErrorKind kind) {
  switch (kind) {
    case entact::ErrorKind::usage:
      return 2;
    case entact::ErrorKind::input:
      return 3;
    case entact::ErrorKind::unanswerable:
      return 4;
  }
  return 1;
}

void run(CLI::App& app, int argc, char** argv, const entact::cli::Ranks& ranks) {
  entact::cli::add_effect(app);
  entact::cli::add_report(app);
  const std::string typed = entact::cli::canonical(argc, argv);
  entact::cli::add_analyze(app, typed);
  entact::cli::add_ancova(app, typed);
  entact::cli::add_blinding(app, typed);
  entact::cli::add_adverse(app, typed);
  entact::cli::add_claims(app, typed);
  entact::cli::add_design(app, typed);
  entact::cli::add_evidence(app, typed);
  entact::cli::add_fit(app, typed);
  entact::cli::add_harms(app, typed);
  entact::cli::add_mmrm(app, typed);
  entact::cli::add_impute(app, typed);
  entact::cli::add_nca(app, typed);
  entact::cli::add_pool(app, typed);
  entact::cli::add_relapse(app, typed);
  entact::cli::add_score(app, typed);
  entact::cli::add_responders(app, typed);
  entact::cli::add_stress(app, typed);
  entact::cli::add_simulate(app, typed);
  entact::cli::add_survival(app, typed);
  entact::cli::add_trial(app, typed, ranks);
  app.parse(argc, argv);
}

/// Does the work, tells of its error, and gives the exit code.
template <class Work>
int told(const CLI::App& app, const Work& work) {
  try {
    return work();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const entact::Error& error) {
    std::fprintf(stderr, "entact: %s [%s]\n", error.what(), error.code().c_str());
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "entact: a fault of ours: %s\n", error.what());
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"entact: an open evidence engine for MDMA-assisted therapy"};
  app.footer("For research and review; it gives no medical or dosing advice.");
  app.set_version_flag("--version", ENTACT_VERSION);
  app.require_subcommand(1);
  return told(app, [&] {
    const entact::cli::Ranks ranks(argc, argv);
    // Told before the ranks part: the first that leaves with an error ends all others.
    const int code = told(app, [&] {
      run(app, argc, argv, ranks);
      return 0;
    });
    ranks.part(code);
    return code;
  });
}
