// Courses against deSolve: reference/pharm_models. Its tolerance is 1e-11 and ours 1e-10, which
// over some thousand steps leaves about 1e-7.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/pharm/compiled_models.h"
#include "entact/pharm/simulate.h"

namespace entact {
namespace {

nlohmann::json expected(const char* course) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/pharm_models/expected.json");
  return nlohmann::json::parse(in)[course];
}

struct Prepared {
  PharmModel model{};
  std::vector<double> parameters{}, times{};
};

Prepared prepared(const char* id, const nlohmann::json& wanted) {
  const CompiledModel& compiled = *compiled_model(id);
  ModelDescription description{.id = id};
  description.states.resize(compiled.states.size());
  description.outputs.resize(compiled.outputs.size());
  Prepared made{.times = wanted["times"].get<std::vector<double>>()};
  for (const auto name : compiled.parameters) {
    description.parameters.push_back({.id = std::string(name)});
    made.parameters.push_back(wanted["parameters"].at(std::string(name)).get<double>());
  }
  const auto index = [&](const char* name) {
    for (std::size_t k = 0; k < compiled.parameters.size(); ++k)
      if (compiled.parameters[k] == name) return static_cast<int>(k);
    return -1;
  };
  description.inputs = {
      {.state = std::string(id) == "mdma" ? 0 : static_cast<int>(compiled.states.size()) - 1,
       .lag_parameter = index("lag"),
       .duration_parameter = index("duration")}};
  made.model = compiled.bind(description);
  return made;
}

void expect_rows(const nlohmann::json& rows, const std::vector<double>& seen,
                 std::span<const std::string_view> names, std::size_t first_row) {
  const std::size_t n = names.size();
  double worst = 0;
  for (std::size_t r = first_row; r < rows.size(); ++r)
    for (std::size_t k = 0; k < n; ++k) {
      const double wanted = rows[r][k].get<double>(), got = seen[r * n + k];
      EXPECT_NEAR(got, wanted, 1e-6 * std::abs(wanted) + 1e-9) << names[k] << " in row " << r;
      worst = std::max(worst, std::abs(got - wanted) / (std::abs(wanted) + 1e-3));
    }
  testing::Test::RecordProperty("worst", fmt::format("{:.1e}", worst));
}

TEST(MdmaReference, a_split_dose_is_that_of_lsoda) {
  const nlohmann::json wanted = expected("mdma");
  const Prepared mdma = prepared("mdma", wanted);
  const std::vector<DoseEvent> doses{{.t_h = 0, .amount_mg = 80, .rate_mg_per_h = -2},
                                     {.t_h = 2, .amount_mg = 40, .rate_mg_per_h = -2}};
  const Course course = simulate(mdma.model, mdma.parameters, doses, mdma.times,
                                 {.relative = 1e-10, .absolute = 1e-12});
  const CompiledModel& compiled = *compiled_model("mdma");
  expect_rows(wanted["states"], course.states, compiled.states, 0);
  expect_rows(wanted["outputs"], course.outputs, compiled.outputs, 0);
}

TEST(MdmaReference, a_terminal_in_a_bath_is_that_of_lsoda) {
  const nlohmann::json wanted = expected("terminal");
  const Prepared terminal = prepared("serotonin-terminal", wanted);
  const std::vector<DoseEvent> bath{{.t_h = 0, .amount_mg = 5}};
  const Course course =
      simulate(terminal.model, terminal.parameters, bath, terminal.times,
               {.method = OdeMethod::rosenbrock, .relative = 1e-9, .absolute = 1e-12});
  expect_rows(wanted["states"], course.states, compiled_model("serotonin-terminal")->states,
              1);  // row 0: before the dose
}

}  // namespace
}  // namespace entact
