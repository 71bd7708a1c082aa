#include "entact/stats/mmrm_sums.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "entact/base/error.h"
#include "entact/stats/mmrm_covariance.h"

namespace entact {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

void check(const MmrmData& d) {
  const auto n = static_cast<std::size_t>(d.x.rows());
  require(n > 0 && d.subject.size() == n && d.visit.size() == n &&
              (d.group.empty() || d.group.size() == n) &&
              (d.weight.size() == 0 || d.weight.size() == d.x.rows()),
          "stats.mmrm.data",
          "design, participants, visits, groups and weights must have one entry a row, and there "
          "must be rows");
  require(d.x.allFinite(), "stats.mmrm.data", "every entry of the design must be a finite number");
  for (const int v : d.visit)
    require(v >= 0 && v < d.visits, "stats.mmrm.data",
            "a visit must be from 0 to visits - 1; saw " + std::to_string(v));
  if (d.weight.size() > 0)
    require(d.weight.allFinite() && d.weight.minCoeff() > 0, "stats.mmrm.data",
            "weights must be positive numbers");
}

// Rows of each visit.
std::vector<std::vector<int>> rows_by_visit(const MmrmData& d) {
  std::vector<std::vector<int>> rows(static_cast<std::size_t>(d.visits));
  for (std::size_t i = 0; i < d.visit.size(); ++i)
    rows[static_cast<std::size_t>(d.visit[i])].push_back(static_cast<int>(i));
  return rows;
}

// Numbers of participants and groups.
void count_participants(const MmrmData& d, MmrmSums& sums) {
  for (const int subject : d.subject)
    require(subject >= 0, "stats.mmrm.data", "participants are numbered from 0");
  sums.subjects = *std::max_element(d.subject.begin(), d.subject.end()) + 1;
  std::vector<int> group(static_cast<std::size_t>(sums.subjects), -1);
  for (std::size_t i = 0; i < d.subject.size(); ++i) {
    int& own = group[static_cast<std::size_t>(d.subject[i])];
    const int g = d.group.empty() ? 0 : d.group[i];
    require(g >= 0 && (own < 0 || own == g), "stats.mmrm.group",
            "a participant must be in one covariance group; participant " +
                std::to_string(d.subject[i]) + " is in two");
    sums.present += own < 0;
    own = g;
    sums.groups = std::max(sums.groups, g + 1);
  }
}

void find_patterns(const MmrmData& d, MmrmSums& sums) {
  const auto subjects = static_cast<std::size_t>(sums.subjects);
  const auto visits = static_cast<std::size_t>(d.visits);
  std::vector<char> seen(subjects * visits, 0);
  std::vector<int> group(subjects, -1);
  for (std::size_t i = 0; i < d.subject.size(); ++i) {
    const auto s = static_cast<std::size_t>(d.subject[i]);
    char& here = seen[s * visits + static_cast<std::size_t>(d.visit[i])];
    require(!here, "stats.mmrm.twice",
            "a participant may have one row a visit; participant " + std::to_string(s) +
                " has two for visit " + std::to_string(d.visit[i]));
    here = 1;
    group[s] = d.group.empty() ? 0 : d.group[i];
  }
  std::unordered_map<std::string, int> known;
  std::vector<int> first_number(subjects, -1);
  std::vector<VisitPattern> found;
  for (std::size_t s = 0; s < subjects; ++s) {
    if (group[s] < 0) continue;  // a number without rows
    std::string key(seen.begin() + static_cast<std::ptrdiff_t>(s * visits),
                    seen.begin() + static_cast<std::ptrdiff_t>((s + 1) * visits));
    key += std::to_string(group[s]);
    const auto [at, fresh] = known.emplace(std::move(key), static_cast<int>(found.size()));
    if (fresh) {
      found.push_back({.group = group[s]});
      for (int v = 0; v < d.visits; ++v)
        if (seen[s * visits + static_cast<std::size_t>(v)]) found.back().visits.push_back(v);
    }
    found[static_cast<std::size_t>(at->second)].count += 1;
    first_number[s] = at->second;
  }
  // Groups together, so that each is a block of columns; otherwise by visits, whatever the order
  // of the rows.
  std::vector<int> order(found.size()), place(found.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<int>(k);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const auto& l = found[static_cast<std::size_t>(a)];
    const auto& r = found[static_cast<std::size_t>(b)];
    return l.group != r.group ? l.group < r.group : l.visits < r.visits;
  });
  for (std::size_t k = 0; k < order.size(); ++k) {
    place[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
    sums.patterns.push_back(std::move(found[static_cast<std::size_t>(order[k])]));
  }
  sums.pattern_of.assign(subjects, -1);
  for (std::size_t s = 0; s < subjects; ++s)
    if (first_number[s] >= 0) sums.pattern_of[s] = place[static_cast<std::size_t>(first_number[s])];
  sums.group_start.assign(static_cast<std::size_t>(sums.groups) + 1,
                          static_cast<int>(sums.patterns.size()));
  for (int g = sums.groups - 1, k = static_cast<int>(sums.patterns.size()); g >= 0; --g) {
    while (k > 0 && sums.patterns[static_cast<std::size_t>(k) - 1].group >= g) --k;
    sums.group_start[static_cast<std::size_t>(g)] = k;
  }
}

// The participants' variables behind the design's columns.
struct Variables {
  std::vector<std::vector<double>> z{};  // each by subject, unknown where never needed
  Eigen::MatrixXi use{};                 // p x visits: which variable, -1 for none

