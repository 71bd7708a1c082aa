#include "entact/stats/shared_arm.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using ArmValues = std::map<std::string, double>;  // of one study

void remember_arm(ArmValues& arms, const std::string& study, const std::string& arm, double value,
                  std::string_view what) {
  const double before = arms.try_emplace(arm, value).first->second;
  if (std::abs(before - value) <= 1e-8 * std::abs(before) || before == value) return;
  throw Error("stats.shared_arm.arms",
              fmt::format("{}: the arm \"{}\" has the {} {} in one effect and {} in another", study,
                          arm, what, before, value));
}

template <class Contrast>
void require_two_arms(const Contrast& effect) {
  if (effect.treatment != effect.control) return;
  throw Error("stats.shared_arm.arms",
              fmt::format("{}: an effect compares two different arms, saw \"{}\" on both sides",
                          effect.study, effect.treatment));
}

// Sum of +-value over the arms that two effects share.
template <class Contrast>
double shared_sum(const Contrast& i, const Contrast& j, const ArmValues& arms) {
  double sum = 0;
  if (i.treatment == j.treatment) sum += arms.at(i.treatment);
  if (i.control == j.control) sum += arms.at(i.control);
  if (i.treatment == j.control) sum -= arms.at(i.treatment);
  if (i.control == j.treatment) sum -= arms.at(i.control);
  return sum;
}

// One block a study, in order of first appearance; `covariance` is asked for i >= j of one study.
template <class Contrast>
BlockCovariance by_study(std::span<const Contrast> effects,
                         const std::function<double(std::size_t, std::size_t)>& covariance) {
  std::map<std::string, std::vector<Index>> rows_of;
  std::vector<std::string> names;
  for (const Contrast& effect : effects) {
    rows_of[effect.study].push_back(static_cast<Index>(names.size()));
    names.push_back(effect.study);
  }
  BlockCovariance v{.size = static_cast<Index>(effects.size())};
  for (auto& [study, rows] : rows_of) {
    const Index n = static_cast<Index>(rows.size());
    Eigen::MatrixXd value(n, n);
    for (Index a = 0; a < n; ++a)
      for (Index b = 0; b <= a; ++b)
        value(a, b) = value(b, a) =
            covariance(static_cast<std::size_t>(rows[static_cast<std::size_t>(a)]),
                       static_cast<std::size_t>(rows[static_cast<std::size_t>(b)]));
    v.blocks.push_back({std::move(rows), std::move(value)});
  }
  require_positive_definite(v, names);
  return v;
}

// What the uncertain standard deviations of two effects have in common, per g_i g_j.
double shared_scale(const SmdContrast& i, const SmdContrast& j, const ArmValues& sizes,
                    Standardiser standardiser) {
  if (standardiser == Standardiser::all_arms) {
    double total = 0;
    for (const auto& [arm, n] : sizes) total += n;
    return 1 / (2 * total);
  }
  double shared = 0;
  for (const std::string& arm : {i.treatment, i.control})
    if (arm == j.treatment || arm == j.control) shared += sizes.at(arm);
  return shared / (2 * (i.n_treatment + i.n_control) * (j.n_treatment + j.n_control));
}

ArmValues reciprocals(ArmValues sizes) {
  for (auto& [arm, n] : sizes) n = 1 / n;
  return sizes;
}

}  // namespace

BlockCovariance shared_arm_covariance(std::span<const ArmContrast> effects) {
  std::map<std::string, ArmValues> studies;
  for (const ArmContrast& e : effects) {
    require_two_arms(e);
    remember_arm(studies[e.study], e.study, e.treatment, e.treatment_variance, "variance");
    remember_arm(studies[e.study], e.study, e.control, e.control_variance, "variance");
  }
  return by_study<ArmContrast>(effects, [&](std::size_t i, std::size_t j) {
    return shared_sum(effects[i], effects[j], studies.at(effects[i].study));
  });
}

double mean_arm_variance(double sd, double n) { return sd * sd / n; }

double risk_arm_variance(double events, double n) {
  const double risk = events / n;
  return risk * (1 - risk) / n;
}

double log_risk_arm_variance(double events, double n) {
  return events > 0 ? 1 / events - 1 / n : std::numeric_limits<double>::infinity();
}

double log_odds_arm_variance(double events, double n) {
  return events > 0 && events < n ? 1 / events + 1 / (n - events)
                                  : std::numeric_limits<double>::infinity();
}

BlockCovariance shared_arm_smd(std::span<const SmdContrast> effects, Standardiser standardiser) {
  std::map<std::string, ArmValues> studies;
  for (const SmdContrast& e : effects) {
    require_two_arms(e);
    if (!(e.n_treatment > 0 && e.n_control > 0))
      throw Error("stats.shared_arm.arms",
                  fmt::format("{}: the sizes of its arms must be positive, saw {} and {}", e.study,
                              e.n_treatment, e.n_control));
    remember_arm(studies[e.study], e.study, e.treatment, e.n_treatment, "size");
    remember_arm(studies[e.study], e.study, e.control, e.n_control, "size");
  }
  return by_study<SmdContrast>(effects, [&](std::size_t a, std::size_t b) {
    const SmdContrast &i = effects[a], &j = effects[b];
    if (a == b && i.variance != 0) return i.variance;
    const ArmValues& sizes = studies.at(i.study);
    return shared_sum(i, j, reciprocals(sizes)) +
           i.g * j.g * shared_scale(i, j, sizes, standardiser);
  });
}

}  // namespace entact
