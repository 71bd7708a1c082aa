#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/survival_command.h"
#include "entact/stats/concordance.h"
#include "entact/stats/cox.h"
#include "entact/stats/cox_proportionality.h"
#include "entact/stats/log_rank.h"
#include "entact/stats/restricted_mean.h"

namespace entact {

/// One group's curve and what is read from it.
struct SurvivalGroup {
  std::string name{};  ///< "ARM=MDMA"; "all" without groups
  std::ptrdiff_t rows = 0, events = 0;
  SurvivalCurve curve{};
  std::vector<SurvivalQuantile> quantiles{};
  std::vector<CurvePoint> at{};
  std::optional<RestrictedMean> restricted_mean{};
};

/// The Cox model with what people ask of it.
struct CoxResults {
  CoxFit fit{};
  Concordance concordance{};
  std::optional<Proportionality> proportionality{};
  std::map<std::string, std::string> reference{};
  std::string clusters{};  ///< name of the column that robust variance goes by
};

/// Everything that the three forms of the answer are written from.
struct SurvivalResults {
  SurvivalRequest request{};
  SurvivalFormula formula{};
  std::ptrdiff_t rows = 0, events = 0;
  std::string by{};
  std::vector<SurvivalGroup> groups{};
  std::optional<LogRank> log_rank{};
  bool stratified = false;
  std::optional<CoxResults> cox{};
  std::vector<std::string> notes{};
};

std::string survival_json(const SurvivalResults& results);
std::string survival_text(const SurvivalResults& results);
std::string survival_csv(const SurvivalResults& results);

/// "log-rank test", "stratified Fleming-Harrington G(0, 1) test".
std::string test_words(const SurvivalResults& results);

}  // namespace entact
