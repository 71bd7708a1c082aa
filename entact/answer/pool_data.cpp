#include "entact/answer/pool_data.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "entact/base/error.h"
#include "entact/stats/two_by_two.h"

namespace entact {
namespace {

std::string upper(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

bool blank(const std::string& cell) { return cell.empty() || cell == "NA"; }

/// The columns of one kind of input, found in the table.
struct NumberColumns {
  const CsvTable& table;
  std::vector<std::ptrdiff_t> fields{};

  NumberColumns(const CsvTable& from, std::initializer_list<const char*> names) : table(from) {
    for (const char* name : names) fields.push_back(from.find(name));
  }
  [[nodiscard]] bool complete() const {
    return std::all_of(fields.begin(), fields.end(), [](auto field) { return field >= 0; });
  }
  [[nodiscard]] bool reported(std::size_t row) const {
    return std::none_of(fields.begin(), fields.end(), [&](auto field) {
      return blank(table.rows[row][static_cast<std::size_t>(field)]);
    });
  }
  [[nodiscard]] double at(std::size_t row, std::size_t which) const {
    const auto field = static_cast<std::size_t>(fields[which]);
    const auto number = parse_number(table.rows[row][field]);
    if (!number)
      throw Error("answer.pool.number", to_text(Issue{.file = table.file,
                                                      .line = table.lines[row],
                                                      .column = static_cast<long>(field) + 1,
                                                      .name = table.header[field],
                                                      .rule = "must be a number",
                                                      .value = table.rows[row][field]}));
    return *number;
  }
};

using Means = Effect (*)(const TwoMeans&);
using Counts = Effect (*)(const TwoByTwo&);

/// Effect of one row, whichever columns it comes from.
struct EffectReader {
  NumberColumns columns;
  Means means = nullptr;
  Counts counts = nullptr;
  bool variance_given = false;

  [[nodiscard]] Effect at(std::size_t row) const {
    if (means != nullptr)
      return means({columns.at(row, 0), columns.at(row, 1), columns.at(row, 2), columns.at(row, 3),
                    columns.at(row, 4), columns.at(row, 5)});
    if (counts != nullptr)
      return counts(
          {columns.at(row, 0), columns.at(row, 1), columns.at(row, 2), columns.at(row, 3)});
    const double spread = columns.at(row, 1);
    return {.yi = columns.at(row, 0), .vi = variance_given ? spread : spread * spread};
  }
};

Means means_of(const std::string& measure) {
  if (measure == "MD") return [](const TwoMeans& arms) { return mean_difference(arms); };
  if (measure == "SMD")
    return [](const TwoMeans& arms) { return standardised_mean_difference(arms); };
  if (measure == "ROM") return [](const TwoMeans& arms) { return log_ratio_of_means(arms); };
  throw Error("answer.pool.measure",
              "means and standard deviations give MD, SMD or ROM; --measure is '" + measure + "'",
              ErrorKind::usage);
}

Counts counts_of(const std::string& measure) {
  if (measure == "RR") return [](const TwoByTwo& counts) { return log_risk_ratio(counts); };
  if (measure == "OR") return [](const TwoByTwo& counts) { return log_odds_ratio(counts); };
  if (measure == "RD") return [](const TwoByTwo& counts) { return risk_difference(counts); };
  if (measure == "AS") return [](const TwoByTwo& counts) { return arcsine_difference(counts); };
  if (measure == "PETO") return [](const TwoByTwo& counts) { return peto_log_odds_ratio(counts); };
  throw Error("answer.pool.measure",
              "counts give RR, OR, RD, AS or PETO; --measure is '" + measure + "'",
              ErrorKind::usage);
}

EffectReader reader_for(const CsvTable& table, const std::string& measure) {
  if (NumberColumns columns(table, {"yi", "vi"}); columns.complete())
    return {.columns = columns, .variance_given = true};
  if (NumberColumns columns(table, {"yi", "sei"}); columns.complete()) return {.columns = columns};
  if (NumberColumns columns(table, {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"});
      columns.complete())
    return {.columns = columns, .means = means_of(measure)};
  if (NumberColumns columns(table, {"ai", "n1i", "ci", "n2i"}); columns.complete())
    return {.columns = columns, .counts = counts_of(measure)};
  throw Error(
      "answer.pool.columns",
      table.file +
          ": needs the columns yi and vi (or sei), or m1i,sd1i,n1i,m2i,sd2i,n2i, or ai,n1i,ci,n2i",
      ErrorKind::usage);
}

std::ptrdiff_t slab_field(const CsvTable& table, const std::string& wanted) {
  if (!wanted.empty()) {
    require(table.find(wanted) >= 0, "answer.pool.columns",
            "--slab names no column: '" + wanted + "'", ErrorKind::usage);
    return table.find(wanted);
  }
  return table.find("slab") >= 0 ? table.find("slab") : table.find("study");
}

/// One moderator: a number column, or a factor by indicator columns of all levels but the first in
/// alphabetical order.
void add_moderator(Moderators& moderators, const CsvTable& table, const std::string& name,
                   const std::vector<std::size_t>& rows) {
  const auto field = table.find(name);
  require(field >= 0, "answer.pool.moderator", "--mods names no column: '" + name + "'",
          ErrorKind::usage);
  const auto cell = [&](std::size_t row) -> const std::string& {
    return table.rows[row][static_cast<std::size_t>(field)];
  };
  const bool numeric = std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
    return parse_number(cell(row)).has_value();
  });
  std::set<std::string> levels;
  if (!numeric)
    for (const std::size_t row : rows) levels.insert(cell(row));
  if (!numeric) levels.erase(levels.begin());
  const auto first = moderators.x.cols();
  const auto added = numeric ? 1 : static_cast<Eigen::Index>(levels.size());
  moderators.x.conservativeResize(static_cast<Eigen::Index>(rows.size()), first + added);
  if (numeric) moderators.names.push_back(name);
  for (const std::string& level : levels) moderators.names.push_back(name + level);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    if (numeric) moderators.x(at, first) = *parse_number(cell(rows[i]));
    auto column = first;
    for (const std::string& level : levels)
      moderators.x(at, column++) = cell(rows[i]) == level ? 1.0 : 0.0;
  }
}

Moderators moderators_of(const CsvTable& table, const std::string& mods,
                         const std::vector<std::size_t>& rows) {
  const auto names = moderator_names(mods);
  if (names.empty()) return {};
  Moderators moderators{.x = Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(rows.size()), 1),
                        .names = {"intrcpt"}};
  for (const std::string& name : names) add_moderator(moderators, table, name, rows);
  return moderators;
}

std::vector<std::string> subgroups_of(const CsvTable& table, const std::string& name,
                                      const std::vector<std::size_t>& rows) {
  if (name.empty()) return {};
  const auto field = table.find(name);
  require(field >= 0, "answer.pool.moderator", "--subgroup names no column: '" + name + "'",
          ErrorKind::usage);
  std::vector<std::string> groups;
  for (const std::size_t row : rows)
    groups.push_back(table.rows[row][static_cast<std::size_t>(field)]);
  return groups;
}

void check_variance(const CsvTable& table, std::size_t row, const Effect& effect) {
  if (effect.vi > 0 && std::isfinite(effect.vi)) return;
  throw Error("answer.pool.variance",
              to_text(Issue{.file = table.file,
                            .line = table.lines[row],
                            .rule = "the sampling variance must be positive and finite",
                            .value = std::to_string(effect.vi)}));
}

}  // namespace

