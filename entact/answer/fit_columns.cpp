#include "entact/answer/fit_columns.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/answer/study_file.h"

namespace entact {

FitColumns::FitColumns(const TrialTable& data) : data_(data) {
  for (const Column& c : data.table.columns) names_[upper(c.name)].push_back(c.name);
}

bool FitColumns::has(const std::string& wanted) const { return names_.count(upper(wanted)) > 0; }

const std::string& FitColumns::name(const std::string& wanted) const {
  const auto found = names_.find(upper(wanted));
  if (found != names_.end() && found->second.size() == 1) return found->second.front();
  if (found != names_.end())
    throw Error("answer.fit.column",
                fmt::format("{}: one column is {}, whatever its case; saw {}. Rename or leave out "
                            "all but one",
                            data_.file, wanted, fmt::join(found->second, ", ")),
                ErrorKind::usage);
  std::vector<std::string> there;
  for (const auto& [key, own] : names_) there.insert(there.end(), own.begin(), own.end());
  throw Error("answer.fit.column",
              fmt::format("{}: a column {} is needed; it has {}", data_.file, wanted,
                          fmt::join(there, ", ")),
              ErrorKind::usage);
}

double FitColumns::value(const std::string& wanted, std::size_t row) {
  return value(wanted, row, std::nan(""));
}

double FitColumns::value(const std::string& wanted, std::size_t row, double missing) {
  if (!has(wanted)) return missing;
  const std::string& own = name(wanted);
  auto found = numbers_.find(own);
  if (found == numbers_.end()) found = numbers_.emplace(own, &number_column(data_, own)).first;
  const double x = (*found->second)[row];
  return std::isnan(x) ? missing : x;
}

const std::string& FitColumns::level(const std::string& wanted, std::size_t row) {
  static const std::string none;
  if (!has(wanted)) return none;
  const std::string& own = name(wanted);
  auto found = levels_.find(own);
  if (found == levels_.end()) found = levels_.emplace(own, level_column(data_, own)).first;
  return found->second[row];
}

long FitColumns::line(std::size_t row) const {
  return row < data_.lines.size() ? data_.lines[row] : 0;
}

void FitColumns::refuse(const std::string& code, std::size_t row, const std::string& column,
                        const std::string& rule) {
  const std::string own = has(column) ? name(column) : column;
  const std::string& id = level("ID", row);
  throw Error(code, fmt::format("{} ({}): {}{}", place_of(data_, row, own), own,
                                id.empty() ? "" : "participant " + id + ": ", rule));
}

}  // namespace entact
