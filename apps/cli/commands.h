#pragma once

#include <CLI/CLI.hpp>

namespace entact::cli {

// Each adds one subcommand whose callback runs it.
void add_report(CLI::App& app);

}  // namespace entact::cli
