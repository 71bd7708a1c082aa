#include "entact/answer/impute_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/answer/impute_counts.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;

ImputationOptions options_of(const ImputeRequest& request, const ImputationModel& model) {
  ImputationOptions how{.method = imputation_method(request.method),
                        .draws = request.draws,
                        .seed = request.seed,
                        .burn_in = request.burn_in,
                        .burn_between = request.burn_between,
                        .chains = request.chains,
                        .strata = model.arm_of,
                        .threads = request.threads};
  const bool means = how.method == ImputationMethod::conditional_mean;
  how.rule =
      pooling_rule(!request.resample.empty() ? request.resample : (means ? "jackknife" : "rubin"));
  return how;
}

/// The sentence about what Rubin's variance means where strategies copy the reference.
void note_anchoring(ImputeRun& run) {
  const bool copies =
      std::any_of(run.model.data.strategy.begin(), run.model.data.strategy.end(), [](auto s) {
        return s == ImputationStrategy::jr || s == ImputationStrategy::cr ||
               s == ImputationStrategy::cir;
      });
  if (copies && run.how.rule == PoolingRule::rubin)
    run.notes.emplace_back(
        "Rubin's variance of reference-based imputation is information-anchored: it keeps the "
        "share "
        "of information that is missing under MAR, and is larger than the variance over repeated "
        "trials, which conditional means with the jackknife or bootstrap estimate");
}

void note_dropout(ImputeRun& run, const std::optional<ImputationStrategy>& dropout) {
  if (dropout && *dropout != ImputationStrategy::mar)
    run.notes.push_back(fmt::format(
        "no table of events was given: dropout (values missing to the last visit) is the event, {}",
        strategy_words(*dropout)));
}

std::optional<ImputationStrategy> fallback_of(const ImputeRequest& request) {
  if (request.fallback.empty()) return std::nullopt;
  return imputation_strategy(request.fallback);
}

}  // namespace

void read_words(ImputeRun& run, const Table& table, const Table& events) {
  const ImputeRequest& request = run.request;
  run.analysis_words = analysis_words(request.analysis);
  const ModelFormula formula = parse_formula(request.formula);
  const StrategyWords strategies = strategies_in(request.strategy);
  const bool listed = !events.columns.empty();
  if (listed && formula.covariance)
    run.events =
        events_of(events, formula.covariance->subject, formula.covariance->visit, strategies);
  const auto dropout = listed ? std::nullopt : strategies.usual;
  run.model = imputation_model(formula, table,
                               {.arm = impute_arm_column(table, request),
                                .reference = request.reference,
                                .visits = request.visits,
                                .dropout = dropout,
                                .failure = request.failure,
                                .binary = request.binary,
                                .least_retrieved = request.least_retrieved,
                                .fallback = fallback_of(request)},
                               run.events);
  note_dropout(run, dropout);
  run.notes.insert(run.notes.end(), run.model.notes.begin(), run.model.notes.end());
  run.delta = delta_words(run.model, request.delta);
}

VisitsAnalysed analysis_at(const ImputeRun& run, const std::vector<std::string>& visits) {
  const AnalysisWords& words = run.analysis_words;
  if (words.kind != AnalysisWords::Kind::mmrm)
    return {visit_analysis(run.model, words.formula, visits, words.responders), 0};
  VisitsAnalysed made{mmrm_analysis(run.model, words.formula, df_named(run.request.df)), 0};
  const auto& parameters = made.analysis.parameters;
  while (!visits.empty() && made.first < parameters.size() &&
         parameters[made.first].visit != visits.front())
    ++made.first;
  require(made.first < parameters.size(), "answer.impute.tipping",
          "--at names no visit: '" + (visits.empty() ? "" : visits.front()) + "'",
          ErrorKind::usage);
  return made;
}

void impute_and_pool(ImputeRun& run) {
  run.how = options_of(run.request, run.model);
  note_anchoring(run);
  run.imputations = impute(run.model.data, run.how);
  run.analysis = analysis_at(run, {}).analysis;
  const MatrixXd none;
  run.pooled = pool_imputations(run.model.data, run.imputations, run.analysis,
                                run.delta.isZero(0) ? none : run.delta, run.request.level);
}

}  // namespace entact
