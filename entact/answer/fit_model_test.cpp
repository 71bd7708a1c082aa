#include "entact/answer/fit_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "entact/base/error.h"

namespace entact {
namespace {

/// A folder for the files of one test, removed at the end.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("entact_fit_model_" +
               std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

const std::string units = "[units]\ndose = \"g\"\ntime = \"day\"\nconcentration = \"ng/mL\"\n";
const std::string error = "[error]\nproportional = 0.1\n";

const std::string full = R"(title = "Two weights"
structure = "one compartment"
)" + units + R"(
[[parameter]]
id = "v"
unit = "L"
typical = 30
between_sd = 0.2
[[parameter]]
id = "ka"
typical = 1.5
fixed = true
[[parameter]]
id = "cl"
typical = 3
form = "normal"
between_sd = 0.3
occasion_sd = 0.1
[[covariate]]
parameter = "cl"
column = "WT"
form = "power"
reference = 70
coefficient = 0.75
fixed = true
[[covariate]]
parameter = "v"
column = "AGE"
form = "exponential"
reference = 40
coefficient = 0.01
[[covariate]]
parameter = "v"
column = "WT"
form = "proportional"
reference = 70
coefficient = 0.01
[[correlated]]
parameters = ["v", "cl"]
[error]
additive = 0.5
)";

TEST(FitModel, reads_what_the_file_says) {
  const Folder folder;
  const FitModel model = read_fit_model(folder.put("m.toml", full));
  EXPECT_EQ(model.title, "Two weights");
  EXPECT_EQ(model.input.name, "m.toml");
  EXPECT_EQ(model.mg_per_dose_unit, 1000);
  EXPECT_EQ(model.hours_per_time_unit, 24);
  EXPECT_EQ(model.structure.units_per_mg_l, 1000);
  EXPECT_EQ(model.structure.volume, 0);
  EXPECT_EQ(model.structure.absorption, 1);
  EXPECT_EQ(model.structure.clearance, 2);
  EXPECT_EQ(model.structure.elimination, -1);
  EXPECT_FALSE(model.equations.has_value());
  const auto& p = model.population.parameters;
  ASSERT_EQ(p.size(), 3U);
  EXPECT_EQ(p[0].unit, "L");
  EXPECT_EQ(p[0].form, IndividualForm::lognormal);
  EXPECT_FALSE(p[0].fixed);
  EXPECT_TRUE(p[1].fixed);
  EXPECT_EQ(p[1].between_sd, 0);
  EXPECT_EQ(p[2].form, IndividualForm::normal);
  EXPECT_EQ(p[2].occasion_sd, 0.1);
  EXPECT_EQ(model.population.error.additive, 0.5);
  EXPECT_EQ(model.population.error.proportional, 0);
}

TEST(FitModel, names_each_column_of_covariates_once) {
  const Folder folder;
  const FitModel model = read_fit_model(folder.put("m.toml", full));
  EXPECT_EQ(model.covariates, (std::vector<std::string>{"WT", "AGE"}));
  const auto& effects = model.population.effects;
  ASSERT_EQ(effects.size(), 3U);
  EXPECT_EQ(effects[0].parameter, 2);
  EXPECT_TRUE(effects[0].fixed);
  EXPECT_EQ(effects[1].covariate, 1);
  EXPECT_EQ(effects[1].form, CovariateEffect::Form::exponential);
  EXPECT_EQ(effects[2].covariate, 0);
  EXPECT_EQ(effects[2].form, CovariateEffect::Form::proportional);
  EXPECT_EQ(model.population.between_blocks, (RandomBlocks{{0, 2}}));
  EXPECT_TRUE(model.population.occasion_blocks.empty());
}

const std::string equations = R"(id = "own"
title = "One compartment"
[[state]]
id = "body"
unit = "mg"
label = "body"
start = "0"
rate = "-cl / v * body"
[[output]]
id = "guess"
unit = "ng/mL"
label = "guess"
hypothesis = true
value = "body / v"
[[output]]
id = "c"
unit = "ng/mL"
label = "c"
value = "1000 * body / v"
[[input]]
state = "body"
[[parameter]]
id = "cl"
value = 2.5
unit = "L/h"
label = "clearance"
status = "assumed"
low = 1
high = 9
why = "example"
[[parameter]]
id = "v"
value = 30
unit = "L"
label = "volume"
status = "assumed"
low = 1
high = 99
why = "example"
)";

