#include "entact/answer/simulate_columns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/answer/simulate_command.h"
#include "entact/answer/simulate_sensitivity.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

/// A file of the tests, gone after them.
struct Written {
  std::string path;
  Written(const std::string& name, const std::string& text)
      : path((std::filesystem::temp_directory_path() /
              (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + name))
                 .string()) {
    std::ofstream(path) << text;
  }
  ~Written() { std::filesystem::remove(path); }
};

// One compartment: cl is 10 L/h at 70 kg and grows with weight, v is 100 L; a drug halves cl.
const char* const iv_model = R"(
id = "iv"
title = "One compartment"
notice = "A test."
state = [{ id = "body", unit = "mg", label = "body", start = "0", rate = "-cl / v * body" }]
output = [{ id = "concentration", unit = "mg/L", label = "concentration", value = "body / v" }]
input = [{ state = "body" }]
parameter = [
  { id = "cl", value = 10.0, unit = "L/h", label = "clearance", status = "assumed", low = 8.0, high = 12.0, between_sd = 0.3, why = "test" },
  { id = "v", value = 100.0, unit = "L", label = "volume", status = "assumed", low = 100.0, high = 100.0, why = "test" },
  { id = "power", value = 1.0, unit = "1", label = "power of weight", status = "assumed", low = 1.0, high = 1.0, why = "test" },
]
[[covariate]]
id = "weight_kg"
unit = "kg"
label = "body weight"
reference = 70.0
low = 30.0
high = 250.0
why = "test"
[[effect]]
parameter = "cl"
covariate = "weight_kg"
form = "power"
coefficient = "power"
[[setting]]
group = "comedication"
id = "blocker"
label = "a blocker"
changes = [{ parameter = "cl", value = 5.0, low = 4.0, high = 6.0, status = "assumed", why = "test" }]
)";

SimulateRequest asked(const std::string& model, const std::string& events, int n = 0) {
  return {.model = model,
          .data = ENTACT_SOURCE_DIR "/data",
          .events = events,
          .unit = "mg",
          .times = "0,2,4,6,10,20",
          .n = n,
          .relative = 1e-12,
          .absolute = 1e-13};
}

Json result_of(const SimulateRequest& request) {
  return Json::parse(simulate_answer(request).result_json);
}

std::vector<double> typical(const Json& result, std::size_t one = 0) {
  std::vector<double> values;
  for (const Json& at : result["cases"][one]["outputs"][0]["course"])
    values.push_back(at["typical"].get<double>());
  return values;
}

/// 100 mg at 0 h, with these clearances until these hours: what is left over v.
double left(double t_h, std::vector<std::pair<double, double>> clearances) {
  double x = 1, from = 0;
  for (const auto& [until, cl] : clearances) {
    x *= std::exp(-cl * (std::min(t_h, until) - from) / 100);
    from = std::min(t_h, until);
  }
  return x;
}

void expect_course(const Json& result, const std::vector<std::pair<double, double>>& clearances,
                   std::size_t one = 0) {
  const std::vector<double> found = typical(result, one), hours{0, 2, 4, 6, 10, 20};
  ASSERT_EQ(found.size(), hours.size());
  for (std::size_t i = 1; i < hours.size(); ++i)
    EXPECT_NEAR(found[i], left(hours[i], clearances), 1e-9) << hours[i];
}

TEST(SimulateColumns, weight_that_changes_holds_backward_or_forward) {
  const Written model("m.toml", iv_model), events("e.csv",
                                                  "ID,TIME,AMT,Weight_kg\n1,0,100,70\n1,4,.,.\n"
                                                  "1,10,.,140\n1,12,.,35\n2,0,100,140\n");
  SimulateRequest request = asked(model.path, events.path);
  const Json backward = result_of(request);
  expect_course(backward, {{4, 10}, {10, 20}, {100, 5}});
  expect_course(backward, {{100, 20}}, 1);
  request.carry = "forward";
  const Json forward = result_of(request);
  expect_course(forward, {{10, 10}, {12, 20}, {100, 5}});
  const Json& told = forward["cases"][0]["characteristics"][0];
  EXPECT_EQ(told["id"], "weight_kg");
  EXPECT_EQ(told["course"].dump(), R"([{"from_h":null,"value":70.0},{"from_h":10.0,"value":140.0},)"
                                   R"({"from_h":12.0,"value":35.0}])");
}

