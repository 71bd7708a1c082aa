#include "entact/stats/pattern_sums.h"

#include <map>
#include <utility>

namespace entact {
namespace {

std::vector<Eigen::Index> observed(const ImputationData& data, Eigen::Index participant) {
  std::vector<Eigen::Index> visits;
  for (Eigen::Index visit = 0; visit < data.m(); ++visit)
    if (data.informs(participant, visit)) visits.push_back(visit);
  return visits;
}

}  // namespace

PatternSums::PatternSums(const ImputationData& data)
    : data_(&data), groups_(data.groups()), pattern_of_(static_cast<std::size_t>(data.n()), -1) {
  std::map<std::pair<int, std::vector<Eigen::Index>>, int> known;
  const Eigen::Index z = data.p() + 1;
  for (Eigen::Index i = 0; i < data.n(); ++i) {
    auto visits = observed(data, i);
    if (visits.empty()) continue;
    const auto v = static_cast<Eigen::Index>(visits.size());
    const auto [at, is_new] =
        known.try_emplace({data.group_of(i), visits}, static_cast<int>(patterns_.size()));
    if (is_new)
      patterns_.push_back(
          {data.group_of(i), std::move(visits), 0, Eigen::MatrixXd::Zero(z * z, v * v)});
    pattern_of_[static_cast<std::size_t>(i)] = at->second;
    add(i, patterns_[static_cast<std::size_t>(at->second)]);
  }
}

void PatternSums::renew() {
  for (Pattern& pattern : patterns_) {
    pattern.n = 0;
    pattern.gram.setZero();
  }
  for (Eigen::Index i = 0; i < data_->n(); ++i)
    if (pattern_of(i) >= 0) add(i, patterns_[static_cast<std::size_t>(pattern_of(i))]);
}

void PatternSums::add(Eigen::Index participant, Pattern& pattern) const {
  const auto v = static_cast<Eigen::Index>(pattern.visits.size());
  const Eigen::Index p = data_->p(), z = p + 1;
  Eigen::MatrixXd rows(z, v);
  for (Eigen::Index a = 0; a < v; ++a) {
    const Eigen::Index visit = pattern.visits[static_cast<std::size_t>(a)];
    rows.col(a).head(p) = data_->x.row(participant * data_->m() + visit).transpose();
    rows(p, a) = data_->y(participant, visit);
  }
  pattern.n += 1;
  for (Eigen::Index a = 0; a < v; ++a)
    for (Eigen::Index b = 0; b < v; ++b)
      Eigen::Map<Eigen::MatrixXd>(pattern.gram.col(a * v + b).data(), z, z).noalias() +=
          rows.col(a) * rows.col(b).transpose();
}

}  // namespace entact
