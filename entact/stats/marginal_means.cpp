// The reference grid of a model and its averages.
#include "entact/stats/marginal_means.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::RowVectorXd;

/// One column of the grid: its levels, or a number's one or two values.
struct Axis {
  std::string column{};
  bool factor = false;
  std::vector<std::string> levels{};
  std::vector<double> values{};  ///< of a number, as levels
  [[nodiscard]] std::variant<double, std::string> setting(std::size_t level) const {
    if (factor) return levels[level];
    return values[level];
  }
};

Axis number_axis(const std::string& name, const std::vector<double>& column,
                 const std::vector<std::size_t>& rows) {
  Axis axis{.column = name};
  std::set<double> distinct;
  double sum = 0;
  for (std::size_t row : rows) {
    if (distinct.size() <= 2) distinct.insert(column[row]);
    sum += column[row];
  }
  if (distinct.size() <= 2)
    axis.values.assign(distinct.begin(), distinct.end());
  else
    axis.values = {sum / static_cast<double>(rows.size())};
  for (double value : axis.values) axis.levels.push_back(level_text(value));
  return axis;
}

std::vector<Axis> axes_of(const Design& design, const Table& table) {
  std::vector<Axis> axes;
  const auto known = [&](const std::string& name) {
    return std::any_of(axes.begin(), axes.end(), [&](const Axis& a) { return a.column == name; });
  };
  for (const Factor& factor : design.factors)
    if (!known(factor.variable))
      axes.push_back({.column = factor.variable, .factor = true, .levels = factor.levels});
  for (const ModelVariable& variable : design.variables)
    for (const std::string& name : variable.columns)
      if (!known(name)) axes.push_back(number_axis(name, table.numbers(name), design.rows));
  return axes;
}

/// Moves the asked columns to the front, in the order asked.
void ask_first(std::vector<Axis>& axes, const std::vector<std::string>& by) {
  for (std::size_t i = 0; i < by.size(); ++i) {
    const auto found = std::find_if(axes.begin() + static_cast<std::ptrdiff_t>(i), axes.end(),
                                    [&](const Axis& axis) { return axis.column == by[i]; });
    if (found == axes.end()) {
      std::vector<std::string> names;
      for (const Axis& axis : axes) names.push_back(axis.column);
      throw Error("stats.marginal.column",
                  fmt::format("means by '{}' were asked for, which is no column of the model's "
                              "terms or is asked twice; they are: {}",
                              by[i], fmt::join(names, ", ")),
                  ErrorKind::usage);
    }
    std::rotate(axes.begin() + static_cast<std::ptrdiff_t>(i), found, found + 1);
  }
}

std::size_t product_of_sizes(const std::vector<Axis>& axes, std::size_t first, std::size_t last) {
  double product = 1;
  for (std::size_t i = first; i < last; ++i) product *= static_cast<double>(axes[i].levels.size());
  require(
      product <= 1e6, "stats.marginal.size",
      fmt::format("least-squares means would average over {:.0f} combinations of levels", product),
      ErrorKind::unanswerable);
  return static_cast<std::size_t>(product);
}

/// Sets the columns of axes first .. last - 1 to their `combination`-th levels, first fastest.
void set(Setting& setting, const std::vector<Axis>& axes, std::size_t first, std::size_t last,
         std::size_t combination) {
  for (std::size_t i = first; i < last; ++i) {
    setting[axes[i].column] = axes[i].setting(combination % axes[i].levels.size());
    combination /= axes[i].levels.size();
  }
}

/// Holds numeric columns at the values given.
void hold_at(std::vector<Axis>& axes, const std::map<std::string, double>& at) {
  for (const auto& [column, value] : at) {
    const auto axis = std::find_if(axes.begin(), axes.end(), [&name = column](const Axis& each) {
      return !each.factor && each.column == name;
    });
    require(axis != axes.end(), "stats.marginal.column",
            fmt::format("'{}' is to be held at {}, which is no numeric column of the model's terms",
                        column, value),
            ErrorKind::usage);
    axis->values = {value};
    axis->levels = {level_text(value)};
  }
}

