#include "entact/stats/imputation_reml.h"

#include <fmt/format.h>

#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// The values that inform the model, in long form.
struct Informative {
  MmrmData data{};
  VectorXd y{};
};

void check_visits(const ImputationData& data) {
  for (Index visit = 0; visit < data.m(); ++visit) {
    Index i = 0;
    while (i < data.n() && !data.informs(i, visit)) ++i;
    require(i < data.n(), "stats.impute.visit_empty",
            fmt::format("visit {} has no observed value, so its variance is unknown: leave it out",
                        data.visits[static_cast<std::size_t>(visit)]),
            ErrorKind::unanswerable);
  }
}

Informative informative(const ImputationData& data) {
  Informative made{.data = {.visits = static_cast<int>(data.m())}};
  std::vector<Index> rows;
  std::vector<double> y;
  for (Index i = 0; i < data.n(); ++i)
    for (Index visit = 0; visit < data.m(); ++visit) {
      if (!data.informs(i, visit)) continue;
      rows.push_back(i * data.m() + visit);
      y.push_back(data.y(i, visit));
      made.data.subject.push_back(static_cast<int>(i));
      made.data.visit.push_back(static_cast<int>(visit));
      if (!data.group.empty()) made.data.group.push_back(data.group_of(i));
    }
  made.data.x = data.x(rows, Eigen::all);
  made.y = Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size()));
  return made;
}

// What the engine says of a design, in the words of imputation.
template <class Body>
void in_words_of_imputation(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    const bool rank = error.code() == "stats.mmrm.rank" || error.code() == "stats.mmrm.few";
    if (!rank) throw;
    throw Error("stats.impute.rank",
                "the covariates of the imputation model are not linearly independent among the "
                "values observed: leave one out",
                ErrorKind::unanswerable);
  }
}

}  // namespace

ImputationReml::ImputationReml(const ImputationData& data) : kind_(data.covariance) {
  check_visits(data);
  Informative rows = informative(data);
  y_ = std::move(rows.y);
  in_words_of_imputation([&] { model_.emplace(rows.data, MmrmOptions{.covariance = kind_}); });
}

const MmrmFit& ImputationReml::fit() {
  fit_ = model_->fit(y_);
  return described();
}

const MmrmFit& ImputationReml::refit(const VectorXd& counts, const MmrmFit& near) {
  in_words_of_imputation([&] { model_->count(counts); });
  fit_ = model_->fit(y_, near.theta);
  return described();
}

const MmrmFit& ImputationReml::described() {
  if (!fit_.fit.converged)
    fit_.fit.reservations = {fmt::format(
        "the covariance ({}) of the imputation model did not converge: too few participants for so "
        "many visits, or two visits that nobody attended both of",
        name_of(kind_))};
  return fit_;
}

}  // namespace entact