TEST(SimulateColumns, settings_and_parameters_change_as_covariates_do) {
  const Written model("m.toml", iv_model),
      events("e.csv",
             "ID,TIME,AMT,comedication,NOTE\n1,0,100,blocker,a\n1,4,.,blocker,b\n"
             "1,10,.,none,c\n"),
      measured("p.csv", "ID,TIME,AMT,CL\n1,0,100,30\n1,6,.,30\n1,20,.,2\n");
  const Json result = result_of(asked(model.path, events.path));
  expect_course(result, {{4, 5}, {100, 10}});
  EXPECT_EQ(result["cases"][0]["settings"].dump(), R"(["blocker"])");
  EXPECT_EQ(result["columns"].dump(), R"({"unused":["NOTE"],"used":["comedication"]})");
  expect_course(result_of(asked(model.path, measured.path)), {{6, 30}, {100, 2}});
}

// A person's deviation and what is drawn for the unknown stay theirs through every change.
TEST(SimulateColumns, people_change_and_stay_who_they_are) {
  const Written model("m.toml", iv_model),
      events("e.csv", "ID,TIME,AMT,weight_kg\n1,0,100,70\n1,4,.,70\n1,20,.,140\n");
  SimulateRequest request = asked(model.path, events.path, 12);
  request.band = 0.999999;
  const Json result = result_of(request);
  EXPECT_TRUE(result["cases"][0]["failures"].empty());
  const Json& course = result["cases"][0]["outputs"][0]["course"];
  for (const char* end : {"people_low", "people_high", "unknown_low", "high"}) {
    // The clearance of whoever is at that end, by then and from then on; the ends keep their order.
    const double before = -std::log(course[2][end].get<double>()) / 4;
    const double after =
        -std::log(course[5][end].get<double>() / course[2][end].get<double>()) / 16;
    EXPECT_NEAR(after / before, 2, 1e-3) << end;
  }
}

TEST(SimulateColumns, a_constant_column_is_the_option_to_the_last_bit) {
  const Written bare("b.csv", "ID,TIME,AMT\n1,0,120\n1,4,.\n1,10,60\n"),
      weighed("w.csv",
              "ID,TIME,AMT,weight_kg,comedication\n1,0,120,60,paroxetine\n1,4,.,.,paroxetine\n"
              "1,10,60,60,paroxetine\n");
  SimulateRequest option = asked("mdma", bare.path, 20), column = asked("mdma", weighed.path, 20);
  option.relative = column.relative = 1e-6, option.absolute = column.absolute = 1e-8;
  option.covariates = {"weight_kg=60"}, option.with = {"paroxetine"};
  const Json one = result_of(option), two = result_of(column);
  EXPECT_EQ(one["cases"][0]["outputs"], two["cases"][0]["outputs"]);
  EXPECT_EQ(one["cases"][0]["exposure"], two["cases"][0]["exposure"]);
  EXPECT_EQ(one["parameters"], two["parameters"]);
}

// Paroxetine in the first session only, as a person who has stopped it by the second: each session
// as if it were so all along, but for the enzyme that has yet to come back.
TEST(SimulateColumns, a_comedication_stops_between_sessions) {
  const Written events(
      "e.csv",
      "ID,TIME,AMT,comedication\n1,0,120,paroxetine\n1,48,.,paroxetine\n1,672,120,none\n"
      "2,0,120,none\n2,672,120,none\n3,0,120,paroxetine\n3,672,120,paroxetine\n");
  SimulateRequest request = asked("mdma", events.path);
  request.times = "0,6,12,24,36,672,678,684,696";
  request.outputs = {"concentration"};
  request.relative = 1e-9, request.absolute = 1e-11;
  const Json result = result_of(request);
  const auto mixed = typical(result), none = typical(result, 1), both = typical(result, 2);
  for (std::size_t i = 1; i < mixed.size(); ++i) {
    const double same = i < 5 ? both[i] : none[i];
    EXPECT_NEAR(mixed[i], same, 1e-3 * same + 1e-6) << i;
  }
  EXPECT_GT(both[6], 1.1 * none[6]);
}

TEST(SimulateColumns, a_page_says_whose_values_vary) {
  const Written model("m.toml", iv_model),
      events("e.csv", "ID,TIME,AMT,weight_kg\n1,0,100,70\n1,4,.,70\n1,20,.,140\n2,0,100,70\n");
  const Answer answer = simulate_answer(asked(model.path, events.path));
  EXPECT_NE(answer.text.find("body weight: 70 kg; from 4 h 140 kg"), std::string::npos);
  EXPECT_NE(answer.text.find("In 1 of 2 cases"), std::string::npos) << answer.text;
  const auto& blocks = answer.document->sections[0].blocks;
  const auto table = std::find_if(blocks.begin(), blocks.end(), [](const Block& block) {
    const auto* one = std::get_if<TableBlock>(&block);
    return one != nullptr && one->id == "people";
  });
  ASSERT_NE(table, blocks.end());
  EXPECT_EQ(std::get<TableBlock>(*table).rows.size(), 2U);
}

