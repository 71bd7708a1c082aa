#include "entact/answer/fit_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const std::string example = std::string(ENTACT_SOURCE_DIR) + "/examples/07_fit/";

/// Text put into a file of its own, removed at the end.
class Written {
 public:
  Written(const std::string& name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("entact_fit_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
               "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
               name)) {
    std::ofstream(path_) << text;
  }
  ~Written() { std::filesystem::remove(path_); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

const std::string model = R"(
structure = "one compartment"
[units]
dose = "mg"
time = "h"
concentration = "mg/L"
[[parameter]]
id = "cl"
typical = 0.5
between_sd = 0.2
[[parameter]]
id = "v"
typical = 1
fixed = true
[error]
proportional = 0.3
)";
const std::string rows =
    "ID,TIME,AMT,DV\n1,0,10,.\n1,0,.,10.57\n1,1,.,9.58\n2,0,10,.\n2,0,.,5.7\n2,1,.,5.51\n"
    "3,0,10,.\n3,0,.,10.98\n3,1,.,7.29\n4,0,10,.\n4,0,.,11.2\n4,1,.,3.9\n";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

json fitted(const std::string& toml, const std::string& csv, FitRequest request = {}) {
  const Written m("model.toml", toml), d("data.csv", csv);
  request.replicates = 0;
  request.threads = 1;
  return json::parse(fit_files(m.path(), d.path(), request).result_json);
}

// NONMEM's objective of this model is known as 116.80; the numbers are those of
// population_fit_test.
TEST(FitCommand, fits_theophylline) {
  FitRequest request;
  request.replicates = 100;
  request.threads = 1;
  const Answer answer = fit_files(example + "MODEL.toml", example + "theophylline.csv", request);
  const json result = json::parse(answer.result_json);
  EXPECT_NEAR(result["objective"].get<double>(), 116.8034, 1e-4);
  EXPECT_NEAR(result["minus_two_log_likelihood"].get<double>() - result["objective"].get<double>(),
              132 * std::log(2 * M_PI), 1e-9);
  EXPECT_EQ(result["estimates"][0]["name"], "ka");
  EXPECT_NEAR(result["estimates"][1]["estimate"].get<double>(), 2.7515, 1e-3);
  EXPECT_EQ(result["residuals"].size(), 132U);
  EXPECT_EQ(result["people"].size(), 12U);
  EXPECT_GT(result["vpc"].size(), 20U);
  EXPECT_TRUE(result["fit"]["converged"].get<bool>());
  EXPECT_NE(answer.text.find("objective 116.803"), std::string::npos);
  EXPECT_EQ(answer.csv.substr(0, 9), "name,role");
  ASSERT_TRUE(answer.document.has_value());
  EXPECT_EQ(answer.document->sections[0].blocks.size(), 5U);
  EXPECT_EQ(answer.inputs[0].name, "MODEL.toml");
}

// The same data in other units give the same fit.
TEST(FitCommand, reads_units) {
  std::string other = model;
  const auto change = [&](const std::string& from, const std::string& to) {
    other.replace(other.find(from), from.size(), to);
  };
  change("dose = \"mg\"", "dose = \"g\"");
  change("time = \"h\"", "time = \"min\"");
  const std::string scaled =
      "ID,TIME,AMT,DV\n1,0,.01,.\n1,0,.,10.57\n1,60,.,9.58\n2,0,.01,.\n2,0,.,5.7\n2,60,.,5.51\n"
      "3,0,.01,.\n3,0,.,10.98\n3,60,.,7.29\n4,0,.01,.\n4,0,.,11.2\n4,60,.,3.9\n";
  const json one = fitted(model, rows), two = fitted(other, scaled);
  EXPECT_NEAR(one["objective"].get<double>(), two["objective"].get<double>(), 1e-7);
  EXPECT_EQ(two["residuals"][1]["time"], 60);
}

TEST(FitCommand, takes_observations_below_the_limit_by_their_probability) {
  const std::string censored =
      "ID,TIME,AMT,DV,BLQ\n1,0,10,.,0\n1,0,.,10.57,0\n1,1,.,9.58,0\n2,0,10,.,0\n2,0,.,9.7,0\n"
      "2,1,.,5.51,0\n3,0,10,.,0\n3,0,.,10.98,0\n3,1,.,7.29,0\n4,0,10,.,0\n4,0,.,11.2,0\n4,1,.,5,"
      "1\n";
  FitRequest request;
  request.method = "laplace";
  const json result = fitted(model, censored, request);
  EXPECT_EQ(result["n_censored"], 1);
  EXPECT_TRUE(result["residuals"][7]["censored"].get<bool>());
  EXPECT_TRUE(result["residuals"][7]["cwres"].is_null());
  // -2 log L counts log(2 pi) for the seven that were measured
  EXPECT_NEAR(result["minus_two_log_likelihood"].get<double>() - result["objective"].get<double>(),
              7 * std::log(2 * M_PI), 1e-9);
}

// Its likelihood is sampled, so it agrees with the other methods' to the error that it states.
TEST(FitCommand, fits_by_stochastic_approximation) {
  FitRequest request;
  request.method = "saem";
  request.replicates = 0;
  request.threads = 1;
  const json result = json::parse(
      fit_files(example + "MODEL.toml", example + "theophylline.csv", request).result_json);
  EXPECT_NEAR(result["estimates"][1]["estimate"].get<double>(), 2.75, 0.1);
  const json sampled = result["importance_sampling"];
  EXPECT_LT(sampled["monte_carlo_se"].get<double>(), 0.3);
  EXPECT_NEAR(result["minus_two_log_likelihood"].get<double>(), 359.5, 1.5);
  EXPECT_FALSE(result["estimates"][0]["se"].is_null());
}

/// The equations of one compartment in a model file of someone's own.
std::string oral_equations() {
  std::string text =
      "id = \"oral\"\ntitle = \"One compartment\"\n"
      "[[state]]\nid = \"depot\"\nunit = \"mg\"\nlabel = \"depot\"\nstart = \"0\"\n"
      "rate = \"-ka * depot\"\n"
      "[[state]]\nid = \"body\"\nunit = \"mg\"\nlabel = \"body\"\nstart = \"0\"\n"
      "rate = \"ka * depot - cl / v * body\"\n"
      "[[output]]\nid = \"c\"\nunit = \"mg/L\"\nlabel = \"c\"\nvalue = \"body / v\"\n"
      "[[input]]\nstate = \"depot\"\n";
  for (const char* parameter : {"ka\"\nvalue = 1.5", "cl\"\nvalue = 2.7", "v\"\nvalue = 32"})
    text += std::string("[[parameter]]\nid = \"") + parameter +
            "\nunit = \"1\"\nlabel = \"p\"\nstatus = \"assumed\"\nlow = 0.1\nhigh = 99\n"
            "why = \"example\"\n";
  return text;
}

// The closed form and its differential equations give one fit.
TEST(FitCommand, fits_a_model_of_differential_equations) {
  const Written equations("oral.toml", oral_equations());
  const std::string head =
      "[units]\ndose = \"mg\"\ntime = \"h\"\nconcentration = \"mg/L\"\n[error]\nadditive = 0.7\n"
      "[[parameter]]\nid = \"ka\"\nbetween_sd = 0.6\ntypical = 1.5\n"
      "[[parameter]]\nid = \"cl\"\nbetween_sd = 0.3\ntypical = 2.7\n"
      "[[parameter]]\nid = \"v\"\nbetween_sd = 0.15\ntypical = 32\n";
  const Written model_file("model.toml",
                           "structure = \"" + equations.path() + "\"\noutput = \"c\"\n" + head);
  FitRequest request;
  request.replicates = 0;
  const json result =
      json::parse(fit_files(model_file.path(), example + "theophylline.csv", request).result_json);
  EXPECT_NEAR(result["objective"].get<double>(), 116.8034, 1e-3);
  EXPECT_NEAR(result["estimates"][1]["estimate"].get<double>(), 2.7515, 0.01);
  EXPECT_TRUE(result["fit"]["converged"].get<bool>());
  const Written wrong("wrong.toml",
                      "structure = \"" + equations.path() + "\"\noutput = \"d\"\n" + head);
  EXPECT_THROW(fit_files(wrong.path(), example + "theophylline.csv", request), Error);
}

/// Two occasions of four people, whose clearance differs between either.
std::string two_occasions() {
  std::string data = "ID,TIME,AMT,DV,OCC\n";
  const double clearance[4][2] = {{2.1, 2.9}, {3.4, 2.6}, {2.5, 2.2}, {4.1, 3.3}};
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 2; ++k) {
      data += fmt::format("{},{},100,.,{}\n", i, 48 * k, k);
      for (const double t : {1.0, 4.0, 9.0, 20.0}) {
        const double ke = clearance[i][k] / 32;
        const double c = 100 * 1.5 / 32 / (1.5 - ke) * (std::exp(-ke * t) - std::exp(-1.5 * t));
        data += fmt::format("{},{},.,{:.5f},{}\n", i, 48 * k + t, c * (t == 9 ? 1.1 : 0.95), k);
      }
    }
  return data;
}

