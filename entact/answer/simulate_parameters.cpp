#include "entact/answer/simulate_parameters.h"

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same(const ModelParameter& a, const ModelParameter& b) {
  return same(a.value, b.value) && same(a.low, b.low) && same(a.high, b.high) &&
         same(a.between_sd, b.between_sd) && a.status == b.status && a.source == b.source;
}

// Rows of one parameter alone.
class Values {
 public:
  void add(const ModelParameter& parameter, const std::string& label) {
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const ParameterRow& each) {
      return same(each.parameter, parameter);
    });
    if (row == rows_.end())
      rows_.push_back({parameter, {label}});
    else if (row->cases.back() != label)
      row->cases.push_back(label);
  }

  void move_to(std::vector<ParameterRow>& all) && {
    if (rows_.size() == 1) rows_.front().cases.clear();
    for (ParameterRow& row : rows_) all.push_back(std::move(row));
  }

 private:
  std::vector<ParameterRow> rows_{};
};

bool changes(const SimulatedCase& one, std::size_t k) {
  return std::any_of(one.later.begin(), one.later.end(), [&](const SimulatedSet& set) {
    return !same(set.description.parameters[k], one.description.parameters[k]);
  });
}

}  // namespace

std::vector<ParameterRow> parameter_rows(const SimulationPlan& plan) {
  std::vector<ParameterRow> all;
  for (std::size_t k = 0; k < plan.file.description.parameters.size(); ++k) {
    Values values;
    for (const SimulatedCase& one : plan.cases) {
      const bool varies = changes(one, k);
      values.add(one.description.parameters[k], one.label + (varies ? ", at first" : ""));
      for (const SimulatedSet& set : one.later)
        if (varies) values.add(set.description.parameters[k], one.label + ", later");
    }
    std::move(values).move_to(all);
  }
  return all;
}

}  // namespace entact
