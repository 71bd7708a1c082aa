#include "entact/pharm/draws.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"

namespace entact {
namespace {

void check_ranges(const ModelDescription& description) {
  for (const ModelParameter& p : description.parameters)
    require(p.low <= p.value && p.value <= p.high, "pharm.draws.range",
            fmt::format("{} of model {} is {:g}, outside its range {:g} to {:g}; widen the range "
                        "in the model's file or choose another value",
                        p.id, description.id, p.value, p.low, p.high));
}

Eigen::MatrixXd correlation_of(const std::vector<int>& varying, const PeopleModel& population) {
  const auto size = static_cast<Eigen::Index>(varying.size());
  Eigen::MatrixXd correlation = Eigen::MatrixXd::Identity(size, size);
  const auto place = [&](int parameter) {
    return std::find(varying.begin(), varying.end(), parameter) - varying.begin();
  };
  for (const ParameterCorrelation& pair : population.correlations) {
    const auto a = place(pair.first), b = place(pair.second);
    if (a < size && b < size) correlation(a, b) = correlation(b, a) = pair.value;
  }
  return correlation;
}

std::vector<double> root_of(const Eigen::MatrixXd& correlation, const std::string& model) {
  const Eigen::LLT<Eigen::MatrixXd> factor(correlation);
  require(
      factor.info() == Eigen::Success, "pharm.draws.correlation",
      fmt::format("the correlations between parameters of model {} contradict each other (their "
                  "matrix is not positive definite); lower one of them in the model's file",
                  model));
  const Eigen::MatrixXd lower = factor.matrixL();
  std::vector<double> root;
  for (Eigen::Index row = 0; row < lower.rows(); ++row)
    for (Eigen::Index column = 0; column <= row; ++column) root.push_back(lower(row, column));
  return root;
}

double within(double value, const ModelCovariate& covariate) {
  return std::clamp(value, covariate.low, covariate.high);
}

}  // namespace

bool has_open_range(const ModelParameter& parameter) {
  return std::isfinite(parameter.low) && std::isfinite(parameter.high) &&
         parameter.low < parameter.high;
}

double ignorance_quantile(const ModelParameter& p, double u) {
  return u < 0.5 ? p.low + 2 * u * (p.value - p.low) : p.value + (2 * u - 1) * (p.high - p.value);
}

ParameterDraws::ParameterDraws(const ModelDescription& description, const PeopleModel& population,
                               std::vector<DrawnCovariate> covariates, std::uint64_t seed)
    : description_(description),
      people_(population),
      covariates_(std::move(covariates)),
      seed_(seed) {
  require(covariates_.size() == people_.covariates.size(), "pharm.draws.covariates",
          fmt::format("model {} has {} covariates, {} were given", description_.id,
                      people_.covariates.size(), covariates_.size()));
  check_ranges(description_);
  for (std::size_t k = 0; k < description_.parameters.size(); ++k) {
    typical_.push_back(description_.parameters[k].value);
    if (description_.parameters[k].between_sd > 0) varying_.push_back(static_cast<int>(k));
  }
  root_ = root_of(correlation_of(varying_, people_), description_.id);
}

std::vector<double> ParameterDraws::reference_covariates() const {
  std::vector<double> values;
  for (const DrawnCovariate& covariate : covariates_) values.push_back(covariate.mean);
  return values;
}

std::vector<double> ParameterDraws::covariates(std::uint32_t i) const {
  RandomStream random({seed_, RandomPurpose::baseline, i, 0});
  std::vector<double> values = reference_covariates();
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double z = random.normal();
    if (covariates_[c].sd > 0)
      values[c] = within(values[c] + covariates_[c].sd * z, people_.covariates[c]);
  }
  return values;
}

std::vector<double> ParameterDraws::deviations(std::uint32_t i) const {
  RandomStream random({seed_, RandomPurpose::people, i, 0});
  std::vector<double> z, deviation(description_.parameters.size(), 0.0);
  auto root = root_.begin();
  for (const int k : varying_) {
    z.push_back(random.normal());
    double sum = 0;
    for (const double each : z) sum += *root++ * each;
    const auto at = static_cast<std::size_t>(k);
    deviation[at] = description_.parameters[at].between_sd * sum;
  }
  return deviation;
}

std::vector<double> ParameterDraws::parameters(std::uint32_t i) const {
  RandomStream random({seed_, RandomPurpose::ignorance, i, 0});
  std::vector<double> values = typical_;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double u = random.uniform();
    const ModelParameter& p = description_.parameters[k];
    if (has_open_range(p)) values[k] = ignorance_quantile(p, u);
  }
  return values;
}

std::vector<double> ParameterDraws::typical() const {
  return individual_parameters(people_, typical_, reference_covariates());
}

std::vector<double> ParameterDraws::person(std::uint32_t i) const {
  return individual_parameters(people_, typical_, covariates(i), deviations(i));
}

std::vector<double> ParameterDraws::unknown(std::uint32_t i) const {
  return individual_parameters(people_, parameters(i), reference_covariates());
}

std::vector<double> ParameterDraws::group_and_unknown(std::uint32_t i, int n) const {
  if (n <= 0) return unknown(i);
  std::vector<double> mean = deviations(i);
  for (double& each : mean) each /= std::sqrt(n);
  return individual_parameters(people_, parameters(i), reference_covariates(), mean);
}

std::vector<double> ParameterDraws::person_and_unknown(std::uint32_t i) const {
  return person_and_unknown(i, i);
}

std::vector<double> ParameterDraws::person_and_unknown(std::uint32_t i,
                                                       std::uint32_t unknown) const {
  return individual_parameters(people_, parameters(unknown), covariates(i), deviations(i));
}

}  // namespace entact
