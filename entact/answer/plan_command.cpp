#include "entact/answer/plan_command.h"

#include <fmt/format.h>

#include <optional>

#include "entact/answer/adverse_command.h"
#include "entact/answer/ancova_command.h"
#include "entact/answer/blinding_command.h"
#include "entact/answer/impute_command.h"
#include "entact/answer/mmrm_command.h"
#include "entact/answer/relapse_command.h"
#include "entact/answer/responders_command.h"
#include "entact/answer/shell_words.h"
#include "entact/answer/survival_command.h"
#include "entact/base/error.h"

namespace entact {

std::vector<std::string> PlanOptions::words(const std::string& name) const {
  try {
    return {table_.text(name)};
  } catch (const Error& error) {
    if (error.code() != "io.toml.type") throw;
  }
  return table_.texts(name);
}

void PlanOptions::add(const std::string& name, const std::string& value) {
  line_ += fmt::format(" --{} {}", name, shell_word(value));
}

void PlanOptions::text_as(const std::string& key, const std::string& name, std::string& into) {
  if (!table_.has(key)) return;
  into = table_.text(key);
  add(name, into);
}

void PlanOptions::number(const std::string& name, double& into) {
  if (!table_.has(name)) return;
  into = table_.number(name);
  add(name, fmt::format("{}", into));
}

void PlanOptions::integer(const std::string& name, int& into) {
  if (!table_.has(name)) return;
  into = static_cast<int>(table_.integer(name));
  add(name, fmt::format("{}", into));
}

void PlanOptions::flag(const std::string& name, bool& into) {
  if (!table_.has(name)) return;
  into = table_.flag(name);
  if (into) line_ += " --" + name;
}

void PlanOptions::texts(const std::string& name, std::vector<std::string>& into) {
  if (!table_.has(name)) return;
  for (const std::string& word : words(name)) {
    into.push_back(word);
    add(name, word);
  }
}

void PlanOptions::listed(const std::string& name, std::vector<std::string>& into) {
  if (!table_.has(name)) return;
  into = words(name);
  add(name, fmt::format("{}", fmt::join(into, ",")));
}

void PlanOptions::file(const std::string& name, std::string& into) {
  if (!table_.has(name)) return;
  const std::string written = table_.text(name);
  add(name, written);
  into = path(written);
}

std::string PlanOptions::path(const std::string& name) const { return (folder_ / name).string(); }

namespace {

/// Rows of the population and subgroup, then the plan's own conditions.
void plan_where(PlanOptions& options, const PlanRows& rows, std::vector<std::string>& where) {
  for (const std::string& condition : rows.where) {
    where.push_back(condition);
    options.add("where", condition);
  }
  options.texts("where", where);
}

/// A number that is not there unless the plan gives it.
void plan_optional(PlanOptions& options, const std::string& name, std::optional<double>& into) {
  if (options.table().has(name)) options.number(name, into.emplace(0.0));
}

/// The test of a subgroup beside everybody's analysis.
void plan_interaction_option(PlanOptions& options, const PlanRows& rows, std::string& into) {
  if (rows.interaction.empty()) {
    options.text("interaction", into);
    return;
  }
  into = rows.interaction;
  options.add("interaction", into);
}

PlanCommand plan_mmrm(PlanOptions options, const PlanRows& rows) {
  MmrmRequest request;
  options.text("formula", request.formula);
  options.text("df", request.df);
  options.text("vcov", request.vcov);
  options.flag("ml", request.ml);
  options.text("param", request.parameter);
  plan_where(options, rows, request.where);
  options.text("arm", request.arm);
  options.texts("reference", request.reference);
  options.texts("factor", request.factors);
  options.text("weights", request.weights);
  options.text("margins", request.margins);
  options.listed("fallback", request.fallback);
  options.listed("compare", request.compare);
  options.texts("contrast", request.contrasts);
  plan_interaction_option(options, rows, request.interaction);
  options.text("slope", request.slope);
  plan_optional(options, "slope-from", request.slope_from);
  options.number("level", request.level);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return mmrm_file(file, request); }};
}

