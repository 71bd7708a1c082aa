// Effects of a table that depend on one another, with their covariance: for `entact pool FILE --id
// COLUMN` and `--cov MATRIX`.
#include <algorithm>
#include <cmath>
#include <set>

#include "entact/answer/dependent_pool.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/stats/assumed_covariance.h"

namespace entact {
namespace {

void matrix_fault(const std::string& file, const std::string& what) {
  throw Error("answer.pool.covariance", file + ": " + what);
}

std::vector<std::string> pieces(const std::string& text, char separator) {
  std::vector<std::string> all{{}};
  for (const char c : text) {
    if (c == separator)
      all.emplace_back();
    else if (c != '\r' && c != ' ' && c != '"')
      all.back() += c;
  }
  return all;
}

/// Numbers of one line; nothing if one of them is none.
std::optional<std::vector<double>> numbers_of(const std::string& line) {
  std::vector<double> all;
  for (const std::string& field : pieces(line, ',')) {
    const auto number = parse_number(field);
    if (!number) return {};
    all.push_back(*number);
  }
  return all;
}

/// k x k, the first line skipped if it holds names.
Eigen::MatrixXd read_matrix(const std::string& file, std::size_t k) {
  std::vector<std::vector<double>> rows;
  const auto lines = pieces(read_file(file), '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto row = numbers_of(lines[i]);
    if (!row && i == 0) continue;
    if (!row) matrix_fault(file, "line " + std::to_string(i + 1) + " holds what is no number");
    if (row->size() != k)
      matrix_fault(file, "line " + std::to_string(i + 1) + " has " + std::to_string(row->size()) +
                             " numbers; the table has " + std::to_string(k) + " rows");
    rows.push_back(*row);
  }
  if (rows.size() != k)
    matrix_fault(file, std::to_string(rows.size()) + " lines of numbers; the table has " +
                           std::to_string(k) + " rows");
  Eigen::MatrixXd matrix(rows.size(), rows.size());
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      matrix(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return matrix;
}

BlockCovariance covariance_from(const std::string& file, std::size_t table_rows,
                                const PoolData& effects) {
  const Eigen::MatrixXd all = read_matrix(file, table_rows);
  const auto k = static_cast<Eigen::Index>(effects.yi.size());
  const auto row = [&](Eigen::Index i) {
    return static_cast<Eigen::Index>(effects.rows[static_cast<std::size_t>(i)]);
  };
  Eigen::MatrixXd kept(k, k);
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j) kept(i, j) = all(row(i), row(j));
  for (Eigen::Index i = 0; i < k; ++i) {
    const double vi = effects.vi[static_cast<std::size_t>(i)];
    if (std::abs(kept(i, i) - vi) > 1e-3 * vi)
      matrix_fault(file, "the variance of row " + std::to_string(row(i) + 1) + " is " +
                             std::to_string(kept(i, i)) + " here and " + std::to_string(vi) +
                             " in the table");
  }
  return block_covariance(kept, effects.slab);
}

std::vector<std::string> studies_of(const CsvTable& table, const std::string& column,
                                    const PoolData& effects) {
  const auto field = table.find(column);
  require(column.empty() || field >= 0, "answer.pool.columns",
          "--id names no column: '" + column + "'", ErrorKind::usage);
  std::vector<std::string> study;
  for (const std::size_t row : effects.rows)
    study.push_back(field >= 0 ? table.rows[row][static_cast<std::size_t>(field)]
                               : std::to_string(row + 1));
  return study;
}

/// Without a column of studies, effects that the matrix joins are one cluster.
void name_by_blocks(std::vector<std::string>& study, const BlockCovariance& covariance) {
  for (const CovarianceBlock& block : covariance.blocks)
    for (const Eigen::Index row : block.rows)
      study[static_cast<std::size_t>(row)] = std::to_string(block.rows.front() + 1);
}

}  // namespace

DependentData dependent_data(const CsvTable& table, const PoolRequest& request) {
  DependentData data{.effects = pool_data(table, request.columns)};
  data.study = studies_of(table, request.columns.id, data.effects);
  require(request.cov.empty() || !request.rho, "answer.pool.covariance",
          "give --cov or --rho, one of the two", ErrorKind::usage);
  if (!request.cov.empty()) {
    data.covariance = covariance_from(request.cov, table.rows.size(), data.effects);
    if (request.columns.id.empty()) name_by_blocks(data.study, data.covariance);
    return data;
  }
  const bool several =
      std::set<std::string>(data.study.begin(), data.study.end()).size() < data.study.size();
  require(!several || request.rho.has_value(), "answer.pool.dependent",
          "studies of '" + request.columns.id +
              "' have several effects, which are not independent; give --rho, the correlation of "
              "two effects, or --cov, a file with their covariances",
          ErrorKind::unanswerable);
  if (several) data.rho = request.rho;
  data.covariance = constant_correlation(data.effects.vi, data.study, request.rho.value_or(0));
  return data;
}

}  // namespace entact