std::vector<std::string> moderator_names(const std::string& mods) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : mods + "+") {
    if (c == '+') {
      if (!name.empty()) names.push_back(name);
      name.clear();
    } else if (c != ' ' && c != '~') {
      name += c;
    }
  }
  return names;
}

Measure measure_named(const std::string& name) {
  for (const Measure measure :
       {Measure::mean_difference, Measure::standardised_mean_difference,
        Measure::log_ratio_of_means, Measure::log_risk_ratio, Measure::log_odds_ratio,
        Measure::risk_difference, Measure::arcsine_difference, Measure::peto_log_odds_ratio})
    if (to_text(measure) == upper(name)) return measure;
  throw Error("answer.pool.measure",
              "the measures are MD, SMD, ROM, RR, OR, RD, AS and PETO; saw '" + name + "'",
              ErrorKind::usage);
}

PoolData pool_data(const CsvTable& table, const PoolColumns& columns) {
  const std::string measure = upper(columns.measure);
  const EffectReader reader = reader_for(table, measure);
  const auto slab = slab_field(table, columns.slab);
  const auto mods = moderator_names(columns.mods);
  PoolData data{.measure = measure.empty() ? "GEN" : measure};
  data.log_scale = measure == "RR" || measure == "OR" || measure == "PETO" || measure == "ROM";
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string label =
        slab >= 0 ? table.rows[row][static_cast<std::size_t>(slab)] : std::to_string(row + 1);
    const bool moderated = std::all_of(mods.begin(), mods.end(), [&](const std::string& name) {
      return table.find(name) < 0 ||
             !blank(table.rows[row][static_cast<std::size_t>(table.find(name))]);
    });
    if (!reader.columns.reported(row) || !moderated) {
      data.notes.push_back("line " + std::to_string(table.lines[row]) + " (" + label +
                           ") is left out: a value is missing");
      continue;
    }
    const Effect effect = reader.at(row);
    check_variance(table, row, effect);
    if (!effect.note.empty()) data.notes.push_back(label + ": " + effect.note);
    data.yi.push_back(effect.yi);
    data.vi.push_back(effect.vi);
    data.slab.push_back(label);
    rows.push_back(row);
  }
  data.moderators = moderators_of(table, columns.mods, rows);
  data.subgroups = subgroups_of(table, columns.subgroup, rows);
  data.rows = rows;
  return data;
}

}  // namespace entact