std::string by_equations(const std::string& output) {
  return "structure = \"own.toml\"\noutput = \"" + output + "\"\n" + units + error +
         "[[parameter]]\nid = \"v\"\nbetween_sd = 0.2\n";
}

TEST(FitModel, takes_values_and_units_of_a_model_beside_it) {
  const Folder folder;
  static_cast<void>(folder.put("own.toml", equations));
  const FitModel model = read_fit_model(folder.put("m.toml", by_equations("c")));
  ASSERT_TRUE(model.equations.has_value());
  EXPECT_EQ(model.title, "Population fit");
  EXPECT_EQ(model.population.parameters[0].typical, 30);
  EXPECT_EQ(model.population.parameters[0].unit, "L");
  EXPECT_EQ(model.observation.by, std::vector<int>{1});
  EXPECT_EQ(model.observation.typical, (std::vector<double>{2.5, 30}));
  EXPECT_EQ(model.observation.output, 1);
  ASSERT_EQ(model.notices.size(), 1U);
  EXPECT_NE(model.notices[0].find("not for choosing a dose"), std::string::npos);
  const FitModel guessed = read_fit_model(folder.put("g.toml", by_equations("guess")));
  ASSERT_EQ(guessed.notices.size(), 2U);
  EXPECT_NE(guessed.notices[1].find("hypothesis"), std::string::npos);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_refused(const std::string& text, const std::string& code, const std::string& says) {
  const Folder folder;
  static_cast<void>(folder.put("own.toml", equations));
  try {
    read_fit_model(folder.put("m.toml", text));
    ADD_FAILURE() << "not refused: " << says;
  } catch (const Error& refused) {
    EXPECT_EQ(refused.code(), code) << refused.what();
    EXPECT_NE(std::string(refused.what()).find(says), std::string::npos) << refused.what();
  }
}

TEST(FitModel, refuses_a_value_that_a_key_cannot_have) {
  const std::string code = "io.toml.value";
  expect_refused(with(full, "\"day\"", "\"week\""), code, "day, h, min");
  expect_refused(with(full, "form = \"normal\"", "form = \"gamma\""), code, "lognormal, normal");
  expect_refused(with(full, "between_sd = 0.2", "between_sd = -0.2"), code, "not negative");
  expect_refused(with(full, "typical = 30", "typical = 0"), code, "above 0");
  expect_refused(with(full, "id = \"ka\"", "id = \"v\""), code, "two parameters");
  expect_refused(with(full, "id = \"ka\"", "id = \"k\""), code, "two of cl, v and k");
  expect_refused(with(full, "reference = 70", "reference = 0"), code, "above 0");
  expect_refused(with(full, "additive = 0.5", "additive = 0"), code, "additive, proportional");
  expect_refused(with(full, "[\"v\", \"cl\"]", "[\"v\", \"q\"]"), code, "saw 'q'");
  expect_refused(with(full, "[\"v\", \"cl\"]", "[\"v\", \"cl\"]\nlevel = \"visit\""), code,
                 "between, occasion");
}

TEST(FitModel, refuses_a_block_of_parameters_that_do_not_vary) {
  expect_refused(with(full, "[\"v\", \"cl\"]", "[\"v\", \"ka\"]"), "pharm.population.block",
                 "saw ka");
}

TEST(FitModel, refuses_what_the_equations_do_not_have) {
  const std::string good = by_equations("c"), code = "io.toml.value";
  expect_refused(by_equations("d"), code, "no such output");
  expect_refused(with(good, "id = \"v\"", "id = \"ka\""), code, "no such parameter");
  expect_refused(with(good, "\"ng/mL\"", "\"mg/L\""), code, "gives c in ng/mL");
  expect_refused(with(good, "own.toml", "other"), "answer.model.none", "'other'");
  expect_refused(with(good, "own.toml", "two compartment"), "answer.model.none",
                 "m.toml:1:13 (structure): it is 'one compartment', or a model");
}

}  // namespace
}  // namespace entact
