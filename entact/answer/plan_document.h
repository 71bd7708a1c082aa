#pragma once

// The sections of a carried-out plan. For the .cpp files of answer.

#include <string>

#include "entact/answer/document_builder.h"
#include "entact/answer/plan_run.h"

namespace entact {

/// What every section of a plan's document needs.
struct PlanWriter {
  const Plan& plan;
  const PlanOutcome& outcome;
  DocumentBuilder builder{};

  /// A number of one command of the plan, with the line that recomputes it.
  std::string number(const PlanRun& run, const PlanNumber& number, const std::string& shown,
                     const std::string& label);
  /// A number of entact analyze itself.
  std::string own(double value, std::string shown, std::string label, const std::string& pointer);
  /// "low to high"; empty where there is none.
  Cell interval(const PlanRun& run);
  Cell estimate(const PlanRun& run);
  Cell p_value(const PlanRun& run);
};

Section plan_design_section(PlanWriter& writer);
/// Estimates of the analyses of one role, their tables, and reservations in their places.
Section plan_role_section(PlanWriter& writer, const std::string& role, const std::string& title);
Section plan_sensitivity_section(PlanWriter& writer);
Section plan_subgroup_section(PlanWriter& writer);
Section plan_methods_section(PlanWriter& writer);
TableBlock plan_multiplicity_table(PlanWriter& writer);

/// Tables of what a command says beside the one estimate.
std::vector<TableBlock> plan_detail_tables(PlanWriter& writer, const PlanRuns& runs);

/// How a command's own Document stands in the plan's.
struct PlanEmbedding {
  std::string line{};               ///< of the command: what its numbers are traced to
  std::string prefix{};             ///< of ids: the analysis' own
  std::string title{};              ///< before the title of each figure and table
  std::vector<std::string> only{};  ///< ids of figures and tables to take; empty: everything
};

/// The Document's blocks, as far as `how` takes them.
std::vector<Block> embedded_blocks(DocumentBuilder& builder, const Document& document,
                                   const PlanEmbedding& how);

/// The whole.
Document plan_document(const Plan& plan, const PlanOutcome& outcome);

}  // namespace entact