PlanCommand plan_ancova(PlanOptions options, const PlanRows& rows) {
  AncovaRequest request;
  options.text("formula", request.formula);
  options.text("by", request.by);
  options.texts("visit", request.visits);
  options.text("arm", request.arm);
  options.texts("reference", request.reference);
  options.texts("factor", request.factors);
  options.texts("cluster", request.cluster);
  options.text("vcov", request.vcov);
  options.text("weights", request.weights);
  options.text("margins", request.margins);
  plan_interaction_option(options, rows, request.interaction);
  options.number("level", request.level);
  plan_where(options, rows, request.where);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return ancova_file(file, request); }};
}

PlanCommand plan_responders(PlanOptions options, const PlanRows& rows) {
  RespondersRequest request;
  options.text("response", request.response);
  options.text("threshold", request.threshold);
  options.text("arm", request.arm);
  options.text("reference", request.reference);
  options.text("strata", request.strata);
  options.text("covariates", request.covariates);
  options.texts("visit", request.visits);
  options.text("by", request.by);
  options.text("missing", request.missing);
  options.text("estimation", request.estimation);
  options.text("variance", request.variance);
  options.number("level", request.level);
  plan_where(options, rows, request.where);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return responders_file(file, request); }};
}

/// Shifts in words, or files beside the plan.
void plan_delta(PlanOptions& options, std::vector<std::string>& delta) {
  options.texts("delta", delta);
  for (std::string& word : delta)
    if (word.find('=') == std::string::npos) word = options.path(word);
}

PlanCommand plan_impute(PlanOptions options, const PlanRows& rows) {
  ImputeRequest request;
  options.text("formula", request.formula);
  options.text("analysis", request.analysis);
  options.text("arm", request.arm);
  options.text("reference", request.reference);
  options.listed("visits", request.visits);
  options.file("ice", request.ice);
  options.texts("strategy", request.strategy);
  options.flag("binary", request.binary);
  options.text("exposure", request.exposure);
  options.text("planned", request.planned);
  options.text("fallback", request.fallback);
  options.text_as("handling", "estimand", request.estimand);
  options.integer("least-retrieved", request.least_retrieved);
  options.number("failure", request.failure);
  options.text_as("imputation", "method", request.method);
  options.text("resample", request.resample);
  options.integer("draws", request.draws);
  int seed = 1;
  options.integer("seed", seed);
  request.seed = static_cast<std::uint64_t>(seed);
  options.integer("burn-in", request.burn_in);
  options.integer("burn-between", request.burn_between);
  options.integer("chains", request.chains);
  options.number("level", request.level);
  plan_delta(options, request.delta);
  options.texts("tipping", request.tipping);
  options.text("at", request.at);
  plan_where(options, rows, request.where);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return impute_file(file, request); }};
}

void plan_survival_reference(PlanOptions& options, SurvivalRequest& request) {
  std::vector<std::string> pairs;
  options.texts("reference", pairs);
  for (const std::string& pair : pairs) {
    const std::size_t at = pair.find('=');
    if (at == std::string::npos)
      throw options.table().fault("reference", "a reference is VARIABLE=LEVEL",
                                  "Write TRTP=PLACEBO");
    request.reference[pair.substr(0, at)] = pair.substr(at + 1);
  }
}

/// What entact survival and entact relapse both take.
void plan_times(PlanOptions& options, const PlanRows& rows, SurvivalRequest& request) {
  options.text("covariates", request.covariates);
  options.text("by", request.by);
  options.text("strata", request.strata);
  options.text("participant", request.columns.participant);
  plan_survival_reference(options, request);
  options.text("ties", request.ties);
  options.number("level", request.level);
  plan_optional(options, "rmst", request.rmst);
  options.text("test", request.test);
  options.text("trend", request.trend);
  if (options.table().has("at")) {
    request.times = options.table().numbers("at");
    options.add("at", fmt::format("{}", fmt::join(request.times, ",")));
  }
  plan_where(options, rows, request.where);
}

