// A table whose weight, fraction and lag change from row to row, read, carried and simulated,
// beside what mrgsolve makes of the same table (reference/pharm/changing.R).
#include <gtest/gtest.h>

#include <cmath>

#include "entact/pharm/ensemble.h"
#include "entact/pharm/event_table.h"
#include "entact/pharm/expression_model.h"
#include "entact/pharm/specimen_people.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;

enum Column : std::size_t {
  id,
  time,
  amt,
  rate,
  addl,
  ii,
  ss,
  evid,
  cmt,
  wt,
  bio,
  lag,
  backward,
  forward
};

/// The reference model up to its enzyme, with a volume and a clearance that go with weight.
PharmModel weighed_model() {
  ModelDescription description{
      .id = "weighed",
      .states = {{"gut"}, {"central"}, {"enzyme"}},
      .parameters = {{.id = "wt"}, {.id = "bio"}, {.id = "lag"}},
      .outputs = {{"concentration"}},
      .inputs = {{.state = 0, .lag_parameter = 2, .fraction_parameter = 1}, {.state = 1}}};
  return bind_expressions(
      description,
      {.variables = {{"c", "central / (300 * wt / 70)"}, {"cl", "16 * (wt / 70) ^ 0.75"}},
       .starts = {"0", "0", "1"},
       .rates = {"-1.2 * gut", "1.2 * gut - cl * c - 30 * enzyme * c",
                 "0.0149 * (1 - enzyme) - 2 * c / (0.3 + c) * enzyme"},
       .outputs = {"c"}});
}

Table table_of(const std::vector<Numbers>& rows) {
  Table table;
  const auto add = [&](const char* name, std::size_t at) {
    Numbers values;
    for (const Numbers& row : rows) values.push_back(row[at]);
    table.add({.name = name, .values = values});
  };
  add("ID", id), add("TIME", time), add("AMT", amt), add("RATE", rate), add("ADDL", addl);
  add("II", ii), add("SS", ss), add("EVID", evid), add("CMT", cmt);
  add("WT", wt), add("BIO", bio), add("LAG", lag);
  return table;
}

/// The concentrations of one participant at their observations, alone and in the lanes.
void expect_person(const SubjectEvents& person, const std::vector<Numbers>& rows, Carry way) {
  const PharmModel model = weighed_model();
  Numbers times_h, truth;
  for (const Numbers& row : rows) {
    const bool mine = std::to_string(static_cast<int>(row[id])) == person.id;
    if (!mine || row[evid] == 1) continue;
    // Forward, this time has the weight of the dose that follows; mrgsolve shows the row's own.
    if (way == Carry::forward && row[id] == 5 && row[time] == 6) continue;
    times_h.push_back(row[time]);
    truth.push_back(row[way == Carry::backward ? backward : forward]);
  }
  const CarriedValues carried = carry_values(person.rows, times_h, way);
  Numbers sets;
  for (const Numbers& set : carried.sets) sets.insert(sets.end(), set.begin(), set.end());
  const SimulateOptions how{.relative = 1e-12, .absolute = 1e-13};
  const Course course =
      simulate_changing(model, sets, carried.schedule, person.doses, times_h, how);
  Population people{.n = 1,
                    .doses = person.doses,
                    .schedule = carried.schedule,
                    .n_sets = static_cast<int>(carried.sets.size())};
  people.parameters = [&](std::ptrdiff_t, std::span<double> p) {
    std::copy(sets.begin(), sets.end(), p.begin());
  };
  const EnsembleSummary lanes = simulate_ensemble(model, people, times_h, {.solver = how});
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    // mrgsolve's solver at 1e-12 is within 1e-9 of its values.
    EXPECT_NEAR(course.outputs[i], truth[i], 1e-9) << person.id << " at " << times_h[i] << " h";
    EXPECT_NEAR(lanes.quantities[0].mean[i], truth[i], 1e-9) << person.id;
  }
}

TEST(Changing, tables_are_carried_as_mrgsolve_does) {
  const std::vector<Numbers> rows = reference_rows("changing.csv");
  const auto people = read_event_table(
      table_of(rows), weighed_model().description,
      {.unit = "mg", .carried = {{.name = "WT"}, {.name = "BIO"}, {.name = "LAG"}}});
  ASSERT_EQ(people.size(), 5U);
  for (const SubjectEvents& person : people)
    for (const Carry way : {Carry::backward, Carry::forward}) expect_person(person, rows, way);
}

}  // namespace
}  // namespace entact