// The peak of a course whose clearance a drug widens later still varies with the drug's range.
TEST(SimulateColumns, sensitivity_sees_what_has_a_range_only_later) {
  const std::string fixed = std::string(iv_model).replace(
      std::string(iv_model).find("low = 8.0, high = 12.0"), 22, "low = 10.0, high = 10.0");
  const Written model("m.toml", fixed),
      events("e.csv", "ID,TIME,AMT,comedication\n1,0,100,none\n1,4,.,none\n1,20,.,blocker\n");
  const auto found = run_sensitivity(asked(model.path, events.path),
                                     {.method = "sobol", .of = "concentration:auc", .base = 64});
  ASSERT_EQ(found.factors.size(), 1U);
  const ModelParameter& varied = found.parameters[found.factors[0].parameter];
  EXPECT_EQ(varied.id, "cl");
  EXPECT_EQ(varied.high, 6);
  EXPECT_GT(found.sobol.variance, 0);
}

TEST(SimulateColumns, refuses_what_is_said_twice_or_not_at_all) {
  const Written model("m.toml", iv_model);
  const auto refused = [&](const std::string& table, void (*change)(SimulateRequest&)) {
    const Written events("e.csv", table);
    SimulateRequest request = asked(model.path, events.path);
    change(request);
    try {
      simulate_answer(request);
    } catch (const Error& error) {
      return error.code() + ": " + error.what();
    }
    return std::string("nothing");
  };
  const auto as_it_is = [](SimulateRequest&) {};
  const auto expect = [](const std::string& seen, const std::string& wanted) {
    EXPECT_NE(seen.find(wanted), std::string::npos) << seen;
  };
  const std::string weighed = "ID,TIME,AMT,weight_kg\n1,0,100,70\n";
  const std::string treated = "ID,TIME,AMT,comedication\n1,0,100,blocker\n";
  const std::string option = "answer.simulate.option: ", row = "pharm.events.covariate: ";
  expect(refused(weighed, [](SimulateRequest& r) { r.covariates = {"weight_kg=70~10"}; }),
         option + "--covariate says what the column weight_kg");
  expect(refused(treated, [](SimulateRequest& r) { r.with = {"blocker"}; }), option + "--with");
  expect(refused(treated, [](SimulateRequest& r) { r.each = "comedication"; }), option + "--each");
  expect(refused("ID,TIME,AMT,cl\n1,0,100,9\n", [](SimulateRequest& r) { r.set = {"cl=9"}; }),
         option + "--set");
  expect(refused(weighed, [](SimulateRequest& r) { r.carry = "sideways"; }), option + "--carry");
  expect(refused("ID,TIME,AMT,weight_kg\n1,0,100,.\n1,5,.,70\n", as_it_is),
         row + "participant 1, row 1: weight_kg is missing");
  expect(refused("ID,TIME,AMT,comedication\n1,0,100,aspirin\n", as_it_is),
         row + "participant 1, row 1: comedication is one of none, blocker");
  expect(refused("ID,TIME,AMT,weight_kg\n1,0,100,7\n", as_it_is), "between 30 and 250; saw 7");
  expect(refused("ID,TIME,AMT,cl\n1,0,100,-9\n", as_it_is), "row 1: cl is 0 or more; saw -9");
  expect(refused("ID,TIME,AMT,weight_kg,WEIGHT_KG\n1,0,100,70,70\n", as_it_is),
         "answer.simulate.column: two columns");
}

TEST(SimulateColumns, a_unit_is_the_models) {
  Table table;
  table.add({.name = "weight_kg", .unit = "lb", .values = std::vector<double>{150}});
  ModelFile file{.description = {.id = "m"}};
  file.population.covariates = {{.id = "weight_kg", .unit = "kg"}};
  EXPECT_THROW(simulated_columns(table, file), Error);
  table.columns[0].unit = "kg";
  EXPECT_EQ(simulated_columns(table, file).used.size(), 1U);
}

TEST(SimulateColumns, names_that_differ_in_case_alone_are_told_apart) {
  Table table;
  for (const char* name : {"K", "k", "V", "Rate"})
    table.add({.name = name, .values = std::vector<double>{1}});
  ModelFile file{.description = {.id = "m"}};
  for (const char* id : {"k", "K", "v", "rate"}) file.description.parameters.push_back({.id = id});
  std::vector<std::string> names;
  const TableColumns columns = simulated_columns(table, file);
  for (const SimulatedColumn& column : columns.used) names.push_back(column.column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"K", "k", "v"}));  // RATE is NONMEM's
  EXPECT_EQ(find_event_column(table, "k"), &table.columns[1]);
  EXPECT_EQ(find_event_column(table, "v"), &table.columns[2]);
}

}  // namespace
}  // namespace entact