/// How often each combination of the axes from `first` on is observed.
std::vector<double> observed_share(const Design& design, const Table& table,
                                   const std::vector<Axis>& axes, std::size_t first,
                                   std::size_t combinations) {
  std::vector<double> share(combinations, 0);
  std::vector<std::size_t> index(design.rows.size(), 0);
  std::size_t stride = 1;
  for (std::size_t i = first; i < axes.size(); ++i) {
    if (axes[i].levels.size() > 1) {
      const FactorValues cells = factor_values(table.column(axes[i].column));
      std::vector<std::size_t> level_of;
      for (const std::string& level : cells.levels)
        level_of.push_back(static_cast<std::size_t>(
            std::find(axes[i].levels.begin(), axes[i].levels.end(), level) -
            axes[i].levels.begin()));
      for (std::size_t r = 0; r < index.size(); ++r)
        index[r] += stride * level_of[static_cast<std::size_t>(cells.codes[design.rows[r]])];
    }
    stride *= axes[i].levels.size();
  }
  for (std::size_t at : index) share[at] += 1.0 / static_cast<double>(index.size());
  return share;
}

/// One part of a variable in the rows in use, as the design has it.
Eigen::ArrayXd part_values(const Design& design, const Table& table,
                           const DesignColumn::Part& part) {
  ModelVariable variable = design.variables[part.variable];
  const std::string level =  // a copy: evaluate() makes the levels anew
      variable.kind == ModelVariable::Kind::factor ? variable.levels[part.part] : variable.text;
  const VariableValues values = evaluate(variable, table);
  Eigen::ArrayXd result(static_cast<Index>(design.rows.size()));
  for (Index i = 0; i < result.size(); ++i) {
    const std::size_t row = design.rows[static_cast<std::size_t>(i)];
    if (variable.kind == ModelVariable::Kind::factor)
      result[i] = variable.levels[static_cast<std::size_t>(values.codes[row])] == level ? 1 : 0;
    else
      result[i] = values.numbers[part.part][row];
  }
  return result;
}

bool asks(const std::vector<std::string>& by, const std::string& column) {
  return std::find(by.begin(), by.end(), column) != by.end();
}

/// Each column's mean over the rows in use, of the product of those parts that do not depend on
/// the asked columns.
RowVectorXd mean_of_rest(const Design& design, const Table& table,
                         const std::vector<std::string>& by) {
  std::map<std::vector<std::pair<std::size_t, std::size_t>>, double> known;
  std::map<std::pair<std::size_t, std::size_t>, Eigen::ArrayXd> parts;
  RowVectorXd mean(static_cast<Index>(design.all_columns.size()));
  for (Index j = 0; j < mean.size(); ++j) {
    std::vector<std::pair<std::size_t, std::size_t>> rest;
    for (const auto& part : design.all_columns[static_cast<std::size_t>(j)].parts)
      if (!asks(by, design.variables[part.variable].columns[0])) {
        rest.emplace_back(part.variable, part.part);
        if (!parts.contains(rest.back())) parts[rest.back()] = part_values(design, table, part);
      }
    if (const auto found = known.find(rest); found != known.end()) {
      mean[j] = found->second;
      continue;
    }
    Eigen::ArrayXd product = Eigen::ArrayXd::Ones(static_cast<Index>(design.rows.size()));
    for (const auto& part : rest) product *= parts[part];
    known[rest] = mean[j] = product.mean();
  }
  return mean;
}

/// Refuses a variable computed from an asked column and from another: no product separates them.
void check_separate(const Design& design, const std::vector<std::string>& by) {
  for (const ModelVariable& variable : design.variables)
    for (const std::string& column : variable.columns)
      if (asks(by, column) != asks(by, variable.columns[0]))
        throw Error("stats.marginal.mixed",
                    fmt::format("'{}' computes with a column that means are asked by and with "
                                "another; ask for equal or observed weights",
                                variable.text),
                    ErrorKind::unanswerable);
}

std::string weights_text(const std::vector<Axis>& axes, std::size_t first, MarginWeights weights,
                         std::size_t rows) {
  if (weights == MarginWeights::counterfactual)
    return fmt::format("mean over the other columns as observed in all {} rows in use", rows);
  std::vector<std::string> averaged;
  for (std::size_t i = first; i < axes.size(); ++i)
    if (axes[i].levels.size() > 1)
      averaged.push_back(fmt::format("{} ({})", axes[i].column, fmt::join(axes[i].levels, ", ")));
  if (averaged.empty()) return "no other factor to average over";
  return fmt::format("{} over {}",
                     weights == MarginWeights::equal ? "equal weights" : "weights as observed",
                     fmt::join(averaged, ", "));
}

