#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/survival_command.h"
#include "entact/stats/concordance.h"
#include "entact/stats/cox.h"
#include "entact/stats/cox_proportionality.h"
#include "entact/stats/cumulative_incidence.h"
#include "entact/stats/fine_gray.h"
#include "entact/stats/gray.h"
#include "entact/stats/log_rank.h"
#include "entact/stats/mean_cumulative.h"
#include "entact/stats/restricted_mean.h"

namespace entact {

/// One group's curve and what is read from it.
struct SurvivalGroup {
  std::string name{};  ///< "ARM=MDMA"; "all" without groups
  std::ptrdiff_t rows = 0, events = 0;
  SurvivalCurve curve{};                      ///< empty if causes compete or events recur
  std::optional<IncidenceCurve> incidence{};  ///< where causes compete
  std::optional<MeanCumulative> mean{};       ///< where events recur
  std::vector<SurvivalQuantile> quantiles{};
  std::vector<CurvePoint> at{};  ///< where events recur: the mean number, at the last time too
  /// At round times, the same of every group; the incidence of the cause asked for where causes
  /// compete, the mean number where events recur.
  std::vector<CurvePoint> risk{};
  std::optional<RestrictedMean> restricted_mean{};
};

/// A group's restricted mean minus that of the first group, with Wald interval and test.
struct MeanDifference {
  double value = 0, se = 0, low = 0, high = 0, p = 1;
};

/// The Cox model with what people ask of it.
struct CoxResults {
  CoxFit fit{};
  Concordance concordance{};
  std::optional<Proportionality> proportionality{};
  std::map<std::string, std::string> reference{};
  std::string clusters{};  ///< name of the column that robust variance goes by
};

/// Fine and Gray's model of one cause.
struct FineGrayResults {
  FineGrayFit fit{};
  std::map<std::string, std::string> reference{};
};

/// Everything that the three forms of the answer are written from.
struct SurvivalResults {
  SurvivalRequest request{};
  SurvivalFormula formula{};
  std::ptrdiff_t rows = 0, events = 0;
  std::string time_words{};  ///< the time for people: its column's label, PARAM, or the name
  std::string by{};
  std::vector<double> risk_times{};  ///< round times up to the last of any group
  std::vector<SurvivalGroup> groups{};
  std::vector<MeanDifference> mean_differences{};  ///< by group after the first, if asked for
  std::optional<LogRank> log_rank{};
  std::optional<LogRankTrend> trend{};
  std::vector<double> trend_scores{};  ///< by group
  std::vector<GrayTest> gray{};        ///< of each cause
  int causes = 1;
  bool stratified = false;
  std::optional<CoxResults> cox{};
  std::optional<FineGrayResults> fine_gray{};
  std::vector<std::string> notes{};
};

/// JSON, text and CSV of the groups where causes compete (survival_incidence.cpp).
std::string incidence_json(const SurvivalResults& results);
std::string incidence_text(const SurvivalResults& results);
std::string incidence_csv(const SurvivalResults& results);

/// Fits Fine and Gray's model of the cause asked for, and its JSON and text
/// (survival_fine_gray.cpp).
void add_fine_gray(SurvivalResults& results, const SurvivalFile& file, const SurvivalRows& rows);
std::string fine_gray_json(const FineGrayResults& results, int cause);
std::string fine_gray_text(const SurvivalResults& results);

/// The mean number of events where they recur (survival_recurrent.cpp): at the times asked for and
/// the last event, as steps of the curve; and at any times, with how many are at risk then. Ends
/// are NaN before the first event.
std::vector<CurvePoint> mean_steps(const MeanCumulative& mean, std::vector<double> times);
std::vector<CurvePoint> mean_at(const MeanCumulative& mean, const SurvivalData& data,
                                const std::vector<double>& times);
/// JSON, text and CSV of the groups.
std::string recurrent_json(const SurvivalResults& results);
std::string recurrent_text(const SurvivalResults& results);
std::string recurrent_csv(const SurvivalResults& results);

/// The risk_table of a group; `share` names the probability.
std::string risk_json(const SurvivalGroup& group, const char* share);

std::string survival_json(const SurvivalResults& results);
std::string survival_text(const SurvivalResults& results);
std::string survival_csv(const SurvivalResults& results);

/// As a page (survival_document.cpp).
Document survival_document(const SurvivalResults& results);

/// "log-rank test", "stratified Fleming-Harrington G(0, 1) test".
std::string test_words(const SurvivalResults& results);

}  // namespace entact
