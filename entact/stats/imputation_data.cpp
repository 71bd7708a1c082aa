#include "entact/stats/imputation_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

struct Named {
  ImputationStrategy strategy;
  std::string_view name, words, estimand;
};

constexpr std::array<Named, 8> names{{
    {ImputationStrategy::mar, "MAR", "missing at random", "hypothetical"},
    {ImputationStrategy::jr, "JR", "jump to reference", "treatment policy"},
    {ImputationStrategy::cr, "CR", "copy reference", "treatment policy"},
    {ImputationStrategy::cir, "CIR", "copy increments in reference", "treatment policy"},
    {ImputationStrategy::lmcf, "LMCF", "last mean carried forward", "treatment policy"},
    {ImputationStrategy::composite, "COMPOSITE", "the event counts as failure", "composite"},
    {ImputationStrategy::on_treatment, "ON-TREATMENT", "the last outcome before the event",
     "while on treatment"},
    {ImputationStrategy::retrieved, "RETRIEVED", "as those followed after the event",
     "treatment policy"},
}};

const Named& entry(ImputationStrategy strategy) {
  return names.at(static_cast<std::size_t>(strategy));
}

template <class T>
bool fits(const std::vector<T>& values, Eigen::Index n, bool may_be_empty) {
  return (may_be_empty && values.empty()) || values.size() == static_cast<std::size_t>(n);
}

void check_shape(const ImputationData& d) {
  const bool ok = d.x.rows() == d.n() * d.m() && d.x_reference.rows() == d.x.rows() &&
                  d.x_reference.cols() == d.p() && fits(d.group, d.n(), true) &&
                  fits(d.reference_group, d.n(), true) && fits(d.first_affected, d.n(), false) &&
                  fits(d.strategy, d.n(), false) && fits(d.participants, d.n(), false) &&
                  fits(d.visits, d.m(), false);
  require(ok && d.n() > 0 && d.m() > 0 && d.p() > 0, "stats.impute.shape",
          fmt::format("{} participants at {} visits need designs of {} rows and one event, "
                      "strategy and name each",
                      d.n(), d.m(), d.n() * d.m()));
}

void check_participant(const ImputationData& d, Eigen::Index i) {
  const auto at = static_cast<std::size_t>(i);
  require(d.first_affected[at] >= 0 && d.first_affected[at] <= d.m(), "stats.impute.shape",
          fmt::format("participant {}: the first visit of an event is one of 0 to {}; saw {}",
                      d.participants[at], d.m(), d.first_affected[at]));
  const bool carries = d.strategy[at] == ImputationStrategy::lmcf ||
                       d.strategy[at] == ImputationStrategy::on_treatment;
  require(!carries || d.first_affected[at] > 0, "stats.impute.lmcf",
          fmt::format("participant {}: {} needs a visit before the event, and there is none. "
                      "Choose another strategy for them",
                      d.participants[at], strategy_words(d.strategy[at])),
          ErrorKind::unanswerable);
  for (Eigen::Index visit = 0; visit < d.m(); ++visit)
    require(!std::isinf(d.y(i, visit)), "stats.impute.value",
            fmt::format("participant {}, visit {}: the outcome must be finite or missing",
                        d.participants[at], d.visits[static_cast<std::size_t>(visit)]));
}

}  // namespace

ImputationStrategy imputation_strategy(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (upper == "J2R") return ImputationStrategy::jr;
  for (const Named& each : names)
    if (each.name == upper) return each.strategy;
  throw Error("stats.impute.strategy",
              fmt::format("the strategies are MAR, JR (or J2R), CR, CIR, LMCF, COMPOSITE, "
                          "ON-TREATMENT and RETRIEVED; saw '{}'",
                          name),
              ErrorKind::usage);
}

std::string_view to_text(ImputationStrategy strategy) { return entry(strategy).name; }
std::string_view strategy_words(ImputationStrategy strategy) { return entry(strategy).words; }
std::string_view estimand_words(ImputationStrategy strategy) { return entry(strategy).estimand; }

bool defines_outcome(ImputationStrategy strategy) {
  return strategy == ImputationStrategy::composite || strategy == ImputationStrategy::on_treatment;
}

int ImputationData::groups() const {
  return group.empty() ? 1 : 1 + *std::max_element(group.begin(), group.end());
}

int ImputationData::group_of(Eigen::Index participant) const {
  return group.empty() ? 0 : group[static_cast<std::size_t>(participant)];
}

int ImputationData::reference_group_of(Eigen::Index participant) const {
  return reference_group.empty() ? group_of(participant)
                                 : reference_group[static_cast<std::size_t>(participant)];
}

Eigen::Index ImputationData::first_not_random(Eigen::Index participant) const {
  const auto at = static_cast<std::size_t>(participant);
  const bool random =
      strategy[at] == ImputationStrategy::mar || strategy[at] == ImputationStrategy::retrieved;
  return random ? m() : first_affected[at];
}

bool ImputationData::informs(Eigen::Index participant, Eigen::Index visit) const {
  return visit < first_not_random(participant) && !std::isnan(y(participant, visit));
}

bool ImputationData::defined(Eigen::Index participant, Eigen::Index visit) const {
  const auto at = static_cast<std::size_t>(participant);
  return defines_outcome(strategy[at]) && visit >= first_affected[at];
}

void check_imputation_data(const ImputationData& data) {
  check_shape(data);
  require(data.x.allFinite() && data.x_reference.allFinite(), "stats.impute.value",
          "every covariate of the imputation model must be known at every visit, also where the "
          "outcome is missing");
  for (Eigen::Index i = 0; i < data.n(); ++i) check_participant(data, i);
}

}  // namespace entact
