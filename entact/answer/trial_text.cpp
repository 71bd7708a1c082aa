// Text and CSV of `entact trial`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "entact/answer/simulated_value.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_looks.h"
#include "entact/answer/trial_numbers.h"
#include "entact/answer/trial_ranking.h"
#include "entact/answer/trial_settings.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string ranking_text(const TrialFile& file, const TrialRanking& ranking) {
  std::string text;
  for (const BestDesign& best : ranking.best) {
    text += fmt::format("\nBest by {}:\n", best.criterion);
    for (std::size_t s = 0; s < best.variant.size(); ++s)
      text += fmt::format("  {:<58} {}{}\n", settings_brief(ranking.settings[s].settings),
                          file.variants[best.variant[s]].name,
                          best.clear[s] ? "" : " (within two standard errors of the next)");
  }
  return text;
}

std::string questions_text(const TrialFile& file, const TrialOutcome& outcome) {
  std::string text;
  for (std::size_t v = 0; v < outcome.sizes.size(); ++v) {
    const SampleSize& size = outcome.sizes[v];
    const std::string who = file.variants[v].name.empty() ? "" : file.variants[v].name + ": ";
    text += size.bracketed
                ? fmt::format("\n{}n = {} ({} to {}) for a power of {:g}; simulated there {}\n",
                              who, size.n, size.low, size.high, file.search->power,
                              with_error(size.power, 3))
                : fmt::format("\n{}no n from {} to {} brackets a power of {:g}\n", who,
                              file.search->low, file.search->high, file.search->power);
  }
  for (std::size_t v = 0; v < outcome.assurances.size(); ++v)
    text += fmt::format(
        "\n{}assurance {} over effects of mean {:.4g}, se {:.4g}, tau {:.4g}{}; power at "
        "the mean {}\n",
        file.variants[v].name.empty() ? "" : file.variants[v].name + ": ",
        with_error(outcome.assurances[v].assurance, 3), file.assurance->mean, file.assurance->se,
        file.assurance->tau, file.assurance->from.empty() ? "" : " (" + file.assurance->from + ")",
        with_error(outcome.assurances[v].power, 3));
  return text;
}

}  // namespace

std::string case_words(const TrialFile& file, const TrialCase& one) {
  std::vector<std::string> words;
  if (!file.variants[one.variant].name.empty()) words.push_back(file.variants[one.variant].name);
  if (!one.settings.empty()) words.push_back(settings_words(one.settings));
  if (one.null) words.emplace_back("no drug effect");
  return words.empty() ? "as the file says" : fmt::format("{}", fmt::join(words, "; "));
}

std::string trial_csv(const TrialFile& file, const TrialOutcome& outcome) {
  std::string csv =
      "design,scenario,settings,no_effect,n,replicates,estimand,truth,truth_mc_se,estimate,"
      "empirical_se,model_se,bias,bias_mc_se,power,power_mc_se,rejection,rejection_mc_se,coverage,"
      "coverage_mc_se,failed,reserved,conclusion_changes,conclusion_changes_mc_se\n";
  for (const TrialCaseResult& one : outcome.cases) {
    std::vector<std::string> settings;
    for (const auto& [key, value] : one.setup.settings)
      settings.push_back(fmt::format("{}={}", key, value));
    const auto& conclusion = one.found.conclusion;
    const std::string changes =
        conclusion ? fmt::format("{},{}", conclusion->changes.value, conclusion->changes.mc_se)
                   : ",";
    for (const EstimandCharacteristics& e : one.found.estimands)
      csv += fmt::format(
          "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
          csv_field(file.variants[one.setup.variant].name), csv_field(one.setup.scenario),
          csv_field(fmt::format("{}", fmt::join(settings, " "))), one.setup.null ? 1 : 0,
          one.setup.simulation.trial.design.n, one.found.replicates, csv_field(e.id), e.truth.value,
          e.truth.mc_se, e.estimate.value, e.estimate.sd, e.se.value, e.bias.value, e.bias.mc_se,
          e.power.value, e.power.mc_se, e.rejection.value, e.rejection.mc_se, e.coverage.value,
          e.coverage.mc_se, e.failed, e.reserved, changes);
  }
  return csv;
}

std::string trial_text(const TrialFile& file, const TrialOutcome& outcome) {
  std::string text = file.title + "\n";
  if (file.truth.exposure) text += exposure_words(*file.truth.exposure) + "\n";
  for (const TrialCaseResult& one : outcome.cases) {
    text += fmt::format("\n{}: n = {}, {} replicates\n", case_words(file, one.setup),
                        one.setup.simulation.trial.design.n, one.found.replicates);
    for (const EstimandCharacteristics& e : one.found.estimands) {
      text += fmt::format("  {:<24}true {}, power {}, bias {}, coverage {}", e.id,
                          decimal_text(e.truth.value, 3), with_error(e.power, 3),
                          with_error(e.bias, 3), with_error(e.coverage, 3));
      if (one.setup.null) text += fmt::format(", rejects {}", with_error(e.rejection, 3));
      if (e.failed + e.reserved > 0)
        text += fmt::format(", {} without an answer, {} not converged", e.failed, e.reserved);
      text += "\n";
    }
    if (one.found.looks) text += looks_text(*one.found.looks, one.setup.simulation.estimands);
    if (one.found.conclusion) text += conclusion_text(*file.published, *one.found.conclusion);
  }
  return text + ranking_text(file, rank_designs(file, outcome)) + questions_text(file, outcome) +
         "\nMonte Carlo standard errors in brackets.\n";
}

}  // namespace entact