// Two occasions a person: the closed form and its equations, read from files, have one objective.
TEST(FitCommand, fits_occasions_by_equations_as_by_the_closed_form) {
  const Written equations("oral.toml", oral_equations());
  const std::string rest =
      "[units]\ndose = \"mg\"\ntime = \"h\"\nconcentration = \"mg/L\"\n[error]\n"
      "proportional = 0.1\n[[parameter]]\nid = \"ka\"\ntypical = 1.5\nfixed = true\n"
      "[[parameter]]\nid = \"cl\"\nbetween_sd = 0.3\noccasion_sd = 0.2\ntypical = 2.7\n"
      "[[parameter]]\nid = \"v\"\nfixed = true\ntypical = 32\n";
  const std::string data = two_occasions();
  const json closed = fitted("structure = \"one compartment\"\n" + rest, data);
  const json solved =
      fitted("structure = \"" + equations.path() + "\"\noutput = \"c\"\n" + rest, data);
  EXPECT_NEAR(solved["objective"].get<double>(), closed["objective"].get<double>(),
              1e-4);  // two searches
  ASSERT_EQ(solved["estimates"].size(), closed["estimates"].size());
  for (std::size_t k = 0; k < closed["estimates"].size(); ++k)
    EXPECT_NEAR(solved["estimates"][k]["estimate"].get<double>(),
                closed["estimates"][k]["estimate"].get<double>(), 1e-3)
        << k;
}

