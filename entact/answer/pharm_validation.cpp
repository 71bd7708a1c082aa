#include "entact/answer/pharm_validation.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/num/least_squares.h"
#include "entact/num/sample_quantile.h"

namespace entact {
namespace {

bool as_said(const PharmObservation& of, double predicted) {
  constexpr double little = 20;  // percent: what passes for no change
  if (of.direction == ChangeDirection::up) return predicted > 0;
  if (of.direction == ChangeDirection::down) return predicted < 0;
  if (of.direction == ChangeDirection::none) return std::abs(predicted) < little;
  return of.bound == ObservationBound::at_least ? predicted >= of.observed
                                                : predicted <= of.observed;
}

ValidationVerdict verdict_of(const ValidationRow& row) {
  const PharmObservation& of = row.observation;
  if (of.direction || of.bound != ObservationBound::exact)
    return as_said(of, row.predicted) ? ValidationVerdict::as_said : ValidationVerdict::not_as_said;
  const double fold = std::max(row.ratio, 1 / row.ratio);
  if (fold <= 1.25) return ValidationVerdict::within_1_25;
  return fold <= 2 ? ValidationVerdict::within_2 : ValidationVerdict::beyond_2;
}

std::string direction_words(ChangeDirection direction) {
  return direction == ChangeDirection::up     ? "a rise"
         : direction == ChangeDirection::down ? "a fall"
                                              : "no change";
}

std::string misfit_sentence(const ValidationRow& row) {
  const PharmObservation& of = row.observation;
  const std::string course = course_words(of.courses.front());
  const std::string what = fmt::format("{}{} {} ({}{})", of.quantity, row.hypothesis ? " (h)" : "",
                                       of.statistic, of.study, course.empty() ? "" : ", " + course);
  if (of.direction)
    return fmt::format("{}: observed {}, the model says {:+.0f}%.", what,
                       direction_words(*of.direction), row.predicted);
  if (of.bound != ObservationBound::exact)
    return fmt::format("{}: observed {} {:.3g}, the model says {:.3g}.", what,
                       of.bound == ObservationBound::at_least ? "at least" : "at most", of.observed,
                       row.predicted);
  return fmt::format("{}: observed {:.4g}, the model says {:.4g}, {} by a factor of {:.2f}.", what,
                     of.observed, row.predicted, row.ratio > 1 ? "too high" : "too low",
                     std::max(row.ratio, 1 / row.ratio));
}

/// How far off, for the order of sentences; what is not as said comes first.
double distance(const ValidationRow& row) {
  return row.verdict == ValidationVerdict::not_as_said ? 1e9 : std::abs(std::log(row.ratio));
}

bool is_misfit(const ValidationRow& row) {
  return row.verdict != ValidationVerdict::within_1_25 && row.verdict != ValidationVerdict::as_said;
}

ValidationRow row_of(const ModelFile& file, const PharmObservation& of,
                     const ModelPrediction& predicted) {
  ValidationRow row{.observation = of,
                    .predicted = predicted.value,
                    .predicted_low = sample_quantile(predicted.draws, 0.025),
                    .predicted_high = sample_quantile(predicted.draws, 0.975)};
  const double observed = as_factor(of, of.observed);
  row.ratio = as_factor(of, row.predicted) / observed;
  row.ratio_low = as_factor(of, row.predicted_low) / observed;
  row.ratio_high = as_factor(of, row.predicted_high) / observed;
  row.role = role_of(of);
  row.verdict = verdict_of(row);
  row.hypothesis = file.description.outputs[static_cast<std::size_t>(of.output)].hypothesis;
  return row;
}

using Group = std::vector<std::size_t>;

/// Indices of the observations, those that the same courses answer together.
std::vector<Group> groups_of(const std::vector<PharmObservation>& all) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return share_courses(all[group.front()], all[i]);
    });
    if (found != groups.end())
      found->push_back(i);
    else
      groups.push_back({i});
  }
  return groups;
}

}  // namespace

ValidationRole role_of(const PharmObservation& of) {
  if (of.weight > 0) return ValidationRole::fitted;
  return of.used_for.empty() ? ValidationRole::held_out : ValidationRole::derived;
}

double as_factor(const PharmObservation& of, double value) {
  const bool percent = !of.versus.empty() && !of.as_ratio;
  return percent ? 1 + value / 100 : value;
}

