#pragma once

#include <string>

#include "entact/answer/trial_document.h"
#include "entact/answer/trial_settings.h"

namespace entact {

/// Numbers of a trial's page, each with its place in the JSON result of the same command.
class TrialWriter {
 public:
  TrialWriter(DocumentBuilder& builder, const TrialPage& page) : builder_(builder), page_(page) {}

  /// @param pointer  below /result
  [[nodiscard]] std::string own(double value, int decimals, const std::string& label,
                                const std::string& pointer) const;
  /// Number `key` of estimand `e` of case `at`.
  [[nodiscard]] std::string estimand(std::size_t at, std::size_t e, const std::string& key,
                                     double value, int decimals) const;
  /// The same with its Monte Carlo standard error in brackets.
  [[nodiscard]] Cell with_error(std::size_t at, std::size_t e, const std::string& key,
                                const SimulatedValue& value, int decimals) const;

  /// How often the conclusion of the published pool changes in case `at`, with its error; empty
  /// where no pool is asked for.
  [[nodiscard]] Cell conclusion_changes(std::size_t at) const;

 private:
  DocumentBuilder& builder_;
  const TrialPage& page_;
};

/// " (belief.share = 0.3)", or nothing.
std::string keys_in_brackets(const std::vector<TrialSetting>& settings);

/// What the scenarios vary: in words, its key, its values.
TableBlock settings_table(const TrialFile& file);

/// What the published pool says today, and the range over the cases of the chance that one more
/// trial changes it.
Prose conclusion_words(const TrialWriter& writer, const TrialPage& page);

/// A design's name in tables and sentences.
std::string variant_name(const TrialFile& file, std::size_t v);

/// How far power (of the first design, over all scenarios) hangs on what was assumed: a heat map of
/// a grid's first two axes, a tornado of all.
FigureBlock grid_heat(const TrialWriter& writer, const TrialPage& page,
                      const TrialScenario& scenario, std::size_t number);
FigureBlock tornado(const TrialWriter& writer, const TrialPage& page, const TrialScenario& scenario,
                    std::size_t number);

}  // namespace entact