PlanCommand plan_survival(PlanOptions options, const PlanRows& rows) {
  SurvivalRequest request;
  options.text("formula", request.formula);
  options.text("time", request.time);
  options.text("start", request.start);
  options.text("event", request.event);
  options.text("cluster", request.cluster);
  options.text("weight", request.columns.weight);
  options.flag("robust", request.robust);
  options.text("conf-type", request.conf_type);
  options.flag("competing", request.competing);
  options.integer("cause", request.cause);
  options.text("model", request.model);
  options.flag("recurrent", request.recurrent);
  plan_times(options, rows, request);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return survival_file(file, request); }};
}

PlanCommand plan_relapse(PlanOptions options, const PlanRows& rows) {
  RelapseRequest request;
  request.survival.ties = "exact";
  options.text_as("param", "param", request.parameter);
  options.text("score", request.score);
  options.text("baseline", request.baseline);
  options.text("time", request.time);
  plan_optional(options, "at-most", request.rule.at_most);
  plan_optional(options, "change", request.rule.change);
  plan_optional(options, "share", request.rule.share);
  plan_optional(options, "lost-from", request.rule.lost_from);
  options.integer("confirmed", request.rule.confirmed);
  options.flag("higher-is-better", request.rule.higher_is_better);
  plan_times(options, rows, request.survival);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return relapse_file(file, request); }};
}

PlanCommand plan_blinding(PlanOptions options, const PlanRows& rows) {
  BlindingRequest request;
  options.text("guess", request.guess);
  options.text("arm", request.arm);
  options.texts("unknown", request.unknown);
  options.text("outcome", request.outcome);
  options.texts("visit", request.visits);
  options.number("level", request.level);
  plan_where(options, rows, request.where);
  return {options.line(),
          [request, file = options.path(rows.dataset)] { return blinding_file(file, request); }};
}

void plan_adverse_selection(PlanOptions& options, AdverseRequest& request) {
  for (const char* name : {"serious", "related", "discontinuation", "fatal"}) {
    bool asked = false;
    options.flag(name, asked);
    if (asked) request.only.emplace_back(name);
  }
  options.flag("all-events", request.columns.all_events);
  bool unrelated = false;
  options.flag("unassessed-unrelated", unrelated);
  request.columns.unassessed_related = !unrelated;
  std::string threshold;
  options.text("threshold", threshold);
  request.threshold = share_of(threshold);
  options.listed("related-words", request.columns.related);
}

PlanCommand plan_adverse(PlanOptions options, const PlanRows& rows) {
  AdverseRequest request{.events = options.path(rows.dataset),
                         .subjects = options.path(rows.subjects)};
  options.add("subjects", rows.subjects);
  options.text("arm", request.columns.arm);
  options.text("reference", request.reference);
  options.text("exposure", request.columns.exposure);
  options.text("by", request.by);
  options.file("sessions", request.sessions);
  options.text("windows", request.windows);
  options.file("vitals", request.vitals);
  options.texts("outlier", request.outliers);
  options.file("shift", request.shift);
  options.listed("categories", request.categories);
  options.file("course", request.course);
  options.listed("param", request.params);
  options.number("level", request.how.level);
  options.number("alpha", request.how.alpha);
  plan_adverse_selection(options, request);
  return {options.line(), [request] { return adverse_answer(request); }};
}

}  // namespace

const std::vector<std::string>& plan_methods() {
  static const std::vector<std::string> methods{"mmrm",     "ancova",  "responders", "impute",
                                                "survival", "relapse", "adverse",    "blinding"};
  return methods;
}

PlanCommand plan_command(const TomlTable& analysis, const std::string& method,
                         const PlanRows& rows) {
  using Maker = PlanCommand (*)(PlanOptions, const PlanRows&);
  static const std::vector<std::pair<std::string, Maker>> makers{
      {"mmrm", plan_mmrm},       {"ancova", plan_ancova},     {"responders", plan_responders},
      {"impute", plan_impute},   {"survival", plan_survival}, {"adverse", plan_adverse},
      {"relapse", plan_relapse}, {"blinding", plan_blinding}};
  for (const auto& [name, make] : makers)
    if (name == method)
      return make(
          {analysis, rows.folder, fmt::format("entact {} {}", method, shell_word(rows.dataset))},
          rows);
  throw analysis.fault("method",
                       fmt::format("a method is one of {}", fmt::join(plan_methods(), ", ")),
                       "Choose one of them");
}

}  // namespace entact
