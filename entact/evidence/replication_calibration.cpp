// Facts to a virtual trial.
#include "entact/evidence/replication_calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "entact/evidence/instrument_facts.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/stats/effect_size_sd.h"

namespace entact {
namespace {

struct Moments {
  double mean = 0, sd = 0;
};

// Of max(0, X), X normal.
Moments clamped(const Moments& x) {
  const double a = x.mean / x.sd, density = std::exp(-a * a / 2) / std::sqrt(2 * std::numbers::pi),
               mass = normal_cdf(a);
  const double mean = x.mean * mass + x.sd * density;
  const double square = (x.mean * x.mean + x.sd * x.sd) * mass + x.mean * x.sd * density;
  return {mean, std::sqrt(square - mean * mean)};
}

// The normal whose scores, none below 0, have these moments.
Moments before_clamping(const Moments& wanted) {
  Moments x = wanted;
  for (int i = 0; i < 50; ++i) {
    const Moments now = clamped(x);
    x.mean += wanted.mean - now.mean;
    x.sd *= wanted.sd / now.sd;
  }
  return x;
}

// The same with a given SD: the mean alone, which rises with that of the clamped scores.
double mean_before_clamping(double wanted, double sd) {
  const auto off = [&](double mean) { return clamped({mean, sd}).mean - wanted; };
  return find_root(off, wanted - 6 * sd, wanted).x;
}

}  // namespace

std::optional<double> baseline_correlation(const PublishedTrial& published) {
  double sum = 0, count = 0;
  for (const PublishedArm& arm : published.arm) {
    if (std::isnan(arm.last_change_sd)) continue;
    sum += correlation_from_sds(arm.baseline_sd, arm.visits.back().sd, arm.last_change_sd);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return std::clamp(sum / count, 0.0, 0.7);
}

ReplicationCalibration::ReplicationCalibration(const PublishedTrial& published,
                                               const EvidenceBase& base)
    : published_(published), correlation_(baseline_correlation(published)) {
  design_.instrument = "CAPS-5";
  design_.items =
      std::make_shared<const Instrument>(instrument_on_record(base, "CAPS-5").instrument);
  design_.arms = {{.name = published.arm[0].label, .dose_mg = 120},
                  {.name = published.arm[1].label}};
  design_.arms[0].ratio = published.arm[0].randomised;
  design_.arms[1].ratio = published.arm[1].randomised;
  design_.n = static_cast<int>(published.arm[0].randomised + published.arm[1].randomised);
  design_.block = design_.n;  // one block: the arms have exactly the published sizes
  design_.visit_weeks.clear();
  for (const PublishedVisit& visit : published.arm[0].visits) {
    design_.visit_weeks.push_back(visit.week);
    design_.visit_names.push_back(fmt::format("Week {:g}", visit.week));
  }
  design_.range = {0, 80, true};
  for (const bool treated : {true, false}) {
    const PublishedArm& arm = published.arm[treated ? 0 : 1];
    StopReason stop{.name = arm.id, .who = treated ? Concerned::on_drug : Concerned::off_drug};
    double before = arm.randomised;
    for (const PublishedVisit& visit : arm.visits) {
      stop.rates.push_back(std::clamp(1 - visit.n / before, 0.0, 1.0));
      before = std::min(before, visit.n);
    }
    stops_.push_back(stop);
  }
  const PublishedArm &treated = published.arm[0], &control = published.arm[1];
  sd_.push_back(
      pooled_sd(treated.baseline_sd, treated.randomised, control.baseline_sd, control.randomised));
  for (std::size_t k = 0; k < control.visits.size(); ++k) {
    const PublishedVisit &a = treated.visits[k], &b = control.visits[k];
    sd_.push_back(before_clamping({b.mean, pooled_sd(a.sd, a.n, b.sd, b.n)}).sd);
  }
}

VirtualTrial ReplicationCalibration::draw(std::uint64_t seed, std::uint32_t replicate) const {
  RandomStream random({seed, RandomPurpose::ignorance, 0, replicate});
  const PublishedArm &treated = published_.arm[0], &control = published_.arm[1];
  const double n0 = treated.randomised, n1 = control.randomised;
  TrialTruth truth;
  truth.baseline = (n0 * treated.baseline + n1 * control.baseline) / (n0 + n1);
  truth.stops = stops_;
  const std::vector<double> difference = draw_differences(random);
  for (std::size_t k = 0; k < control.visits.size(); ++k) {
    const PublishedVisit& visit = control.visits[k];
    const double mean = truth.baseline + visit.mean - control.baseline +
                        visit.sd / std::sqrt(visit.n) * random.normal();
    const double without = mean_before_clamping(std::max(1.0, mean), sd_[k + 1]);
    const double with = mean_before_clamping(std::max(1.0, mean + difference[k]), sd_[k + 1]);
    truth.natural.push_back(without - truth.baseline);
    truth.effect.push_back(with - without);
  }
  truth.covariance = covariance_of(sd_, draw_correlation(random, sd_.size()));
  return prepare_trial(design_, truth);
}

// Differences of the arms' changes: published but for the last.
std::vector<double> ReplicationCalibration::draw_differences(RandomStream& random) const {
  const PublishedArm &treated = published_.arm[0], &control = published_.arm[1];
  std::vector<double> difference;
  const std::size_t last = treated.visits.size() - 1;
  for (std::size_t k = 0; k < last; ++k) {
    const PublishedVisit &a = treated.visits[k], &b = control.visits[k];
    const double se = std::sqrt(a.sd * a.sd / a.n + b.sd * b.sd / b.n);
    difference.push_back(a.mean - treated.baseline - b.mean + control.baseline +
                         se * random.normal());
  }
  // One session more than before: it adds nothing, up to the mean gain of those before.
  difference.push_back(difference.back() * (1 + random.uniform() / static_cast<double>(last)));
  return difference;
}

Eigen::MatrixXd ReplicationCalibration::draw_correlation(RandomStream& random,
                                                         std::size_t size) const {
  const double with_baseline = 0.3 + 0.3 * random.uniform(), between = 0.5 + 0.3 * random.uniform();
  Eigen::MatrixXd r = Eigen::MatrixXd::Constant(static_cast<Eigen::Index>(size),
                                                static_cast<Eigen::Index>(size), between);
  const double known = correlation_.value_or(with_baseline);
  r.row(0).setConstant(known);
  r.col(0).setConstant(known);
  r.diagonal().setOnes();
  return r;
}

}  // namespace entact