// Person and occasion each have their own: what a person's parameters are on occasion k is their
// clearance times exp(kappa), and the shrinkage of kappa is told.
TEST(FitCommand, tells_parameters_by_occasion) {
  const std::string toml =
      with(with(with(model, "between_sd = 0.2", "between_sd = 0.3\noccasion_sd = 0.2"),
                "typical = 1\n", "typical = 32\n"),
           "typical = 0.5", "typical = 2.7") +
      "\n[[parameter]]\nid = \"ka\"\ntypical = 1.5\nfixed = true\n";
  const Written m("model.toml", toml), d("data.csv", two_occasions());
  FitRequest request;
  request.replicates = 0;
  request.threads = 1;
  request.rows = "occasions";
  const Answer answer = fit_files(m.path(), d.path(), request);
  const json result = json::parse(answer.result_json);
  ASSERT_EQ(result["kappa"].size(), 1U);
  EXPECT_LT(result["kappa"][0]["shrinkage"].get<double>(), 1);
  EXPECT_NE(answer.text.find("Spread between occasions and shrinkage\n  cl "), std::string::npos)
      << answer.text;
  for (const json& person : result["people"]) {
    const double own = person["parameters"]["cl"];
    EXPECT_NEAR(own,
                result["estimates"][0]["estimate"].get<double>() *
                    std::exp(person["eta"]["cl"].get<double>()),
                1e-9);
    ASSERT_EQ(person["occasions"].size(), 2U);
    for (const json& occasion : person["occasions"])
      EXPECT_NEAR(occasion["parameters"]["cl"].get<double>(),
                  own * std::exp(occasion["kappa"]["cl"].get<double>()), 1e-9);
  }
  EXPECT_EQ(answer.csv.substr(0, answer.csv.find('\n')),
            "id,occasion,kappa_cl,parameters_cl,parameters_v,parameters_ka");
  EXPECT_EQ(std::count(answer.csv.begin(), answer.csv.end(), '\n'), 9);
}

