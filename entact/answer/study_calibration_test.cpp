#include "entact/answer/study_calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

const std::filesystem::path data = std::filesystem::path(ENTACT_SOURCE_DIR) / "data";

/// The published linear model and six summaries of three studies that it predicts: one study's
/// levels are 1.4 times as high, and every row is off by 2% up or down.
struct Made {
  ModelFile file = read_model_file(find_model_file("mdma-linear", data));
  PharmModel model = bind_model_file(file);
  PharmObservations observations{};
  std::vector<double> truth = typical_parameters(file);

  Made() {
    const int cl = parameter("cl"), v = parameter("v");
    observations.fit = {cl, v};
    truth[static_cast<std::size_t>(cl)] = 50, truth[static_cast<std::size_t>(v)] = 400;
    int sign = 1;
    for (const char* study : {"a", "b", "c"})
      for (const bool within : {false, false, true}) {
        PharmObservation one{.fact_id = study, .study = study};
        one.courses = {{.regimen = within     ? "75@0,75@12"
                                   : sign > 0 ? "75@0"
                                              : "125@0",
                        .from_h = within ? 12.0 : 0.0,
                        .to_h = within ? 24.0 : 48.0}};
        if (within) one.versus = {{.regimen = "75@0,75@12", .from_h = 0, .to_h = 12}};
        for (auto* side : {&one.courses, &one.versus})
          for (PharmCourse& course : *side)
            course.covariates.assign(file.population.covariates.size(), std::nan(""));
        one.asked = sign > 0 ? CourseStatistic::peak : CourseStatistic::area;
        one.weight = 1, one.as_ratio = true;
        const double exact = predict(model, file, one, {.draws = 0}, truth).value;
        const double study_factor = !within && study == std::string("b") ? 1.4 : 1;
        one.observed = exact * study_factor * (1 + 0.02 * sign);
        observations.observations.push_back(one);
        sign = -sign;
      }
  }
  [[nodiscard]] int parameter(const std::string& id) const {
    for (std::size_t k = 0; k < file.description.parameters.size(); ++k)
      if (file.description.parameters[k].id == id) return static_cast<int>(k);
    return -1;
  }
};

// One of three studies lies 1.4-fold high: the spread between studies takes it up, the rows' own
// error stays near their 2%, and the intervals hold the truth.
TEST(StudyCalibration, tells_studies_from_rows) {
  const Made made;
  const StudyCalibration found = calibrate_by_study(made.model, made.file, made.observations);
  EXPECT_EQ(found.studies, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(found.levels, (std::vector<int>{2, 2, 2}));
  EXPECT_TRUE(found.with.converged && found.without.converged);
  EXPECT_NEAR(found.with.sigma, 0.025, 0.015);
  EXPECT_NEAR(found.with.tau, 0.2, 0.05);  // sd of log 1.4 and two zeros: 0.194
  EXPECT_GT(found.without.sigma, 0.1);
  EXPECT_LT(found.p, 0.05);
  EXPECT_NEAR(found.with.study_effect[1] - found.with.study_effect[0], std::log(1.4), 0.05);
  for (Eigen::Index k = 0; k < 2; ++k) {
    const double wanted = std::log(
        made.truth[static_cast<std::size_t>(found.parameters[static_cast<std::size_t>(k)])]);
    EXPECT_NEAR(found.with.x[k], wanted, 2.5 * found.with.se[k]) << k;
  }
  const auto json = study_calibration_json(made.file, found);
  EXPECT_EQ(json["studies"][1]["levels"], 2);
  EXPECT_NEAR(json["with"]["parameters"][0]["fitted"].get<double>(), std::exp(found.with.x[0]),
              1e-12);
  const std::string words = study_calibration_text(made.file, found);
  EXPECT_NE(words.find("study b"), std::string::npos) << words;
}

TEST(StudyCalibration, leaves_out_rows_without_weight) {
  Made made;
  for (PharmObservation& one : made.observations.observations)
    if (one.study == "b") one.weight = 0;
  const StudyCalibration found = calibrate_by_study(made.model, made.file, made.observations);
  EXPECT_EQ(found.studies.size(), 2U);
  EXPECT_LT(found.with.tau, 0.05);
  for (PharmObservation& one : made.observations.observations)
    if (one.study == "c") one.weight = 0;
  EXPECT_THROW(calibrate_by_study(made.model, made.file, made.observations), Error);
}

}  // namespace
}  // namespace entact
