// One trial's data as the engines of stats want them. Estimands that let the same data into the
// same model share one fit.
#include "entact/trial/trial_analysis.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/imputation.h"
#include "entact/stats/linear_model.h"
#include "entact/stats/mmrm_inference.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool same_data(const TrialEstimand& a, const TrialEstimand& b) {
  return a.stopping == b.stopping && a.events == b.events && a.failure == b.failure &&
         a.baseline_by_visit == b.baseline_by_visit && a.among == b.among &&
         (a.among == Among::everyone || a.subgroup == b.subgroup);
}

struct Fitted {
  TrialEstimand of{};
  std::unique_ptr<MmrmInference> inference{};
  AnalysisState state = AnalysisState::failed;
};

class Analyst {
 public:
  Analyst(const VirtualTrial& trial, const ConductedTrial& made, double level)
      : trial_(trial),
        made_(made),
        level_(level),
        visits_(trial.design.visits()),
        arms_(static_cast<int>(trial.design.arms.size())) {
    double sum = 0;
    for (const Participant& person : made.people) sum += person.baseline;
    centre_ = sum / static_cast<double>(made.people.size());
  }

  TrialAnswer answer(const TrialEstimand& estimand) {
    if (estimand.among == Among::difference) return difference(estimand);
    scores_.clear();
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      scores_.push_back(analysed_scores(made_.courses[i], made_.people[i].baseline, estimand));
      if (!concerns(estimand, made_.people[i]))
        std::fill(scores_.back().begin(), scores_.back().end(), std::nan(""));
    }
    TrialAnswer made;
    try {
      switch (estimand.method) {
        case TrialMethod::mmrm:
          made = mmrm(estimand);
          break;
        case TrialMethod::ancova:
          made = ancova(estimand);
          break;
        case TrialMethod::responders:
          return responders(estimand);
        case TrialMethod::jump_to_reference:
          made = jump_to_reference(estimand);
          break;
      }
    } catch (const Error&) {
      made = {};
    }
    made.treatment = mean_change(estimand, estimand.treatment);
    made.control = mean_change(estimand, estimand.control);
    return made;
  }

 private:
  // Members and others, each with a model of its own; degrees of freedom by Satterthwaite.
  TrialAnswer difference(TrialEstimand part) {
    part.among = Among::members;
    const TrialAnswer members = answer(part);
    part.among = Among::others;
    const TrialAnswer others = answer(part);
    const double v1 = members.se * members.se, v2 = others.se * others.se;
    if (members.state == AnalysisState::failed || others.state == AnalysisState::failed) return {};
    TrialAnswer made =
        with_interval(members.estimate - others.estimate, std::sqrt(v1 + v2),
                      (v1 + v2) * (v1 + v2) / (v1 * v1 / members.df + v2 * v2 / others.df),
                      std::max(members.state, others.state));
    made.treatment = members.treatment - others.treatment;
    made.control = members.control - others.control;
    return made;
  }

  [[nodiscard]] double change(std::size_t i, int k) const {
    return scores_[i][static_cast<std::size_t>(k)] - made_.people[i].baseline;
  }

  [[nodiscard]] double mean_change(const TrialEstimand& estimand,
                                   const std::vector<int>& arms) const {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      const double value = change(i, estimand.visit);
      if (!has_arm(arms, made_.arm[i]) || std::isnan(value)) continue;
      sum += value;
      ++count;
    }
    return sum / count;
  }

  // Columns: visits, baseline (at each visit where asked), then arms other than the first by visit.
  [[nodiscard]] Index base_columns(const TrialEstimand& estimand) const {
    return estimand.baseline_by_visit ? visits_ : 1;
  }
  [[nodiscard]] Index arm_column(const TrialEstimand& estimand, int arm, int k) const {
    return visits_ + base_columns(estimand) + static_cast<Index>(arm - 1) * visits_ + k;
  }
  [[nodiscard]] Index columns(const TrialEstimand& estimand) const {
    return visits_ * static_cast<Index>(arms_) + base_columns(estimand);
  }

  void fill_row(const TrialEstimand& estimand, std::size_t i, int arm, int k,
                Eigen::Ref<Eigen::RowVectorXd, 0, Eigen::InnerStride<>> row) const {
    row.setZero();
    row[k] = 1;
    row[visits_ + (estimand.baseline_by_visit ? k : 0)] = made_.people[i].baseline - centre_;
    if (arm > 0) row[arm_column(estimand, arm, k)] = 1;
  }

  [[nodiscard]] VectorXd contrast(const TrialEstimand& estimand) const {
    VectorXd l = VectorXd::Zero(columns(estimand));
    const auto add = [&](const std::vector<int>& arms, double sign) {
      for (const int arm : arms)
        if (arm > 0)
          l[arm_column(estimand, arm, estimand.visit)] += sign / static_cast<double>(arms.size());
    };
    add(estimand.treatment, 1);
    add(estimand.control, -1);
    return l;
  }

  const Fitted& fitted(const TrialEstimand& estimand) {
    for (const Fitted& each : fits_)
      if (same_data(each.of, estimand)) return each;
    fits_.push_back({.of = estimand});
    MmrmData data{.visits = visits_};
    std::size_t rows = 0;
    for (const auto& scores : scores_)
      for (const double score : scores) rows += std::isnan(score) ? 0U : 1U;
    data.x.resize(static_cast<Index>(rows), columns(estimand));
    data.subject.reserve(rows);
    data.visit.reserve(rows);
    VectorXd y(static_cast<Index>(rows));
    for (std::size_t i = 0; i < scores_.size(); ++i)
      for (int k = 0; k < visits_; ++k) {
        const double value = change(i, k);
        if (std::isnan(value)) continue;
        const auto row = static_cast<Index>(data.subject.size());
        fill_row(estimand, i, made_.arm[i], k, data.x.row(row));
        y[row] = value;
        data.subject.push_back(static_cast<int>(i));
        data.visit.push_back(k);
      }
    Mmrm model(data);
    const MmrmFit& fit = model.fit(y);
    fits_.back().inference = std::make_unique<MmrmInference>(model, MmrmDf::kenward_roger);
    fits_.back().state = fit.fit.converged ? AnalysisState::answered : AnalysisState::reserved;
    return fits_.back();
  }

  [[nodiscard]] TrialAnswer with_interval(double estimate, double se, double df,
                                          AnalysisState state) const {
    if (!(se > 0) || !(df > 0)) return {};
    const double half = t_quantile(1 - (1 - level_) / 2, df) * se;
    return {.estimate = estimate,
            .se = se,
            .df = df,
            .p = two_sided_p(estimate / se, df),
            .low = estimate - half,
            .high = estimate + half,
            .state = state};
  }

  TrialAnswer mmrm(const TrialEstimand& estimand) {
    const Fitted& fit = fitted(estimand);
    if (!fit.inference) return {};
    const MmrmContrast c = fit.inference->contrast(contrast(estimand));
    return with_interval(c.estimate, c.se, c.df, fit.state);
  }

  [[nodiscard]] TrialAnswer ancova(const TrialEstimand& estimand) const {
    std::vector<std::size_t> seen;
    for (std::size_t i = 0; i < scores_.size(); ++i)
      if (!std::isnan(change(i, estimand.visit))) seen.push_back(i);
    MatrixXd x = MatrixXd::Zero(static_cast<Index>(seen.size()), arms_ + 1);
    VectorXd y(x.rows()), l = VectorXd::Zero(x.cols());
    for (Index row = 0; row < x.rows(); ++row) {
      const std::size_t i = seen[static_cast<std::size_t>(row)];
      x(row, 0) = 1;
      x(row, 1) = made_.people[i].baseline - centre_;
      if (made_.arm[i] > 0) x(row, 1 + made_.arm[i]) = 1;
      y[row] = change(i, estimand.visit);
    }
    for (const int arm : estimand.treatment)
      if (arm > 0) l[1 + arm] += 1 / static_cast<double>(estimand.treatment.size());
    for (const int arm : estimand.control)
      if (arm > 0) l[1 + arm] -= 1 / static_cast<double>(estimand.control.size());
    const LinearTest test = linear_test(fit_linear(x, y), l, level_);
    return with_interval(test.value, test.se, test.df, AnalysisState::answered);
  }

  void count(const TrialEstimand& estimand, const std::vector<int>& arms, double& events,
             double& n) const {
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      if (!has_arm(arms, made_.arm[i]) || !concerns(estimand, made_.people[i])) continue;
      const double score = scores_[i][static_cast<std::size_t>(estimand.visit)];
      if (std::isnan(score) && !estimand.missing_fails) continue;
      ++n;
      if (!std::isnan(score) &&
          responds(estimand.response, trial_.design, made_.people[i], estimand.visit, score))
        ++events;
    }
  }

  [[nodiscard]] TrialAnswer responders(const TrialEstimand& estimand) const {
    TwoByTwo counts;
    count(estimand, estimand.treatment, counts.events1, counts.n1);
    count(estimand, estimand.control, counts.events2, counts.n2);
    if (counts.n1 == 0 || counts.n2 == 0) return {};
    const double p1 = counts.events1 / counts.n1, p2 = counts.events2 / counts.n2;
    const Interval interval = newcombe_risk_difference(counts, level_);
    const bool constant = (p1 == 0 && p2 == 0) || (p1 == 1 && p2 == 1);
    const double z = constant ? 0 : score_z_risk_difference(counts, 0);
    return {.estimate = p1 - p2,
            .se = std::sqrt(p1 * (1 - p1) / counts.n1 + p2 * (1 - p2) / counts.n2),
            .df = std::numeric_limits<double>::infinity(),
            .p = 2 * normal_upper(std::abs(z)),
            .low = interval.low,
            .high = interval.high,
            .state = AnalysisState::answered,
            .treatment = p1,
            .control = p2};
  }

  [[nodiscard]] TrialAnswer jump_to_reference(const TrialEstimand& estimand) const;

  const VirtualTrial& trial_;
  const ConductedTrial& made_;
  double level_ = 0.95;
  int visits_ = 0, arms_ = 0;
  double centre_ = 0;
  std::vector<std::vector<double>> scores_{};
  std::vector<Fitted> fits_{};
};