std::vector<ValidationRow> validate(const PharmModel& model, const ModelFile& file,
                                    const PharmObservations& observations,
                                    const PredictionOptions& how) {
  const auto& all = observations.observations;
  const std::vector<Group> groups = groups_of(all);
  std::vector<ValidationRow> rows(all.size());
  parallel_for(static_cast<std::ptrdiff_t>(groups.size()), 0, [&](std::ptrdiff_t g) {
    const Group& group = groups[static_cast<std::size_t>(g)];
    std::vector<const PharmObservation*> asked;
    for (const std::size_t i : group) asked.push_back(&all[i]);
    const auto predicted = predict_together(model, file, asked, how);
    for (std::size_t k = 0; k < group.size(); ++k)
      rows[group[k]] = row_of(file, all[group[k]], predicted[k]);
  });
  return rows;
}

std::vector<std::string> misfit_sentences(const std::vector<ValidationRow>& rows) {
  std::vector<const ValidationRow*> misfits;
  for (const ValidationRow& row : rows)
    if (is_misfit(row)) misfits.push_back(&row);
  std::stable_sort(
      misfits.begin(), misfits.end(),
      [](const ValidationRow* a, const ValidationRow* b) { return distance(*a) > distance(*b); });
  std::vector<std::string> sentences;
  for (const ValidationRow* row : misfits) sentences.push_back(misfit_sentence(*row));
  return sentences;
}

std::string to_text(ValidationRole role) {
  return role == ValidationRole::fitted    ? "fitted"
         : role == ValidationRole::derived ? "derived"
                                           : "held out";
}

std::string to_text(ValidationVerdict verdict) {
  switch (verdict) {
    case ValidationVerdict::within_1_25:
      return "within 1.25-fold";
    case ValidationVerdict::within_2:
      return "within 2-fold";
    case ValidationVerdict::beyond_2:
      return "beyond 2-fold";
    case ValidationVerdict::as_said:
      return "as observed";
    case ValidationVerdict::not_as_said:
      return "not as observed";
  }
  return {};
}

PharmCalibration calibrate(const PharmModel& model, const ModelFile& file,
                           const PharmObservations& observations) {
  std::vector<const PharmObservation*> rows;
  for (const PharmObservation& of : observations.observations)
    if (of.weight > 0) rows.push_back(&of);
  const auto n = static_cast<Eigen::Index>(observations.fit.size()),
             m = static_cast<Eigen::Index>(rows.size());
  require(m >= n && n > 0, "answer.calibration.rows",
          fmt::format("{} rows have weights for {} parameters; at least as many are needed", m, n));
  const std::vector<double> typical = typical_parameters(file);
  const auto residuals = [&](const Eigen::VectorXd& x) {
    std::vector<double> parameters = typical;
    for (Eigen::Index k = 0; k < n; ++k)
      parameters[static_cast<std::size_t>(observations.fit[static_cast<std::size_t>(k)])] =
          std::exp(x[k]);
    Eigen::VectorXd r(m);
    for (Eigen::Index i = 0; i < m; ++i) {
      const PharmObservation& of = *rows[static_cast<std::size_t>(i)];
      const double predicted = predict(model, file, of, {.draws = 0}, parameters).value;
      r[i] = std::sqrt(of.weight) * (as_factor(of, predicted) / as_factor(of, of.observed) - 1);
    }
    return r;
  };
  PharmCalibration made{.parameters = observations.fit};
  Eigen::VectorXd start(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    made.shipped.push_back(
        typical[static_cast<std::size_t>(observations.fit[static_cast<std::size_t>(k)])]);
    start[k] = std::log(made.shipped.back());
  }
  const LeastSquares found = least_squares(residuals, start, {.step = 1e-5});
  const Eigen::MatrixXd inverse = found.information.ldlt().solve(Eigen::MatrixXd::Identity(n, n));
  const double variance = m > n ? found.sum / static_cast<double>(m - n) : std::nan("");
  for (Eigen::Index k = 0; k < n; ++k) {
    made.fitted.push_back(std::exp(found.x[k]));
    made.relative_se.push_back(std::sqrt(variance * inverse(k, k)));
  }
  made.shipped_sum = residuals(start).squaredNorm();
  made.fitted_sum = found.sum;
  made.iterations = found.iterations;
  made.converged = found.converged;
  return made;
}

}  // namespace entact