// One person has no spread between people; standard errors are of R, and the words say so.
TEST(FitCommand, fits_one_person_with_a_note) {
  const std::string one = rows.substr(0, rows.find("2,0,10"));
  const Written m("model.toml", with(model, "between_sd = 0.2\n", "")),
      d("data.csv", one + "1,2,.,8.1\n1,3,.,7.9\n");
  FitRequest request;
  request.replicates = 0;
  const Answer answer = fit_files(m.path(), d.path(), request);
  const json result = json::parse(answer.result_json);
  EXPECT_EQ(result["covariance_type"], "r");
  EXPECT_GT(result["estimates"][0]["se"].get<double>(), 0.001);
  EXPECT_NE(result["fit"]["warnings"].dump().find("by the second derivative (R)"),
            std::string::npos);
  const Written random("random.toml", model);
  for (const char* method : {"focei", "laplace", "saem"}) {
    request.method = method;
    const Answer spread = fit_files(random.path(), d.path(), request);
    EXPECT_NE(spread.text.find("shrinkage not known"), std::string::npos) << spread.text;
    EXPECT_NE(json::parse(spread.result_json)["fit"]["warnings"].dump().find("one participant"),
              std::string::npos);
  }
}

// Clearance with a power of weight: a cell left empty is the weight before, and a row's weight
// holds from the row before it, so two weights give what two stretches of the exponential give.
TEST(FitCommand, lets_covariates_change_in_time) {
  const std::string weighted =
      model +
      "\n[[covariate]]\nparameter = \"cl\"\ncolumn = \"WT\"\nform = \"power\"\n"
      "reference = 70\ncoefficient = 1\nfixed = true\n";
  const std::string head = "ID,TIME,AMT,DV,WT\n";
  std::string changing = head, constant = head;
  const double last[3] = {4.1, 5.2, 6.5};
  for (int i = 0; i < 3; ++i) {
    changing +=
        fmt::format("{0},0,10,.,70\n{0},1,.,{1},.\n{0},2,.,{2},140\n", i, last[i] + 2, last[i]);
    // One hour at twice the clearance is two at the typical one.
    constant +=
        fmt::format("{0},0,10,.,70\n{0},1,.,{1},70\n{0},3,.,{2},.\n", i, last[i] + 2, last[i]);
  }
  const json one = fitted(weighted, changing), two = fitted(weighted, constant);
  EXPECT_NEAR(one["objective"].get<double>(), two["objective"].get<double>(), 1e-6);
  EXPECT_NE(one.dump().find("change in time in 3 people"), std::string::npos) << one.dump();
  EXPECT_EQ(two.dump().find("change in time"), std::string::npos);
}

