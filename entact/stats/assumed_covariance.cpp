#include "entact/stats/assumed_covariance.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

void require_within(double value, double low, std::string_view what) {
  require(value >= low && value <= 1, "stats.assumed.correlation",
          fmt::format("the correlation {} must lie in [{}, 1], saw {}", what, low, value),
          ErrorKind::usage);
}

void require_arms(const StudyEffect& e) {
  const bool named = !e.treatment.empty();
  if (named == e.control.empty() || (named && e.treatment == e.control))
    throw Error("stats.assumed.arms",
                fmt::format("{}: an effect compares two different arms, or names none; saw \"{}\" "
                            "against \"{}\"",
                            e.study, e.treatment, e.control));
  if (!(e.n_treatment > 0 && e.n_control > 0))
    throw Error("stats.assumed.arms",
                fmt::format("{}: the sizes of its arms must be positive, saw {} and {}", e.study,
                            e.n_treatment, e.n_control));
}

double arms_correlation(const StudyEffect& i, const StudyEffect& j) {
  if (i.treatment.empty() && j.treatment.empty()) return 1;
  if (i.treatment.empty() || j.treatment.empty())
    throw Error("stats.assumed.arms",
                fmt::format("{}: all its effects must name their arms, or none", i.study));
  const auto shared = [](const std::string& a, double n, const std::string& b, double m) {
    return a == b ? 1 / std::sqrt(n * m) : 0.0;
  };
  const double covariance = shared(i.treatment, i.n_treatment, j.treatment, j.n_treatment) +
                            shared(i.control, i.n_control, j.control, j.n_control) -
                            shared(i.treatment, i.n_treatment, j.control, j.n_control) -
                            shared(i.control, i.n_control, j.treatment, j.n_treatment);
  return covariance /
         std::sqrt((1 / i.n_treatment + 1 / i.n_control) * (1 / j.n_treatment + 1 / j.n_control));
}

double correlation(const StudyEffect& i, const StudyEffect& j, const AssumedCorrelation& assumed) {
  const double content = i.outcome != j.outcome     ? assumed.between_outcomes
                         : i.occasion != j.occasion ? assumed.between_occasions
                                                    : 1.0;
  return content * std::pow(assumed.per_time_unit, std::abs(i.time - j.time)) *
         arms_correlation(i, j);
}

std::vector<std::vector<Index>> by_study(std::span<const StudyEffect> effects) {
  std::map<std::string, std::size_t> place;
  std::vector<std::vector<Index>> studies;
  for (Index i = 0; i < static_cast<Index>(effects.size()); ++i) {
    const auto [at, fresh] =
        place.try_emplace(effects[static_cast<std::size_t>(i)].study, studies.size());
    if (fresh) studies.emplace_back();
    studies[at->second].push_back(i);
  }
  return studies;
}

Eigen::MatrixXd study_covariance(std::span<const StudyEffect> effects,
                                 const std::vector<Index>& rows,
                                 const AssumedCorrelation& assumed) {
  const Index n = static_cast<Index>(rows.size());
  const auto effect = [&](Index a) -> const StudyEffect& {
    return effects[static_cast<std::size_t>(rows[static_cast<std::size_t>(a)])];
  };
  Eigen::MatrixXd value(n, n);
  for (Index a = 0; a < n; ++a) {
    const StudyEffect& i = effect(a);
    value(a, a) = i.variance;
    for (Index b = 0; b < a; ++b) {
      const StudyEffect& j = effect(b);
      value(a, b) = value(b, a) = std::sqrt(i.variance * j.variance) * correlation(i, j, assumed);
    }
  }
  return value;
}

}  // namespace

BlockCovariance assumed_covariance(std::span<const StudyEffect> effects,
                                   const AssumedCorrelation& assumed) {
  require_within(assumed.between_occasions, -1, "between occasions");
  require_within(assumed.between_outcomes, -1, "between outcomes");
  require_within(assumed.per_time_unit, 0, "per unit of time");
  std::vector<std::string> names;
  for (const StudyEffect& effect : effects) {
    require_arms(effect);
    names.push_back(effect.study);
  }
  BlockCovariance covariance{.size = static_cast<Index>(effects.size())};
  for (std::vector<Index>& rows : by_study(effects)) {
    Eigen::MatrixXd value = study_covariance(effects, rows, assumed);
    covariance.blocks.push_back({std::move(rows), std::move(value)});
  }
  require_positive_definite(covariance, names);
  return covariance;
}

BlockCovariance constant_correlation(std::span<const double> variances,
                                     std::span<const std::string> study, double rho) {
  require(variances.size() == study.size(), "stats.assumed.length",
          fmt::format("{} variances need {} studies, saw {}", variances.size(), variances.size(),
                      study.size()));
  std::vector<StudyEffect> effects;
  for (std::size_t i = 0; i < variances.size(); ++i)
    effects.push_back({.study = study[i], .variance = variances[i], .occasion = std::to_string(i)});
  return assumed_covariance(effects, {.between_occasions = rho});
}

}  // namespace entact
