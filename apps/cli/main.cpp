// The command line: parses, calls entact/answer, prints. No arithmetic.
#include <CLI/CLI.hpp>
#include <cstdio>

int main(int argc, char** argv) {
  CLI::App app{"entact: an open evidence engine for MDMA-assisted therapy"};
  app.set_version_flag("--version", ENTACT_VERSION);
  app.require_subcommand(0, 1);
  CLI11_PARSE(app, argc, argv);
  std::fputs(app.help().c_str(), stdout);
  return 0;
}