std::string refusal(const std::string& toml, const std::string& csv,
                    const FitRequest& request = {}) {
  try {
    fitted(toml, csv, request);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

void expect_refused(const std::string& seen, const std::string& code, const std::string& words) {
  EXPECT_EQ(seen.substr(0, code.size()), code) << seen;
  EXPECT_NE(seen.find(words), std::string::npos) << seen;
}

TEST(FitCommand, refuses_a_model_file_with_its_place) {
  expect_refused(refusal(with(model, "dose = \"mg\"\n", ""), rows), "io.toml.missing", "dose");
  expect_refused(refusal(with(model, "\"mg/L\"", "\"mol\""), rows), "io.toml.value",
                 "model.toml:6");
  expect_refused(refusal(with(model, "id = \"v\"", "id = \"w\""), rows), "io.toml.value",
                 "saw 'w'");
  expect_refused(refusal(with(model, "typical = 0.5", "typical = -1"), rows), "io.toml.value",
                 "above 0");
  expect_refused(refusal(model + "\n[[covariate]]\nparameter = \"q\"\ncolumn = \"WT\"\n"
                                 "form = \"power\"\nreference = 70\ncoefficient = 1\n",
                         rows),
                 "io.toml.value", "saw 'q'");
  expect_refused(refusal(with(model, "between_sd", "betwen_sd"), rows), "io.toml.unknown",
                 "betwen_sd");
}

TEST(FitCommand, refuses_data_with_participant_time_or_line) {
  expect_refused(refusal(model, with(rows, "1,1,.,9.58", "1,-1,.,9.58")), "answer.fit.row",
                 "data.csv:4:2 (TIME): participant 1");
  expect_refused(refusal(model, with(rows, "1,0,10,.", "1,0,-10,.")), "answer.fit.row",
                 "data.csv:2:3 (AMT)");
  expect_refused(refusal(model, with(rows, "4,1,.,3.9", "1,1,.,3.9")), "answer.fit.row",
                 "saw 1 again");
  expect_refused(refusal(model, with(rows, "DV", "Y")), "answer.fit.column", "DV is needed");
  const std::string weighted = model +
                               "\n[[covariate]]\nparameter = \"cl\"\ncolumn = \"AGE\"\n"
                               "form = \"power\"\nreference = 40\ncoefficient = 1\n";
  expect_refused(refusal(weighted, rows), "answer.fit.column", "AGE");
  expect_refused(refusal(weighted, "ID,TIME,AMT,DV,AGE\n1,0,10,.,.\n1,0,.,10.57,41\n"),
                 "answer.fit.covariate", "data.csv:2:5 (AGE)");
  expect_refused(refusal(with(weighted, "between_sd = 0.2", "occasion_sd = 0.2"),
                         "ID,TIME,AMT,DV,AGE,OCC\n1,0,10,.,40,1\n1,0,.,10.57,41,1\n"),
                 "answer.fit.covariate", "data.csv:3:5 (AGE)");
  expect_refused(refusal(model, "ID,TIME,AMT,DV\n1,0,10,.\n"), "pharm.population.empty", "");
}

// The line of the row, and one message whatever the method.
TEST(FitCommand, refuses_observations_that_tell_nothing) {
  const std::string before = with(rows, "2,0,10,.", "2,-1,.,0.2\n2,0,10,.");
  FitRequest request;
  for (const char* method : {"focei", "laplace", "saem"}) {
    request.method = method;
    expect_refused(refusal(model, before, request), "pharm.population.spread",
                   "participant 2, time -1 h (line 5): the prediction is 0");
  }
  const std::string below = "ID,TIME,AMT,DV,BLQ\n1,0,10,.,0\n1,1,.,2,1\n2,0,10,.,0\n2,1,.,2,1\n";
  for (const char* method : {"laplace", "saem"}) {
    request.method = method;
    expect_refused(refusal(model, below, request), "pharm.population.censored", "all 2");
  }
}

TEST(FitCommand, refuses_words_that_it_does_not_know) {
  FitRequest request;
  request.method = "nlme";
  expect_refused(refusal(model, rows, request), "answer.fit.method", "focei, laplace, saem");
  request = {};
  request.covariance = "x";
  expect_refused(refusal(model, rows, request), "answer.fit.covariance", "sandwich");
  request = {};
  request.rows = "x";
  expect_refused(refusal(model, rows, request), "answer.fit.rows", "people");
  request = {};
  request.level = 2;
  expect_refused(refusal(model, rows, request), "answer.fit.level", "saw 2");
  request = {};
  request.replicates = -5;
  try {
    fit_files("model.toml", "data.csv", request);
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.fit.replicates");
  }
}

}  // namespace
}  // namespace entact
