#include "entact/answer/simulate_rows.h"

#include <utility>

namespace entact {
namespace {

using Numbers = std::vector<double>;

Column described(const ModelQuantity& quantity) {
  return {quantity.id, quantity.unit, Numbers(), quantity.label};
}

Numbers& numbers(Table& table, std::size_t column) {
  return std::get<Numbers>(table.columns[column].values);
}

}  // namespace

SimulatedRows::SimulatedRows(const SimulationPlan& plan, const SimulateRequest& request)
    : plan_(plan), states_(request.row_states), stream_(request.rows, empty()) {}

Table SimulatedRows::empty() const {
  Table table;
  table.columns = {{"case", "", std::vector<std::string>(), "what is taken, and by whom"},
                   {"participant", "", Numbers(), "from 1"},
                   {"t_h", "h", Numbers(), "time"}};
  const ModelDescription& model = plan_.file.description;
  for (const int k : plan_.outputs)
    table.columns.push_back(described(model.outputs[static_cast<std::size_t>(k)]));
  for (const ModelQuantity& state : model.states) {
    if (!states_) break;
    Column column = described(state);
    if (table.has(state.id)) column.name = "state_" + state.id;
    table.columns.push_back(std::move(column));
  }
  return table;
}

void SimulatedRows::add(const SimulatedCase& setup, const EnsembleBlock& block) {
  Table table = empty();
  std::vector<std::size_t> columns;  // of the block
  const ModelDescription& model = plan_.file.description;
  for (const int k : plan_.outputs) columns.push_back(static_cast<std::size_t>(k));
  for (std::size_t j = 0; states_ && j < model.states.size(); ++j)
    columns.push_back(model.outputs.size() + j);
  const auto n = static_cast<std::size_t>(block.n);
  std::get<std::vector<std::string>>(table.columns[0].values)
      .assign(n * block.n_times, setup.label);
  for (std::size_t person = 0; person < n; ++person)
    for (std::size_t i = 0; i < block.n_times; ++i) {
      numbers(table, 1).push_back(static_cast<double>(block.first) +
                                  static_cast<double>(person + 1));
      numbers(table, 2).push_back(plan_.times_h[i]);
      for (std::size_t j = 0; j < columns.size(); ++j)
        numbers(table, 3 + j).push_back(block.at(person, i, columns[j]));
    }
  stream_.add(table);
}

}  // namespace entact
