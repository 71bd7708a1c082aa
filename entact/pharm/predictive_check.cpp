#include "entact/pharm/predictive_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/num/sample_quantile.h"
#include "entact/pharm/observation_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::array<double, 3> probabilities{0.05, 0.5, 0.95};

// One observation of the data: whose, which, when and its typical prediction.
struct Observed {
  std::size_t subject = 0;
  Index row = 0;
  double time_h = 0, value = 0, typical = 1;
};

std::vector<Observed> all_observed(const PopulationLayout& layout, const PopulationValues& values,
                                   double limit) {
  const PopulationModel& model = layout.model();
  std::vector<Observed> list;
  for (std::size_t i = 0; i < model.subjects.size(); ++i) {
    const PopulationSubject& s = model.subjects[i];
    Prediction p;
    const VectorXd none = VectorXd::Zero(layout.effects(s));
    model.predict(static_cast<std::ptrdiff_t>(i),
                  individual_parameters(layout, values, s, none).phi, false, p);
    for (Index j = 0; j < s.observed.size(); ++j) {
      const bool censored = s.below.size() > 0 && std::isfinite(s.below[j]);
      list.push_back({i, j, s.time_h[static_cast<std::size_t>(j)],
                      censored ? limit : std::max(s.observed[j], limit), p.value[j]});
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Observed& a, const Observed& b) { return a.time_h < b.time_h; });
  return list;
}

// Where each bin starts in the sorted list, and its end.
std::vector<std::size_t> bin_starts(const std::vector<Observed>& list, int bins) {
  std::vector<std::size_t> starts{0};
  const double each = static_cast<double>(list.size()) / bins;
  for (std::size_t k = 1; k < list.size(); ++k)
    if (list[k].time_h > list[k - 1].time_h &&
        static_cast<double>(k) >= each * static_cast<double>(starts.size()))
      starts.push_back(k);
  starts.push_back(list.size());
  return starts;
}

}  // namespace

VectorXd draw_observations(const PopulationLayout& layout, const PopulationValues& values,
                           std::ptrdiff_t subject, std::uint64_t seed, std::uint32_t replicate) {
  const PopulationSubject& s = layout.model().subjects[static_cast<std::size_t>(subject)];
  RandomStream people({.seed = seed,
                       .purpose = RandomPurpose::people,
                       .participant = static_cast<std::uint32_t>(subject),
                       .replicate = replicate});
  RandomStream residual({.seed = seed,
                         .purpose = RandomPurpose::residual,
                         .participant = static_cast<std::uint32_t>(subject),
                         .replicate = replicate});
  VectorXd z(layout.effects(s));
  for (double& each : z) each = people.normal();
  const VectorXd b = random_precision(layout, values, s).root * z;
  Prediction p;
  layout.model().predict(subject, individual_parameters(layout, values, s, b).phi, false, p);
  for (double& f : p.value)
    f += std::sqrt(residual_variance(f, values.additive, values.proportional)) * residual.normal();
  return p.value;
}

PredictiveCheck predictive_check(const PopulationLayout& layout, const PopulationValues& values,
                                 const PredictiveCheckOptions& how) {
  require(how.replicates >= 2 && how.bins >= 1 && how.level > 0 && how.level < 1,
          "pharm.predictive.options",
          fmt::format("a predictive check has at least 2 replicates, 1 bin and a level inside "
                      "(0, 1); saw {}, {} and {}",
                      how.replicates, how.bins, how.level),
          ErrorKind::usage);
  double limit = -std::numeric_limits<double>::infinity();
  for (const PopulationSubject& s : layout.model().subjects)
    for (const double below : s.below)
      if (std::isfinite(below)) limit = std::max(limit, below);
  std::vector<Observed> list = all_observed(layout, values, limit);
  const std::vector<std::size_t> starts = bin_starts(list, how.bins);
  const std::size_t bins = starts.size() - 1;
  std::vector<double> correction(list.size(), 1);
  for (std::size_t k = 0; k < bins && how.prediction_corrected; ++k) {
    std::vector<double> typical;
    for (std::size_t j = starts[k]; j < starts[k + 1]; ++j) typical.push_back(list[j].typical);
    std::sort(typical.begin(), typical.end());
    const double middle = sample_quantile(typical, 0.5);
    for (std::size_t j = starts[k]; j < starts[k + 1]; ++j)
      correction[j] = list[j].typical == 0 ? 1 : middle / list[j].typical;
  }
  const auto n_replicates = static_cast<std::size_t>(how.replicates);
  // [replicate][bin][quantile]
  std::vector<double> simulated(n_replicates * bins * probabilities.size());
  const auto quantiles_of = [&](const auto& value, std::size_t bin, double* out) {
    std::vector<double> x;
    for (std::size_t j = starts[bin]; j < starts[bin + 1]; ++j)
      x.push_back(value(j) * correction[j]);
    std::sort(x.begin(), x.end());
    for (const double p : probabilities) *out++ = sample_quantile(x, p);
  };
  parallel_for(how.replicates, how.threads, [&](std::ptrdiff_t r) {
    std::vector<VectorXd> drawn;
    for (std::size_t i = 0; i < layout.model().subjects.size(); ++i)
      drawn.push_back(draw_observations(layout, values, static_cast<std::ptrdiff_t>(i), how.seed,
                                        static_cast<std::uint32_t>(r)));
    for (std::size_t k = 0; k < bins; ++k)
      quantiles_of(
          [&](std::size_t j) { return std::max(drawn[list[j].subject][list[j].row], limit); }, k,
          &simulated[(static_cast<std::size_t>(r) * bins + k) * probabilities.size()]);
  });
  PredictiveCheck check;
  std::ptrdiff_t inside = 0;
  for (std::size_t k = 0; k < bins; ++k) {
    PredictiveBin bin{.time_h = list[(starts[k] + starts[k + 1] - 1) / 2].time_h,
                      .observations = static_cast<std::ptrdiff_t>(starts[k + 1] - starts[k])};
    std::array<double, 3> observed{};
    quantiles_of([&](std::size_t j) { return list[j].value; }, k, observed.data());
    for (std::size_t q = 0; q < probabilities.size(); ++q) {
      std::vector<double> x(n_replicates);
      for (std::size_t r = 0; r < n_replicates; ++r)
        x[r] = simulated[(r * bins + k) * probabilities.size() + q];
      std::sort(x.begin(), x.end());
      bin.quantiles.push_back({probabilities[q], observed[q], sample_quantile(x, 0.5),
                               sample_quantile(x, (1 - how.level) / 2),
                               sample_quantile(x, (1 + how.level) / 2)});
      const PredictiveBin::Quantile& own = bin.quantiles.back();
      inside += own.observed >= own.low && own.observed <= own.high ? 1 : 0;
    }
    check.bins.push_back(std::move(bin));
  }
  check.inside = static_cast<double>(inside) / static_cast<double>(3 * bins);
  return check;
}

}  // namespace entact
