#include "entact/trial/spending.h"

#include <cmath>
#include <numbers>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

double spent_at(const Spending& how, double t, double rate) {
  const double gamma = how.parameter;
  switch (how.kind) {
    case SpendingKind::obrien_fleming:
      return 2 * normal_upper(normal_quantile(1 - rate / 2) / std::sqrt(t));
    case SpendingKind::pocock:
      return rate * std::log1p((std::numbers::e - 1) * t);
    case SpendingKind::kim_demets:
      return rate * std::pow(t, gamma);
    default:
      return gamma == 0 ? rate * t : rate * std::expm1(-gamma * t) / std::expm1(-gamma);
  }
}

void check_given(const std::vector<double>& given, std::size_t looks, double rate) {
  bool ok = given.size() == looks && given.front() >= 0;
  for (std::size_t k = 1; ok && k < looks; ++k) ok = given[k] >= given[k - 1];
  require(ok && std::abs(given.back() - rate) <= 1e-12, "trial.spending.parameter",
          "error rates that are given must be one a look (" + std::to_string(looks) +
              "), not decrease, and end at " + std::to_string(rate) + "; saw " +
              std::to_string(given.size()) + " rates" +
              (given.empty() ? "" : " that end at " + std::to_string(given.back())),
          ErrorKind::usage);
}

}  // namespace

std::vector<double> spent(const Spending& how, const std::vector<double>& t, double rate) {
  if (how.kind == SpendingKind::given) {
    check_given(how.given, t.size(), rate);
    return how.given;
  }
  require(
      std::isfinite(how.parameter) && (how.kind != SpendingKind::kim_demets || how.parameter > 0),
      "trial.spending.parameter",
      "the parameter of a spending function must be finite, and of Kim and DeMets' positive; "
      "saw " +
          std::to_string(how.parameter));
  std::vector<double> rates;
  for (const double now : t) rates.push_back(now >= 1 ? rate : spent_at(how, now, rate));
  return rates;
}

}  // namespace entact
