// Facts to a virtual trial, and the virtual trials back to the facts. Only used facts count, and
// none that is merely recalled.
#include "entact/evidence/replication.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "entact/base/random.h"
#include "entact/evidence/instrument_facts.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/trial/item_answers.h"
#include "entact/trial/trial_analysis.h"

namespace entact {
namespace {

struct PublishedVisit {
  double week = 0;
  double n = 0, mean = 0, sd = 0;
  double responders = 0, asked = 0;  ///< asked 0: not on record
  std::string fact{}, responder_fact{};
};

struct PublishedArm {
  std::string id{}, label{};
  double randomised = 0;
  double baseline = 0, baseline_sd = 0;
  std::string baseline_fact{}, arm_fact{};
  std::vector<PublishedVisit> visits{};
  double last_change = 0, last_change_sd = 0;  ///< NaN: not on record
  std::string change_fact{};
  double lost = 0, lost_of = 0;  ///< who lost the diagnosis at the last visit; lost_of 0: unknown
  std::string lost_fact{};
};

struct Published {
  std::string study{};
  PublishedArm arm[2]{};  ///< treatment, control
};

bool counts(const Row& row) { return row.used() && row.text("verified") != "recalled"; }

[[noreturn]] void missing(const std::string& study, const std::string& what) {
  throw Error("evidence.replication.facts",
              fmt::format("{}: a replication needs {}, which is not on record in the evidence base",
                          study, what),
              ErrorKind::unanswerable);
}

Rows scores_of(const EvidenceBase& base, const std::string& study, const std::string& arm) {
  return base.table("continuous")
      .where("study_id", study)
      .where("arm_id", arm)
      .where("instrument", "CAPS-5")
      .where([](const Row& row) { return counts(row) && row.text("population") != "subgroup"; });
}

void read_change(const Rows& scores, PublishedArm& arm) {
  arm.last_change = arm.last_change_sd = std::nan("");
  const double last = arm.visits.back().week;
  for (const Row& row : scores) {
    const std::string& statistic = row.text("statistic");
    if (row.number("week") != last || (statistic != "mean_change" && statistic != "ls_mean_change"))
      continue;
    // An estimate with its own interval is the trial's; one with an SD besides helps otherwise.
    if (arm.change_fact.empty() || row.has("ci_low")) {
      arm.last_change = row.number("value");
      arm.change_fact = row.id();
    }
    if (statistic == "mean_change") arm.last_change_sd = row.number("sd");
  }
}

PublishedArm read_arm(const EvidenceBase& base, const std::string& study, const std::string& role) {
  PublishedArm arm;
  for (const Row& row : base.table("arms").where("study_id", study).where("role", role)) {
    if (!counts(row)) continue;
    arm.id = row.text("arm_id");
    arm.label = row.text("label");
    arm.randomised = row.number("n_randomised");
    arm.arm_fact = row.id();
    break;
  }
  if (arm.id.empty() || !(arm.randomised > 0)) missing(study, "an arm of role " + role);
  const Rows scores = scores_of(base, study, arm.id);
  for (const Row& row : scores) {
    if (row.text("statistic") == "baseline_mean") {
      arm.baseline = row.number("value");
      arm.baseline_sd = row.number("sd");
      arm.baseline_fact = row.id();
    }
    if (row.text("statistic") == "mean" && row.number("week") > 0)
      arm.visits.push_back({.week = row.number("week"),
                            .n = row.number("n"),
                            .mean = row.number("value"),
                            .sd = row.number("sd"),
                            .fact = row.id()});
  }
  std::sort(arm.visits.begin(), arm.visits.end(),
            [](const PublishedVisit& a, const PublishedVisit& b) { return a.week < b.week; });
  if (!(arm.baseline_sd > 0)) missing(study, arm.id + "'s CAPS-5 baseline with its SD");
  if (arm.visits.size() < 2) missing(study, arm.id + "'s CAPS-5 means at two visits or more");
  read_change(scores, arm);
  for (const Row& row : base.table("binary")
                            .where("study_id", study)
                            .where("arm_id", arm.id)
                            .where("outcome", "loss_of_diagnosis")) {
    if (!counts(row) || row.number("week") != arm.visits.back().week || !(row.number("n") > 0))
      continue;
    arm.lost = row.number("events");
    arm.lost_of = row.number("n");
    arm.lost_fact = row.id();
  }
  for (const Row& row : base.table("binary")
                            .where("study_id", study)
                            .where("arm_id", arm.id)
                            .where("outcome", "response"))
    for (PublishedVisit& visit : arm.visits)
      if (counts(row) && row.number("week") == visit.week && row.number("n") > 0) {
        visit.responders = row.number("events");
        visit.asked = row.number("n");
        visit.responder_fact = row.id();
      }
  return arm;
}

Published read_published(const EvidenceBase& base, const std::string& study) {
  if (base.table("studies").where("study_id", study).empty()) missing(study, "the study itself");
  Published published{
      .study = study,
      .arm = {read_arm(base, study, "treatment"), read_arm(base, study, "placebo")}};
  const auto &treated = published.arm[0].visits, &control = published.arm[1].visits;
  bool same = treated.size() == control.size();
  for (std::size_t k = 0; same && k < treated.size(); ++k)
    same = treated[k].week == control[k].week;
  if (!same) missing(study, "CAPS-5 means at the same visits in both arms");
  return published;
}

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

double pooled_sd(const PublishedVisit& a, const PublishedVisit& b) {
  return std::sqrt(((a.n - 1) * a.sd * a.sd + (b.n - 1) * b.sd * b.sd) / (a.n + b.n - 2));
}

// Correlation of baseline and last visit from the SD of the change, where one is published.
std::optional<double> baseline_correlation(const Published& published) {
  double sum = 0, count = 0;
  for (const PublishedArm& arm : published.arm) {
    if (std::isnan(arm.last_change_sd)) continue;
    const double s0 = arm.baseline_sd, s1 = arm.visits.back().sd, d = arm.last_change_sd;
    sum += (s0 * s0 + s1 * s1 - d * d) / (2 * s0 * s1);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return std::clamp(sum / count, 0.0, 0.7);
}

// Everything that one replicate draws before its people.
class Calibration {
 public:
  Calibration(const Published& published, const EvidenceBase& base)
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
  }

  [[nodiscard]] VirtualTrial draw(std::uint64_t seed, std::uint32_t replicate) const {
    RandomStream random({seed, RandomPurpose::ignorance, 0, replicate});
    const PublishedArm &treated = published_.arm[0], &control = published_.arm[1];
    const double n0 = treated.randomised, n1 = control.randomised;
    TrialTruth truth;
    truth.baseline = (n0 * treated.baseline + n1 * control.baseline) / (n0 + n1);
    truth.stops = stops_;
    std::vector<double> sd{std::sqrt(((n0 - 1) * treated.baseline_sd * treated.baseline_sd +
                                      (n1 - 1) * control.baseline_sd * control.baseline_sd) /
                                     (n0 + n1 - 2))};
    const std::vector<double> difference = draw_differences(random);
    for (std::size_t k = 0; k < control.visits.size(); ++k) {
      const PublishedVisit& visit = control.visits[k];
      const double mean = truth.baseline + visit.mean - control.baseline +
                          visit.sd / std::sqrt(visit.n) * random.normal();
      const double spread = pooled_sd(treated.visits[k], visit);
      const double free = before_clamping({visit.mean, spread}).sd;
      const double without = mean_before_clamping(std::max(1.0, mean), free);
      const double with = mean_before_clamping(std::max(1.0, mean + difference[k]), free);
      truth.natural.push_back(without - truth.baseline);
      truth.effect.push_back(with - without);
      sd.push_back(free);
    }
    truth.covariance = covariance_of(sd, draw_correlation(random, sd.size()));
    return prepare_trial(design_, truth);
  }

 private:
  // Differences of the arms' changes: published but for the last.
  std::vector<double> draw_differences(RandomStream& random) const {
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

  Eigen::MatrixXd draw_correlation(RandomStream& random, std::size_t size) const {
    const double with_baseline = 0.3 + 0.3 * random.uniform(),
                 between = 0.5 + 0.3 * random.uniform();
    Eigen::MatrixXd r = Eigen::MatrixXd::Constant(static_cast<Eigen::Index>(size),
                                                  static_cast<Eigen::Index>(size), between);
    const double known = correlation_.value_or(with_baseline);
    r.row(0).setConstant(known);
    r.col(0).setConstant(known);
    r.diagonal().setOnes();
    return r;
  }

  const Published& published_;
  std::optional<double> correlation_{};
  TrialDesign design_{};
  std::vector<StopReason> stops_{};
};

// The numbers that are compared, and where each replicate's stand.
class Comparison {
 public:
  explicit Comparison(const Published& published) : published_(published) {
    const std::size_t last = published.arm[0].visits.size() - 1;
    for (std::size_t a = 0; a < 2; ++a) {
      const PublishedArm& arm = published.arm[a];
      const auto name = [&](const std::string& what, double week) {
        return fmt::format("{}, {} at week {:g}", arm.label, what, week);
      };
      add(name("mean", 0), false, arm.baseline, {arm.baseline_fact});
      add(name("SD", 0), false, arm.baseline_sd, {arm.baseline_fact});
      for (std::size_t k = 0; k <= last; ++k) {
        const PublishedVisit& visit = arm.visits[k];
        add(name("seen", visit.week), false, visit.n, {visit.fact});
        add(name("mean", visit.week), a == 0 && k == last, visit.mean, {visit.fact});
        add(name("SD", visit.week), false, visit.sd, {visit.fact});
        const bool known = visit.asked > 0;
        add(name("share of responders", visit.week), true,
            known ? visit.responders / visit.asked : std::nan(""),
            known ? std::vector<std::string>{visit.responder_fact} : std::vector<std::string>{});
      }
      const bool known = arm.lost_of > 0;
      add(name("share without the diagnosis", arm.visits[last].week), true,
          known ? arm.lost / arm.lost_of : std::nan(""),
          known ? std::vector<std::string>{arm.lost_fact} : std::vector<std::string>{});
    }
    add_differences(last);
  }

  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

  [[nodiscard]] std::vector<double> of(const VirtualTrial& trial, const TrialKey& key) const {
    const ConductedTrial made = conduct(trial, key);
    std::vector<double> values;
    for (int a = 0; a < 2; ++a) describe(trial, made, a, values);
    std::vector<TrialEstimand> estimands;
    for (int k = 0; k < trial.design.visits(); ++k) estimands.push_back({.visit = k});
    for (const TrialAnswer& answer : analyse_trial(trial, made, estimands))
      values.push_back(answer.estimate);
    return values;
  }

  std::vector<ReplicatedNumber> compare(std::vector<std::vector<double>> columns) const {
    std::vector<ReplicatedNumber> list;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      ReplicatedNumber made = numbers_[i];
      std::vector<double>& values = columns[i];
      std::erase_if(values, [](double v) { return !std::isfinite(v); });
      if (std::isnan(made.published) || values.size() < 2) continue;
      std::sort(values.begin(), values.end());
      const auto n = static_cast<double>(values.size());
      double sum = 0, squares = 0;
      for (const double v : values) sum += v;
      made.simulated = sum / n;
      for (const double v : values) squares += (v - made.simulated) * (v - made.simulated);
      made.mc_se = std::sqrt(squares / (n - 1) / n);
      const auto quantile = [&](double p) {
        return values[static_cast<std::size_t>(std::clamp(std::round(p * (n - 1)), 0.0, n - 1))];
      };
      made.low = quantile(0.025);
      made.high = quantile(0.975);
      made.inside = made.low <= made.published && made.published <= made.high;
      list.push_back(std::move(made));
    }
    return list;
  }

 private:
  void add(const std::string& name, bool held_out, double value, std::vector<std::string> facts) {
    numbers_.push_back(
        {.name = name, .held_out = held_out, .published = value, .facts = std::move(facts)});
  }

  void add_differences(std::size_t last) {
    const PublishedArm &treated = published_.arm[0], &control = published_.arm[1];
    for (std::size_t k = 0; k <= last; ++k) {
      const PublishedVisit &a = treated.visits[k], &b = control.visits[k];
      double value = a.mean - treated.baseline - b.mean + control.baseline;
      std::vector<std::string> facts{a.fact, b.fact, treated.baseline_fact, control.baseline_fact};
      if (k == last && !std::isnan(treated.last_change + control.last_change)) {
        value = treated.last_change - control.last_change;
        facts = {treated.change_fact, control.change_fact};
      }
      add(fmt::format("difference of changes at week {:g}", a.week), k == last, value, facts);
    }
  }

  static void describe(const VirtualTrial& trial, const ConductedTrial& made, int arm,
                       std::vector<double>& values) {
    struct Sums {
      double n = 0, sum = 0, squares = 0, responders = 0;
      void add(double x) { ++n, sum += x, squares += x * x; }
      [[nodiscard]] double sd() const {
        return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
      }
    };
    const std::size_t visits = made.courses.front().seen.size();
    std::vector<Sums> sums(visits + 1);
    double lost = 0;
    const int last = static_cast<int>(visits) - 1;
    for (std::size_t i = 0; i < made.arm.size(); ++i) {
      if (made.arm[i] != arm) continue;
      const double baseline = made.people[i].baseline;
      sums[0].add(baseline);
      for (std::size_t k = 0; k < visits; ++k) {
        const double score = made.courses[i].seen[k];
        if (std::isnan(score)) continue;
        sums[k + 1].add(score);
        sums[k + 1].responders += responds({}, baseline, score) ? 1 : 0;
      }
      const double score = made.courses[i].seen.back();
      if (!std::isnan(score) && loses_diagnosis(*trial.design.items, made.people[i], last, score))
        ++lost;
    }
    values.push_back(sums[0].sum / sums[0].n);
    values.push_back(sums[0].sd());
    for (std::size_t k = 1; k <= visits; ++k) {
      values.push_back(sums[k].n);
      values.push_back(sums[k].sum / sums[k].n);
      values.push_back(sums[k].sd());
      values.push_back(sums[k].responders / sums[k].n);
    }
    values.push_back(lost / sums.back().n);
  }

  const Published& published_;
  std::vector<ReplicatedNumber> numbers_{};
};

std::vector<std::string> ranges(const Published& published) {
  std::vector<std::string> list;
  list.push_back(
      "the share of the difference that is belief rather than the drug: only their sum shows in "
      "these numbers, so the replication says nothing of it");
  list.push_back("the correlation between visits: drawn from 0.5 to 0.8");
  list.push_back(
      "how much people differ in what the drug does: SDs are pooled over the arms, so where those "
      "published differ between arms neither is met");
  if (!baseline_correlation(published))
    list.push_back(
        "the correlation of baseline and visits: no SD of change beside those of both scores; "
        "drawn "
        "from 0.3 to 0.6");
  list.push_back(
      "what the sessions after the last calibrated visit add: drawn from nothing to the mean gain "
      "of those before");
  list.push_back(
      "how items of one total spread: diagnoses rest on an assumed propensity for each item (log "
      "SD 0.6), not on published item data");
  list.push_back(
      "why participants stopped: rates by arm and visit are those published, at random given "
      "these");
  return list;
}

}  // namespace

Replication replicate_trial(const EvidenceBase& base, const std::string& study,
                            const ReplicationOptions& how) {
  const Published published = read_published(base, study);
  const Calibration calibration(published, base);
  const Comparison comparison(published);
  const std::size_t width = comparison.size();
  Replicates run{.name = "replication of " + study,
                 .width = static_cast<std::int64_t>(width),
                 .result = [&](std::int64_t replicate) {
                   const TrialKey key{how.seed, static_cast<std::uint32_t>(replicate)};
                   return comparison.of(calibration.draw(how.seed, key.replicate), key);
                 }};
  if (how.wrap) run = how.wrap(run);
  Replication made{.study = study, .kept_as_ranges = ranges(published)};
  std::vector<std::vector<double>> columns(width);
  made.replicates = run_replicates(run, {0, how.replicates}, how.how,
                                   [&](std::int64_t, const std::vector<double>& result) {
                                     for (std::size_t i = 0; i < width; ++i)
                                       columns[i].push_back(result[i]);
                                     made.failed += std::isnan(result.back()) ? 1 : 0;
                                   });
  made.numbers = comparison.compare(std::move(columns));
  return made;
}

}  // namespace entact