  // Which variable has the values of column c in these rows; a new one where none has.
  int find(const MmrmData& d, Eigen::Index c, const std::vector<int>& rows, int subjects) {
    for (std::size_t k = 0; k < z.size(); ++k) {
      const bool same = std::all_of(rows.begin(), rows.end(), [&](int i) {
        const double known = z[k][static_cast<std::size_t>(d.subject[static_cast<std::size_t>(i)])];
        return std::isnan(known) || known == d.x(i, c);
      });
      if (same) return take(d, c, rows, static_cast<int>(k));
    }
    z.emplace_back(static_cast<std::size_t>(subjects), unknown);
    return take(d, c, rows, static_cast<int>(z.size()) - 1);
  }

  int take(const MmrmData& d, Eigen::Index c, const std::vector<int>& rows, int k) {
    for (const int i : rows)
      z[static_cast<std::size_t>(k)]
       [static_cast<std::size_t>(d.subject[static_cast<std::size_t>(i)])] = d.x(i, c);
    return k;
  }
};

Variables find_variables(const MmrmData& d, int subjects) {
  Variables v;
  v.use = Eigen::MatrixXi::Constant(d.x.cols(), d.visits, -1);
  const auto rows = rows_by_visit(d);
  for (Eigen::Index c = 0; c < d.x.cols(); ++c) {
    for (int s = 0; s < d.visits; ++s) {
      const auto& here = rows[static_cast<std::size_t>(s)];
      if (std::all_of(here.begin(), here.end(), [&](int i) { return d.x(i, c) == 0; })) continue;
      v.use(c, s) = v.find(d, c, here, subjects);
    }
  }
  return v;
}

bool constant(const std::vector<double>& z) {
  double value = unknown;
  for (const double v : z) {
    if (std::isnan(v)) continue;
    if (std::isnan(value)) value = v;
    if (v != value) return false;
  }
  return true;
}

// Mean and scale of what is known.
std::pair<double, double> mean_and_scale(const std::vector<double>& z, bool centre) {
  double sum = 0, n = 0, squares = 0;
  for (const double v : z)
    if (!std::isnan(v)) sum += v, n += 1;
  const double mean = centre ? sum / n : 0;
  for (const double v : z)
    if (!std::isnan(v)) squares += (v - mean) * (v - mean);
  return {mean, squares > 0 ? std::sqrt(squares / n) : 1};
}

// Standardises the variables and writes the maps: column c at visit s = mean * 1 + scale * z.
void standardise(const Variables& v, MmrmSums& sums) {
  const auto q = v.z.size();
  std::ptrdiff_t one = -1;
  for (std::size_t k = 0; k < q && one < 0; ++k)
    if (constant(v.z[k])) one = static_cast<std::ptrdiff_t>(k);
  sums.z.resize(static_cast<Eigen::Index>(q), sums.subjects);
  sums.map.assign(static_cast<std::size_t>(sums.visits),
                  Eigen::MatrixXd::Zero(sums.columns, static_cast<Eigen::Index>(q)));
  for (std::size_t k = 0; k < q; ++k) {
    const auto row = static_cast<Eigen::Index>(k);
    const bool is_one = row == one;
    const auto [mean, scale] = mean_and_scale(v.z[k], one >= 0 && !is_one);
    for (int i = 0; i < sums.subjects; ++i) {
      const double value = v.z[k][static_cast<std::size_t>(i)];
      sums.z(row, i) = is_one ? 1 : std::isnan(value) ? 0 : (value - mean) / scale;
    }
    for (int s = 0; s < sums.visits; ++s)
      for (int c = 0; c < sums.columns; ++c)
        if (v.use(c, s) == row) {
          auto& map = sums.map[static_cast<std::size_t>(s)];
          map(c, row) = scale;
          if (mean != 0) map(c, one) += mean;
        }
  }
}

void sum_variables(MmrmSums& sums) {
  const Eigen::Index q = sums.z.rows();
  sums.zz.setZero(packed_size(q), static_cast<Eigen::Index>(sums.patterns.size()));
  for (int i = 0; i < sums.subjects; ++i) {
    const int g = sums.pattern_of[static_cast<std::size_t>(i)];
    if (g < 0) continue;
    const double count = sums.count_of(i);
    if (count == 0) continue;
    for (Eigen::Index k = 0; k < q; ++k)
      for (Eigen::Index l = 0; l <= k; ++l)
        sums.zz(packed_index(k, l), g) += count * sums.z(k, i) * sums.z(l, i);
  }
}

Eigen::MatrixXd unpacked(const Eigen::VectorXd& packed, Eigen::Index order) {
  Eigen::MatrixXd full(order, order);
  for (Eigen::Index k = 0; k < order; ++k)
    for (Eigen::Index l = 0; l < order; ++l) full(k, l) = packed[packed_index(k, l)];
  return full;
}

// X'X in the present basis.
Eigen::MatrixXd cross_product(const MmrmSums& sums) {
  Eigen::MatrixXd xx = Eigen::MatrixXd::Zero(sums.columns, sums.columns);
  for (int s = 0; s < sums.visits; ++s) {
    Eigen::VectorXd zz = Eigen::VectorXd::Zero(sums.zz.rows());
    for (std::size_t g = 0; g < sums.patterns.size(); ++g) {
      const auto& seen = sums.patterns[g].visits;
      if (std::binary_search(seen.begin(), seen.end(), s))
        zz += sums.zz.col(static_cast<Eigen::Index>(g));
    }
    const auto& m = sums.map[static_cast<std::size_t>(s)];
    xx += m * unpacked(zz, sums.z.rows()) * m.transpose();
  }
  return xx;
}

// Turns the columns so that X'X = I. Twice, since the first factor carries X'X's own rounding.
void orthonormalise(MmrmSums& sums) {
  sums.basis = Eigen::MatrixXd::Identity(sums.columns, sums.columns);
  for (int pass = 0; pass < 3; ++pass) {
    const Eigen::MatrixXd xx = cross_product(sums);
    const Eigen::VectorXd size = xx.diagonal().cwiseMax(1e-300).cwiseSqrt();
    const Eigen::VectorXd inverse = size.cwiseInverse();
    const Eigen::LLT<Eigen::MatrixXd> factor(inverse.asDiagonal() * xx * inverse.asDiagonal());
    const Eigen::MatrixXd lower = factor.matrixL();
    require(factor.info() == Eigen::Success && lower.diagonal().minCoeff() > 1e-7,
            "stats.mmrm.rank",
            "the columns of the design must be linearly independent; leave out the redundant ones",
            ErrorKind::unanswerable);
    Eigen::MatrixXd turn = inverse.asDiagonal();
    turn = turn * lower.transpose().triangularView<Eigen::Upper>().solve(
                      Eigen::MatrixXd::Identity(sums.columns, sums.columns));
    sums.basis = sums.basis * turn;
    for (auto& m : sums.map) m = turn.transpose() * m;
  }
  sums.log_det_basis = sums.basis.diagonal().array().abs().log().sum();
}

std::vector<bool> varies_within(const MmrmData& d, int subjects) {
  std::vector<bool> within(static_cast<std::size_t>(d.x.cols()), false);
  std::vector<int> first(static_cast<std::size_t>(subjects), -1);
  for (std::size_t i = 0; i < d.subject.size(); ++i) {
    int& at = first[static_cast<std::size_t>(d.subject[i])];
    if (at < 0) at = static_cast<int>(i);
    for (Eigen::Index c = 0; c < d.x.cols(); ++c)
      if (d.x(static_cast<Eigen::Index>(i), c) != d.x(at, c))
        within[static_cast<std::size_t>(c)] = true;
  }
  if (std::find(within.begin(), within.end(), true) == within.end()) return within;
  for (Eigen::Index c = 0; c < d.x.cols(); ++c)
    if ((d.x.col(c).array() == 1).all()) within[static_cast<std::size_t>(c)] = true;
  return within;
}

MmrmData weighted(const MmrmData& d, const Eigen::VectorXd& root) {
  MmrmData scaled = d;
  scaled.x = root.asDiagonal() * d.x;
  return scaled;
}

}  // namespace

