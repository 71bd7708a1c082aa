#include "entact/stats/imputation_design.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// What a row of the table sets, for the columns that a design needs.
Setting setting_of(const Design& design, const Table& table, std::size_t row) {
  Setting setting;
  for (const ModelVariable& variable : design.variables)
    for (const std::string& name : variable.columns) {
      const Column& column = table.column(name);
      if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
        setting[name] = (*numbers)[row];
      else
        setting[name] = table.text(name)[row];
    }
  return setting;
}

void set_groups(ImputationModel& model) {
  model.data.covariance = covariance_named(model.formula.covariance->structure);
  const std::string& group = model.formula.covariance->group;
  if (group.empty()) return;
  model.data.group = groups_of(model, group);
  if (group == model.arm) model.data.reference_group.assign(model.arm_of.size(), 0);
}

}  // namespace

MatrixXd rows_as(const Design& design, const Table& table, const std::string& arm_column,
                 const std::string& arm) {
  MatrixXd x(design.x.rows(), design.x.cols());
  for (Index row = 0; row < x.rows(); ++row) {
    Setting setting = setting_of(design, table, static_cast<std::size_t>(row));
    setting[arm_column] = arm;
    x.row(row) = design_row(design, setting);
  }
  return x;
}

std::vector<int> groups_of(const ImputationModel& model, const std::string& column) {
  if (column == model.arm) return model.arm_of;
  const FactorValues values = factor_values(model.table.column(column));
  std::vector<int> groups;
  for (std::size_t row = 0; row < values.codes.size(); row += model.data.visits.size())
    groups.push_back(values.codes[row]);
  return groups;
}

Column picked(const Column& column, const std::vector<std::size_t>& rows) {
  Column copy = column;
  std::visit(
      [&](auto& values) {
        auto chosen = values;
        chosen.clear();
        for (const std::size_t row : rows) chosen.push_back(values[row]);
        values = std::move(chosen);
      },
      copy.values);
  return copy;
}

void set_designs(ImputationModel& model) {
  const Design design = make_design(model.formula, model.table,
                                    {.reference = {{model.arm, model.arms.front()}},
                                     .factors = {model.visit, model.arm},
                                     .levels = {{model.visit, model.data.visits}},
                                     .keep_missing_response = true});
  model.coefficients = design.columns;
  model.data.x = design.x;
  model.data.x_reference = rows_as(design, model.table, model.arm, model.arms.front());
  set_groups(model);
}

}  // namespace entact