/// The asked columns' own part of each design column at a setting: everything else counts as 1.
RowVectorXd asked_part(const Design& design, const Setting& setting,
                       const std::vector<std::string>& by) {
  RowVectorXd row = RowVectorXd::Ones(static_cast<Index>(design.all_columns.size()));
  for (Index j = 0; j < row.size(); ++j)
    for (const auto& [variable, part] : design.all_columns[static_cast<std::size_t>(j)].parts)
      if (asks(by, design.variables[variable].columns[0]))
        row[j] *= part_value(design.variables[variable], part, setting);
  return row;
}

/// The values at which numbers were held: of one averaged over two values, what that amounts to
/// where it enters linearly.
Setting held(const std::vector<Axis>& axes, std::size_t asked, const std::vector<double>& share) {
  Setting covariates;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t size = axes[i].levels.size();
    if (!axes[i].factor && (size == 1 || i >= asked)) {
      double mean = 0;
      for (std::size_t r = 0; r < share.size(); ++r)
        mean += share[r] * axes[i].values[i < asked ? 0 : r / stride % size];
      covariates[axes[i].column] = mean;
    }
    if (i >= asked) stride *= size;
  }
  return covariates;
}

}  // namespace

MarginalMeans marginal_means(const Design& design, const Table& table,
                             const std::vector<std::string>& by, MarginWeights weights,
                             const std::map<std::string, double>& at) {
  std::vector<Axis> axes = axes_of(design, table);
  hold_at(axes, at);
  ask_first(axes, by);
  const bool over_rows = weights == MarginWeights::counterfactual;
  require(at.empty() || !over_rows, "stats.marginal.column",
          "counterfactual weights keep every row's own covariates, so none can be held at a value: "
          "ask for equal or observed weights",
          ErrorKind::usage);
  const std::size_t means = product_of_sizes(axes, 0, by.size());
  const std::size_t rest = over_rows ? 1 : product_of_sizes(axes, by.size(), axes.size());
  std::vector<double> share(rest, 1.0 / static_cast<double>(rest));
  if (weights == MarginWeights::observed)
    share = observed_share(design, table, axes, by.size(), rest);
  MarginalMeans result{.weights = weights_text(axes, by.size(), weights, design.rows.size())};
  RowVectorXd of_rest;
  if (over_rows) {
    check_separate(design, by);
    of_rest = mean_of_rest(design, table, by);
  } else {
    result.covariates = held(axes, by.size(), share);
  }
  for (std::size_t m = 0; m < means; ++m) {
    Setting setting;
    set(setting, axes, 0, by.size(), m);
    MarginalMean mean;
    for (std::size_t i = 0, left = m; i < by.size(); left /= axes[i++].levels.size())
      mean.at.emplace_back(by[i], axes[i].levels[left % axes[i].levels.size()]);
    RowVectorXd full = RowVectorXd::Zero(static_cast<Index>(design.all_columns.size()));
    if (over_rows) full = asked_part(design, setting, by).cwiseProduct(of_rest);
    for (std::size_t r = 0; r < rest && !over_rows; ++r) {
      set(setting, axes, by.size(), axes.size(), r);
      if (share[r] != 0) full += share[r] * full_design_row(design, setting);
    }
    mean.estimable = is_estimable(design, full);
    mean.coefficients = full(design.kept);
    if (!mean.estimable) mean.coefficients.setConstant(std::numeric_limits<double>::quiet_NaN());
    result.means.push_back(std::move(mean));
  }
  return result;
}

MarginalMeans marginal_slopes(const Design& design, const Table& table,
                              const std::vector<std::string>& by, const std::string& column,
                              MarginWeights weights) {
  require(
      table.has(column) && std::holds_alternative<std::vector<double>>(table.column(column).values),
      "stats.marginal.column", fmt::format("'{}' is no numeric column", column), ErrorKind::usage);
  const std::vector<double>& values = table.numbers(column);
  double low = values[design.rows.front()], high = low, sum = 0;
  for (const std::size_t row : design.rows) {
    low = std::min(low, values[row]);
    high = std::max(high, values[row]);
    sum += values[row];
  }
  const double mean = sum / static_cast<double>(design.rows.size()), step = (high - low) / 1000;
  MarginalMeans slopes = marginal_means(design, table, by, weights, {{column, mean + step}});
  const MarginalMeans below = marginal_means(design, table, by, weights, {{column, mean - step}});
  for (std::size_t m = 0; m < slopes.means.size(); ++m)
    slopes.means[m].coefficients =
        (slopes.means[m].coefficients - below.means[m].coefficients) / (2 * step);
  slopes.covariates[column] = mean;
  return slopes;
}

}  // namespace entact