MmrmSums describe_rows(const MmrmData& d) {
  check(d);
  MmrmSums sums{.rows = static_cast<int>(d.x.rows()),
                .columns = static_cast<int>(d.x.cols()),
                .visits = d.visits,
                .subject = d.subject,
                .visit = d.visit};
  count_participants(d, sums);
  if (d.weight.size() > 0) {
    sums.root_weight = d.weight.cwiseSqrt();
    sums.log_weights = d.weight.array().log().sum();
  }
  sums.within = varies_within(d, sums.subjects);
  for (Eigen::Index c = 0; c < d.x.cols(); ++c)
    sums.intercept = sums.intercept || (d.x.col(c).array() == 1).all();
  return sums;
}

MmrmSums sum_design(const MmrmData& d) {
  MmrmSums sums = describe_rows(d);
  find_patterns(d, sums);
  standardise(d.weight.size() > 0 ? find_variables(weighted(d, sums.root_weight), sums.subjects)
                                  : find_variables(d, sums.subjects),
              sums);
  sum_variables(sums);
  orthonormalise(sums);
  return sums;
}

void count_subjects(MmrmSums& sums, const Eigen::VectorXd& counts) {
  require(counts.size() >= sums.subjects && counts.minCoeff() >= 0, "stats.mmrm.data",
          "there must be one count of 0 or more a participant");
  sums.counts = counts;
  for (auto& pattern : sums.patterns) pattern.count = 0;
  double rows = 0;
  sums.present = 0;
  for (int i = 0; i < sums.subjects; ++i) {
    const int g = sums.pattern_of[static_cast<std::size_t>(i)];
    if (g < 0 || counts[i] == 0) continue;
    VisitPattern& pattern = sums.patterns[static_cast<std::size_t>(g)];
    pattern.count += counts[i];
    rows += counts[i] * static_cast<double>(pattern.visits.size());
    ++sums.present;
  }
  sums.rows = static_cast<int>(std::lround(rows));
  sum_variables(sums);
  const Eigen::LLT<Eigen::MatrixXd> factor(cross_product(sums));
  require(
      factor.info() == Eigen::Success && factor.matrixLLT().diagonal().minCoeff() > 1e-5,
      "stats.mmrm.rank",
      "the columns of the design are linearly dependent among the participants who count; leave "
      "out the redundant ones",
      ErrorKind::unanswerable);
}

}  // namespace entact
