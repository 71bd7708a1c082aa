#include "entact/answer/nca_command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "entact/io/csv_table.h"

namespace entact {
namespace {

using Json = nlohmann::json;

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text);
  return {
      .table = to_table(csv, {.value_missing = {"."}}).table, .file = "pk.csv", .lines = csv.lines};
}

Json result_of(const std::string& text, const NcaRequest& request = {}) {
  return Json::parse(nca_answer(table_of(text), request).result_json);
}

std::string refusal(const std::string& text, const NcaRequest& request = {}) {
  try {
    static_cast<void>(nca_answer(table_of(text), request));
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

NcaRequest theophylline() {
  NcaRequest request;
  request.unit = "mg/L";
  return request;
}

const std::string people = ENTACT_SOURCE_DIR "/examples/07_fit/theophylline.csv";
const std::string reference = ENTACT_SOURCE_DIR "/reference/nca/";

// 100 exp(-t / 10) by mouth is not, but its areas are known: 1000 to infinity, slope 0.1.
const std::string falling =
    "ID,TIME,DV,AMT\nA,0,.,50\nA,0,100,.\nA,2,81.873075307798186,.\nA,4,67.032004603563931,.\n"
    "A,8,44.932896411722156,.\nA,16,20.189651799465538,.\n";

// Every number of every participant, by each method for the area; oracle to its 15 digits.
TEST(NcaCommand, agrees_with_an_independent_script_on_theophylline) {
  const CsvTable oracle = read_csv_file(reference + "theophylline.csv");
  ASSERT_EQ(oracle.rows.size(), 36U);
  for (const std::string method : {"linear-up-log-down", "linear", "linear-log"}) {
    NcaRequest request = theophylline();
    request.method = method;
    const Json result = Json::parse(nca_file(people, request).result_json);
    for (const std::vector<std::string>& row : oracle.rows)
      for (std::size_t k = 3; k < row.size() && row[0] == method; ++k) {
        const Json& course = result["courses"][std::stoul(row[1]) - 1];
        EXPECT_EQ(course["participant"], row[1]);
        const double expected = std::stod(row[k]);
        EXPECT_NEAR(course[oracle.header[k]].get<double>(), expected, 1e-11 * expected)
            << method << " " << row[1] << " " << oracle.header[k];
      }
  }
}

TEST(NcaCommand, describes_people_as_the_script_does) {
  const CsvTable oracle = read_csv_file(reference + "summary.csv");
  ASSERT_EQ(oracle.rows.size(), 7U);
  const Json result = Json::parse(nca_file(people, theophylline()).result_json);
  for (const std::vector<std::string>& row : oracle.rows)
    for (std::size_t k = 1; k < row.size(); ++k) {
      const double expected = std::stod(row[k]);
      EXPECT_NEAR(result["groups"][0]["summary"][row[0]][oracle.header[k]].get<double>(), expected,
                  1e-11 * expected)
          << row[0] << " " << oracle.header[k];
    }
}

// What PKNCA's article prints (reference/nca/README.md), to the digits that it prints.
TEST(NcaCommand, agrees_with_what_pknca_publishes) {
  const Json all =
      Json::parse(nca_file(people, theophylline()).result_json)["groups"][0]["summary"];
  EXPECT_NEAR(all["cmax"]["geometric_mean"], 8.65, 0.005);
  EXPECT_NEAR(all["cmax"]["geometric_cv"], 0.170, 0.0005);
  EXPECT_NEAR(all["tmax_h"]["median"], 1.14, 0.0051);
  EXPECT_NEAR(all["half_life_h"]["mean"], 8.18, 0.005);
  EXPECT_NEAR(all["half_life_h"]["sd"], 2.12, 0.005);
  EXPECT_NEAR(all["auc_inf"]["geometric_mean"], 115, 0.5);
  EXPECT_NEAR(all["auc_inf"]["geometric_cv"], 0.284, 0.0005);
}

// Closed form of an exponential fall; 50 mg and ng/mL: Cl/F = 50 mg / (1000 ng/mL h) = 50 L/h.
TEST(NcaCommand, gives_clearance_in_litres_an_hour_in_any_unit) {
  const Json one = result_of(falling)["courses"][0];
  EXPECT_NEAR(one["auc_inf"], 1000, 1e-9);
  EXPECT_NEAR(one["half_life_h"], 10 * std::log(2.0), 1e-12);
  EXPECT_NEAR(one["clearance"], 50, 1e-9);
  EXPECT_NEAR(one["volume"], 500, 1e-8);
  NcaRequest request;
  request.unit = "mg/L";
  request.dose_unit = "g";
  EXPECT_NEAR(result_of(falling, request)["courses"][0]["clearance"], 50, 1e-9);
  request.dose_unit = "ug/kg";
  const Json by_weight = result_of(falling, request);
  EXPECT_NEAR(by_weight["courses"][0]["clearance"], 5e-5, 1e-15);
  EXPECT_EQ(by_weight["quantities"][12]["unit"], "L/h/kg");
}

TEST(NcaCommand, counts_time_from_the_dose_and_says_what_it_leaves_out) {
  const std::string later =
      "ID,TIME,DV,AMT\nA,90,3,.\nA,120,.,50\nA,120,100,.\nA,240,81.873075307798186,.\nA,300,.,.\n"
      "A,360,67.032004603563931,.\nA,600,44.932896411722156,.\nA,1080,20.189651799465538,.\n";
  NcaRequest request;
  request.columns.time_unit = "min";
  const Answer answer = nca_answer(table_of(later), request);
  const Json one = Json::parse(answer.result_json)["courses"][0];
  EXPECT_NEAR(one["auc_inf"], 1000, 1e-9);
  EXPECT_EQ(one["missing"], 1);
  EXPECT_EQ(one["before_dose"], 1);
  ASSERT_EQ(answer.reservations.size(), 3U);  // also: the slope spans less than two half-lives
  EXPECT_NE(answer.reservations[1].find("participant A: 1 concentrations before the dose"),
            std::string::npos);
}

TEST(NcaCommand, takes_the_dose_beside_concentrations_and_courses_by_group) {
  const std::string crossover =
      "USUBJID,PERIOD,TIME,AVAL,DOSE\nA,fed,1,8,40\nA,fed,2,4,40\nA,fed,3,.,40\nA,fed,4,1,40\n"
      "A,fasted,1,16,80\nA,fasted,2,8,80\nA,fasted,4,2,80\n";
  NcaRequest request;
  request.columns.group = {"PERIOD"};
  const Json result = result_of(crossover, request);
  ASSERT_EQ(result["courses"].size(), 2U);
  EXPECT_EQ(result["courses"][0]["dose"], 40);
  EXPECT_EQ(result["courses"][0]["missing"], 1);
  EXPECT_EQ(result["courses"][1]["group"]["PERIOD"], "fasted");
  EXPECT_EQ(result["groups"][1]["summary"]["cmax"]["mean"], 16);
  EXPECT_NE(refusal(crossover).find("pk.csv:6:5 (DOSE): participant A, time 1 h: a course has one"),
            std::string::npos);
}

TEST(NcaCommand, treats_what_is_below_quantification_by_place) {
  const std::string course =
      "ID,TIME,DV\nA,0,BLQ\nA,1,8\nA,2,<0.5\nA,3,2\nA,4,1\nA,5,0.5\nA,6,BLQ\n";
  EXPECT_NEAR(result_of(course)["courses"][0]["slope_points"], 3, 0);
  NcaRequest request;
  request.method = "linear";
  request.blq = "drop,zero,zero";
  // From 1 h on: 4, 1, 1.5, 0.75; what is after the last is beyond Tlast.
  EXPECT_NEAR(result_of(course, request)["courses"][0]["auc_last"], 4 + 1 + 1.5 + 0.75, 1e-12);
  request.lloq = 0.8;  // the last one that can be measured is then at 4 h
  EXPECT_EQ(result_of(course, request)["courses"][0]["tlast_h"], 4);
}

// One participant without a measurable concentration is told, and stops nobody.
TEST(NcaCommand, goes_on_where_one_participant_has_nothing_measurable) {
  NcaRequest request;
  for (const std::string rules : {"zero,drop,zero", "drop,drop,drop"}) {
    request.blq = rules;
    const Answer answer = nca_answer(table_of(falling + "B,0,.,50\nB,1,BLQ,.\nB,2,0,.\n"), request);
    const Json result = Json::parse(answer.result_json);
    EXPECT_NEAR(result["courses"][0]["auc_inf"], 1000, 1e-9);
    EXPECT_EQ(result["courses"][1]["cmax"], 0);
    EXPECT_NE(std::find(answer.reservations.begin(), answer.reservations.end(),
                        "participant B: no concentration can be measured"),
              answer.reservations.end());
  }
}

// Equal last concentrations beside a sound participant: the mean half-life is that of the one.
TEST(NcaCommand, describes_half_lives_without_those_of_flat_ends) {
  const Json result =
      result_of(falling + "B,0,.,50\nB,1,27,.\nB,3,5.4,.\nB,22,5.4,.\nB,36,5.4,.\n");
  EXPECT_TRUE(result["courses"][1]["half_life_h"].is_null());
  EXPECT_NEAR(result["groups"][0]["summary"]["half_life_h"]["mean"], 10 * std::log(2.0), 1e-12);
  EXPECT_EQ(result["groups"][0]["summary"]["half_life_h"]["n"], 1);
}

TEST(NcaCommand, takes_half_of_an_infusion_off_the_mean_residence) {
  const auto residence = [&](const std::string& dose) {
    return result_of(
        "ID,TIME,DV,AMT,RATE\nA,0,.,50," + dose +
        "\nA,1,50,.,.\nA,2,100,.,.\nA,4,50,.,.\nA,6,25,.,.\nA,8,12.5,.,.\n")["courses"][0];
  };
  EXPECT_NEAR(residence("0")["mean_residence_h"].get<double>() -
                  residence("25")["mean_residence_h"].get<double>(),
              1, 1e-12);
  EXPECT_EQ(residence("25")["infusion_h"], 2);
  EXPECT_FALSE(residence("0").contains("infusion_h"));
  EXPECT_EQ(residence("10")["slope_points"], 0);  // until 5 h: two points are too few
}

TEST(NcaCommand, takes_the_slope_between_the_times_given) {
  NcaRequest request;
  request.slope = "0:4";
  const Json one = result_of(falling, request)["courses"][0];
  EXPECT_EQ(one["slope_points"], 3);
  EXPECT_EQ(one["slope_from_h"], 0);
  EXPECT_NEAR(one["lambda_z"], 0.1, 1e-12);
}

TEST(NcaCommand, prints_rows_and_draws_the_slope_through_the_points) {
  NcaRequest request;
  const Answer answer = nca_answer(table_of(falling), request);
  EXPECT_EQ(answer.csv.rfind("participant,dose,cmax,", 0), 0U);
  request.rows = "summary";
  EXPECT_EQ(nca_answer(table_of(falling), request).csv.rfind("quantity,unit,n,mean,", 0), 0U);
  EXPECT_NE(answer.text.find("Cl/F (L/h)"), std::string::npos);
  ASSERT_TRUE(answer.document);
  for (const Block& block : answer.document->sections[0].blocks)
    if (const auto* figure = std::get_if<FigureBlock>(&block)) {
      const Json slope = Json::parse(figure->vega)["layer"][1]["data"]["values"];
      EXPECT_NEAR(slope[0]["y"], 81.873075307798186, 1e-9);  // the first point after Tmax
      EXPECT_NEAR(slope[1]["y"], 20.189651799465538, 1e-9);
    }
}

TEST(NcaCommand, names_participant_time_and_line_of_what_it_refuses) {
  const auto says = [](const std::string& saw, const std::string& wanted) {
    EXPECT_NE(saw.find(wanted), std::string::npos) << saw;
  };
  says(refusal("ID,TIME,DV\nA,1,8\nB,0,1\nB,2,4\nB,2,3\n"),
       "answer.nca.row pk.csv:5:2 (TIME): participant B, time 2 h: times of a course increase");
  says(refusal("ID,TIME,DV\nA,1,-8\n"), "pk.csv:2:3 (DV): participant A, time 1 h: a conc");
  says(refusal("ID,TIME,DV\nA,1,high\n"), "saw 'high'");
  says(refusal("ID,TIME,DV\nA,.,8\nA,2,4\n"), "pk.csv:2:2 (TIME): participant A: a conc");
  says(refusal("ID,TIME,DV\n,1,8\nA,2,4\n"), "answer.nca.row pk.csv:2:1 (ID)");
  says(refusal("ID,TIME,DV,AMT\nA,0,.,5\nA,1,2,.\nA,2,.,5\n"), "pk.csv:4:4 (AMT): participant A");
  says(refusal("ID,TIME,DV,AMT\nA,0,.,-5\nA,1,2,.\n"), "a dose is not negative");
  says(refusal("ID,TIME,DOSE\nA,0,5\n"), "answer.nca.column pk.csv: no column DV, AVAL, CONC");
  says(refusal("ID,TIME,DV,AMT\nA,5,.,5\nA,1,2,.\n"), "answer.nca.none");
  NcaRequest request;
  request.unit = "mol/L";
  says(refusal(falling, request), "answer.nca.unit");
  const std::vector<std::function<void(NcaRequest&)>> wrong{
      [](NcaRequest& r) { r.method = "cubic"; }, [](NcaRequest& r) { r.blq = "zero"; },
      [](NcaRequest& r) { r.slope = "8:4"; }, [](NcaRequest& r) { r.lloq = -1; },
      [](NcaRequest& r) { r.rows = "all"; }};
  for (const auto& change : wrong) {
    NcaRequest changed;
    change(changed);
    says(refusal(falling, changed), "answer.nca.option");
  }
}

}  // namespace
}  // namespace entact
