#include "entact/scales/change.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

bool holds(Relation relation, double value, double threshold) {
  switch (relation) {
    case Relation::at_least:
      return value >= threshold;
    case Relation::at_most:
      return value <= threshold;
    case Relation::above:
      return value > threshold;
    case Relation::below:
      return value < threshold;
  }
  return false;
}

Decision decision(const ScoreThreshold& threshold, double value) {
  if (std::isnan(value)) return Decision::missing;
  const bool low = holds(threshold.relation, value, threshold.low);
  const bool high = holds(threshold.relation, value, threshold.high);
  if (low != high) return Decision::unclear;
  return low ? Decision::yes : Decision::no;
}

Decision gone(Decision before, Decision now) {
  if (before == Decision::no || now == Decision::yes) return Decision::no;
  return before == Decision::yes && now == Decision::no ? Decision::yes : Decision::missing;
}

Decision both(Decision a, Decision b) {
  if (a == Decision::no || b == Decision::no) return Decision::no;
  return a == Decision::yes ? b : a;
}

}  // namespace

ScoreChange change_since(const std::vector<double>& score,
                         const std::vector<std::ptrdiff_t>& baseline, bool higher_better) {
  ScoreChange all;
  for (std::size_t r = 0; r < score.size(); ++r) {
    const double before = baseline[r] < 0 ? nothing : score[static_cast<std::size_t>(baseline[r])];
    const double change = score[r] - before;
    all.baseline.push_back(before);
    all.change.push_back(change);
    all.percent.push_back(before == 0 ? nothing : 100 * change / before);
    all.improvement.push_back(higher_better ? change : -change);
  }
  return all;
}

std::vector<Decision> meets(const ScoreThreshold& threshold, const std::vector<double>& score) {
  std::vector<Decision> decisions;
  decisions.reserve(score.size());
  for (const double value : score) decisions.push_back(decision(threshold, value));
  return decisions;
}

std::vector<Decision> meets(const ScoreThreshold& threshold, const std::vector<double>& score,
                            const std::vector<DecisionColumn>& diagnoses,
                            const std::vector<std::ptrdiff_t>& baseline) {
  std::vector<Decision> decisions = meets(threshold, score);
  if (!threshold.loses) return decisions;
  const std::vector<Decision> loss = lost(diagnoses.at(*threshold.loses).decision, baseline);
  for (std::size_t r = 0; r < decisions.size(); ++r) decisions[r] = both(decisions[r], loss[r]);
  return decisions;
}

std::vector<Decision> improved(const ScoreThreshold& threshold, const ScoreChange& change) {
  std::vector<Decision> decisions;
  for (std::size_t r = 0; r < change.improvement.size(); ++r) {
    const double points = change.improvement[r];
    const double percent =
        change.baseline[r] == 0 ? nothing : 100 * points / std::abs(change.baseline[r]);
    decisions.push_back(decision(threshold, threshold.percent_of_baseline ? percent : points));
  }
  return decisions;
}

std::vector<Decision> lost(const std::vector<Decision>& diagnosis,
                           const std::vector<std::ptrdiff_t>& baseline) {
  std::vector<Decision> decisions;
  for (std::size_t r = 0; r < diagnosis.size(); ++r) {
    const Decision before =
        baseline[r] < 0 ? Decision::missing : diagnosis[static_cast<std::size_t>(baseline[r])];
    decisions.push_back(gone(before, diagnosis[r]));
  }
  return decisions;
}

double reliable_change_index(double change, double sd, double reliability) {
  require(sd > 0 && std::isfinite(sd), "scales.change.sd",
          fmt::format("the standard deviation is above 0; saw {}", sd), ErrorKind::usage);
  require(reliability >= 0 && reliability < 1, "scales.change.reliability",
          fmt::format("the reliability is at least 0 and below 1; saw {}", reliability),
          ErrorKind::usage);
  return change / (sd * std::sqrt(2 * (1 - reliability)));
}

std::string_view to_text(ReliableChange change) {
  constexpr std::array<std::string_view, 4> words{"improved", "unchanged", "worsened", ""};
  return words[static_cast<std::size_t>(change)];
}

ReliableChange reliable_change(double rci, double quantile) {
  if (std::isnan(rci)) return ReliableChange::missing;
  if (rci > quantile) return ReliableChange::improved;
  return rci < -quantile ? ReliableChange::worsened : ReliableChange::unchanged;
}

}  // namespace entact