// Reference: the first control arm. Participants of the two sides only.
TrialAnswer Analyst::jump_to_reference(const TrialEstimand& estimand) const {
  const int reference = estimand.control.front();
  const auto n = static_cast<Index>(scores_.size());
  ImputationData data{.y = MatrixXd(n, visits_),
                      .x = MatrixXd(n * visits_, columns(estimand)),
                      .x_reference = MatrixXd(n * visits_, columns(estimand))};
  AncovaVisit last{.visit = "last", .column = estimand.visit, .x = MatrixXd::Zero(n, arms_ + 1)};
  last.as_arm.assign(static_cast<std::size_t>(arms_), last.x);
  std::vector<std::string> names;
  for (const TrialArm& arm : trial_.design.arms) names.push_back(arm.name);
  for (Index i = 0; i < n; ++i) {
    const auto person = static_cast<std::size_t>(i);
    int first = visits_;
    for (int k = visits_ - 1; k >= 0 && std::isnan(change(person, k)); --k) first = k;
    for (int k = 0; k < visits_; ++k) {
      data.y(i, k) = change(person, k);
      fill_row(estimand, person, made_.arm[person], k, data.x.row(i * visits_ + k));
      fill_row(estimand, person, reference, k, data.x_reference.row(i * visits_ + k));
    }
    data.first_affected.push_back(first);
    data.strategy.push_back(ImputationStrategy::jr);
    data.participants.push_back(std::to_string(i));
    const auto covariates = [&](MatrixXd& x, int arm) {
      x(i, 0) = 1;
      x(i, 1) = made_.people[person].baseline - centre_;
      if (arm > 0) x(i, 1 + arm) = 1;
    };
    covariates(last.x, made_.arm[person]);
    for (int arm = 0; arm < arms_; ++arm)
      covariates(last.as_arm[static_cast<std::size_t>(arm)], arm);
  }
  for (int k = 0; k < visits_; ++k) data.visits.push_back(std::to_string(k));
  const ImputationOptions how{.method = ImputationMethod::conditional_mean,
                              .rule = PoolingRule::jackknife};
  const auto pooled = pool_imputations(data, impute(data, how),
                                       ancova_analysis({last}, names, reference), {}, level_);
  // Parameters: each other arm less the reference, in the arms' order.
  for (int arm = 0, at = 0; arm < arms_; ++arm) {
    if (arm == reference) continue;
    const PooledImputation& one = pooled[static_cast<std::size_t>(at++)];
    if (arm == estimand.treatment.front())
      return with_interval(one.estimate, one.se, one.df, AnalysisState::answered);
  }
  return {};
}

}  // namespace

std::vector<TrialAnswer> analyse_trial(const VirtualTrial& trial, const ConductedTrial& made,
                                       const std::vector<TrialEstimand>& estimands, double level) {
  Analyst analyst(trial, made, level);
  std::vector<TrialAnswer> answers;
  answers.reserve(estimands.size());
  for (const TrialEstimand& estimand : estimands) answers.push_back(analyst.answer(estimand));
  return answers;
}

}  // namespace entact
