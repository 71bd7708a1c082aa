#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace entact::cli {

class Ranks;

// Each adds one subcommand whose callback runs it; `typed` is the canonical command for the record
// of the run.
void add_analyze(CLI::App& app, const std::string& typed);
void add_ancova(CLI::App& app, const std::string& typed);
void add_blinding(CLI::App& app, const std::string& typed);
void add_adverse(CLI::App& app, const std::string& typed);
void add_claims(CLI::App& app, const std::string& typed);
void add_design(CLI::App& app, const std::string& typed);
void add_effect(CLI::App& app);
void add_evidence(CLI::App& app, const std::string& typed);
void add_fit(CLI::App& app, const std::string& typed);
void add_harms(CLI::App& app, const std::string& typed);
void add_mmrm(CLI::App& app, const std::string& typed);
void add_impute(CLI::App& app, const std::string& typed);
void add_nca(CLI::App& app, const std::string& typed);
void add_pool(CLI::App& app, const std::string& typed);
void add_relapse(CLI::App& app, const std::string& typed);
void add_report(CLI::App& app);
void add_score(CLI::App& app, const std::string& typed);
void add_responders(CLI::App& app, const std::string& typed);
void add_simulate(CLI::App& app, const std::string& typed);
void add_stress(CLI::App& app, const std::string& typed);
void add_survival(CLI::App& app, const std::string& typed);
void add_trial(CLI::App& app, const std::string& typed, const Ranks& ranks);

}  // namespace entact::cli
