#include "entact/pharm/covariates.h"

#include <cmath>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

void require_length(std::size_t seen, std::size_t wanted, const char* what) {
  require(seen == wanted, "pharm.covariates.length",
          "there are " + std::to_string(wanted) + " " + what + ", but " + std::to_string(seen) +
              " values; give one each");
}

double value_of(const ModelCovariate& covariate, double given) {
  if (std::isnan(given)) return covariate.reference;
  require(given >= covariate.low && given <= covariate.high, "pharm.covariates.range",
          "covariate " + covariate.id + " lies between " + std::to_string(covariate.low) + " and " +
              std::to_string(covariate.high) + " " + covariate.unit + "; saw " +
              std::to_string(given));
  return given;
}

double factor(const CovariateRule& effect, const ModelCovariate& covariate, double z, double b) {
  switch (effect.form) {
    case CovariateForm::power:
      return std::pow(z / covariate.reference, b);
    case CovariateForm::proportional:
      return 1 + b * (z - covariate.reference);
    case CovariateForm::exponential:
      return std::exp(b * (z - covariate.reference));
  }
  return 1;
}

}  // namespace

std::vector<double> individual_parameters(const PeopleModel& population,
                                          std::span<const double> typical,
                                          std::span<const double> covariate,
                                          std::span<const double> deviation) {
  require_length(covariate.size(), population.covariates.size(), "covariates");
  if (!deviation.empty()) require_length(deviation.size(), typical.size(), "parameters");
  std::vector<double> own(typical.begin(), typical.end());
  for (std::size_t k = 0; k < deviation.size(); ++k) own[k] *= std::exp(deviation[k]);
  for (const CovariateRule& effect : population.effects) {
    const auto z = static_cast<std::size_t>(effect.covariate);
    const ModelCovariate& described = population.covariates[z];
    const double by = factor(effect, described, value_of(described, covariate[z]),
                             own[static_cast<std::size_t>(effect.coefficient)]);
    require(std::isfinite(by) && by > 0, "pharm.covariates.range",
            "covariate " + described.id + " = " + std::to_string(covariate[z]) +
                " multiplies a parameter by " + std::to_string(by) +
                "; choose a value nearer to its reference, " + std::to_string(described.reference));
    own[static_cast<std::size_t>(effect.parameter)] *= by;
  }
  return own;
}

}  // namespace entact
