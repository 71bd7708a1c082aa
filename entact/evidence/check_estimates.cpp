#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

constexpr double normal_975 = 1.959963984540054;

bool ratio(const Row& contrast) {
  const std::string& measure = contrast.text("measure");
  return measure == "RR" || measure == "OR" || measure == "HR";
}

void check_interval(const Row& row, const char* estimate, std::vector<Issue>& issues) {
  const double value = row.number(estimate);
  const double low = row.number("ci_low");
  const double high = row.number("ci_high");
  if (low > high || value < low || value > high)
    issues.push_back(issue_at(row, estimate, severity_for(row), "evidence.check.interval",
                              fmt::format("the interval {} to {} holds the estimate",
                                          row.text("ci_low"), row.text("ci_high")),
                              "Check the sign and the order of the limits"));
}

void check_ratio(const Row& row, std::vector<Issue>& issues) {
  for (const char* column : {"estimate", "ci_low", "ci_high"})
    if (row.number(column) <= 0)
      issues.push_back(issue_at(row, column, severity_for(row), "evidence.check.ratio",
                                "a ratio is positive", "Give ratios on their natural scale"));
}

/// Half the width of the interval in standard errors of a normal variable; log scale for ratios.
double se_of_interval(const Row& row) {
  const bool log = ratio(row);
  const double low = row.number("ci_low");
  const double high = row.number("ci_high");
  return (log ? std::log(high / low) : high - low) / (2 * normal_975);
}

void check_se(const Row& row, std::vector<Issue>& issues) {
  const double factor = se_of_interval(row) / row.number("se");
  if (factor < 0.75 || factor > 1.5)
    issues.push_back(
        issue_at(row, "se", Issue::Severity::warning, "evidence.check.se",
                 fmt::format("the standard error is that of the interval, about {:.3g}",
                             se_of_interval(row)),
                 "Say which of the two is in use"));
}

/// 0 for differences, 1 for ratios.
bool excludes_null(const Row& row) {
  const double null = ratio(row) ? 1 : 0;
  return row.number("ci_low") > null || row.number("ci_high") < null;
}

void check_p(const Row& row, std::vector<Issue>& issues) {
  if (!row.has("ci_low") || !row.has("ci_high")) return;
  const std::string& relation = row.text("p_relation");
  const double p = row.number("p");
  const bool significant = p <= 0.05;
  const bool not_significant = relation == "ns" || (relation == "=" && p > 0.05);
  if ((significant && !excludes_null(row)) || (not_significant && excludes_null(row)))
    issues.push_back(issue_at(row, "p", Issue::Severity::warning, "evidence.check.p",
                              fmt::format("p and the 95% interval {} to {} agree on the null",
                                          row.text("ci_low"), row.text("ci_high")),
                              "Say which of the two is in use"));
}

void check_spread(const Row& row, std::vector<Issue>& issues) {
  const double expected = row.number("sd") / std::sqrt(row.number("n"));
  const double factor = expected / row.number("se");
  if (factor < 0.9 || factor > 1.1)
    issues.push_back(issue_at(row, "se", Issue::Severity::warning, "evidence.check.spread",
                              fmt::format("se is sd / sqrt(n), here {:.3g}", expected),
                              "Say which of the two is in use"));
}

/// +1, -1, or 0 if it cannot be told.
int sign(double value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

/// Rows of both arms of a contrast in another table, at its week.
struct ArmPair {
  std::vector<Row> treatment{};
  std::vector<Row> control{};
};

ArmPair arms_of(const Rows& rows, const Row& contrast) {
  ArmPair pair;
  for (const Row& row : rows) {
    if (row.text("week") != contrast.text("week")) continue;
    if (row.text("arm_id") == contrast.text("arm_treatment")) pair.treatment.push_back(row);
    if (row.text("arm_id") == contrast.text("arm_control")) pair.control.push_back(row);
  }
  return pair;
}

/// Treatment minus control of the arms' means, with the direction in which better lies.
struct ArmDifference {
  int sign = 0;
  std::string better{};
};

ArmDifference difference_of_means(const EvidenceBase& base, const Row& contrast) {
  const std::string& statistic = contrast.text("statistic");
  if (statistic != "endpoint" && statistic != "change") return {};
  const Rows rows =
      base.table("continuous")
          .where("study_id", contrast.text("study_id"))
          .where("instrument", contrast.text("instrument"))
          .used()
          .where([&](const Row& row) {
            const bool change = row.text("statistic").ends_with("mean_change");
            return change == (statistic == "change") && row.text("statistic") != "baseline_mean";
          });
  const ArmPair pair = arms_of(rows, contrast);
  if (pair.treatment.size() != 1 || pair.control.size() != 1) return {};
  return {sign(pair.treatment[0].number("value") - pair.control[0].number("value")),
          pair.treatment[0].text("better")};
}

ArmDifference difference_of_risks(const EvidenceBase& base, const Row& contrast) {
  const ArmPair pair = arms_of(base.table("binary")
                                   .where("study_id", contrast.text("study_id"))
                                   .where("outcome", contrast.text("outcome"))
                                   .used(),
                               contrast);
  if (pair.treatment.size() != 1 || pair.control.size() != 1) return {};
  const auto risk = [](const Row& row) { return row.number("events") / row.number("n"); };
  return {sign(risk(pair.treatment[0]) - risk(pair.control[0])), pair.treatment[0].text("better")};
}

/// The sign that the estimate must have: that of treatment minus control where lower is better and
/// negative favours treatment; each of the two turned round turns it round.
void check_sign(const EvidenceBase& base, const Row& row, std::vector<Issue>& issues) {
  const std::string& favours = row.text("favours");
  const bool risks = ratio(row) || row.text("measure") == "RD";
  if (favours == "not_a_contrast" || (!risks && !row.has("instrument"))) return;
  const ArmDifference arms =
      risks ? difference_of_risks(base, row) : difference_of_means(base, row);
  if (arms.sign == 0 || (arms.better != "lower" && arms.better != "higher")) return;
  const int turned = (arms.better == "lower") == (favours == "treatment") ? 1 : -1;
  const int seen = sign(ratio(row) ? std::log(row.number("estimate")) : row.number("estimate"));
  if (seen != 0 && seen != arms.sign * turned)
    issues.push_back(issue_at(row, "estimate", severity_for(row), "evidence.check.sign",
                              "the sign agrees with the arms and with `favours`",
                              "Turn the sign round, or mend `favours`"));
}

}  // namespace

std::vector<Issue> check_estimates(const EvidenceBase& base) {
  std::vector<Issue> issues;
  for (const Row& row : base.table("continuous").rows()) {
    check_interval(row, "value", issues);
    check_spread(row, issues);
  }
  for (const Row& row : base.table("contrasts").rows()) {
    check_interval(row, "estimate", issues);
    if (ratio(row)) check_ratio(row, issues);
    check_se(row, issues);
    check_p(row, issues);
    check_sign(base, row, issues);
  }
  return issues;
}

}  // namespace entact
