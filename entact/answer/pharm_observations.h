#pragma once

#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entact/answer/model_file.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// Who took what, and the hours that a statistic looks at.
struct PharmCourse {
  std::string regimen{};                        ///< as `--regimen`; "none": no dose
  std::vector<std::string> with{};              ///< settings of the model
  std::vector<std::pair<int, double>> fixed{};  ///< parameters and the values they are given
  std::vector<double> covariates{};             ///< of the model; NaN: the reference
  std::vector<std::string> conditions{};        ///< all of these in words: "fed = 1"
  double from_h = 0;
  double to_h = 24;
};

/// What is computed of an output over those hours.
enum class CourseStatistic {
  peak,
  peak_time,      ///< h
  peak_change,    ///< peak less the value at the start
  area,           ///< by the trapezoidal rule
  half_life,      ///< h, between the two hours
  clearance,      ///< L/h, dose over area
  duration,       ///< h above `share` of the peak
  percent_above,  ///< people whose peak exceeds `threshold`
  highest,        ///< peak of the highest of n people
};

/// What a row without a number says of a change.
enum class ChangeDirection { up, down, none };
/// Whether a row is an end of a range.
enum class ObservationBound { exact, at_least, at_most };

/// A published observation and how the model is to be asked for it.
struct PharmObservation {
  std::string fact_id{};
  std::string study{};
  std::string quantity{};   ///< analyte or effect, as reported
  std::string statistic{};  ///< as reported
  std::string unit{};
  std::string verified{};
  int n = 0;  ///< people; 0: not reported
  double observed = std::numeric_limits<double>::quiet_NaN();
  double observed_low =
      std::numeric_limits<double>::quiet_NaN();  ///< 95% interval of the mean, or as reported
  double observed_high = std::numeric_limits<double>::quiet_NaN();

  std::vector<PharmCourse> courses{};  ///< their statistics are averaged
  std::vector<PharmCourse> versus{};   ///< one each, or none: the statistic is a change
  int output = 0;
  CourseStatistic asked = CourseStatistic::peak;
  double share = 0;
  double threshold = 0;
  bool as_ratio = false;  ///< of changes: a ratio, not percent
  ObservationBound bound = ObservationBound::exact;
  std::optional<ChangeDirection> direction{};
  double weight = 0;       ///< in the calibration
  std::string used_for{};  ///< parameter set with a look at this row, outside the calibration
  std::string why{};
};

/// A row that the model cannot be asked for.
struct ExcludedObservation {
  std::string fact_id{};
  std::string why{};
};

/// data/models/calibration.toml with the rows that it names.
struct PharmObservations {
  std::string model{};     ///< name of the model
  std::vector<int> fit{};  ///< parameters of the calibration
  std::vector<PharmObservation> observations{};
  std::vector<ExcludedObservation> excluded{};
};

/// The regimen and its conditions: "100@0, fed = 1". No regimen: the conditions alone.
std::string course_words(const PharmCourse& course);

/// Name of the model that the observations are put to.
/// @throws Error io.toml.* with file, line and column
std::string observed_model(std::string_view text, const std::string& file);

/// @throws Error io.toml.* with file, line and column, also for names that lead nowhere
PharmObservations read_observations(std::string_view text, const std::string& file,
                                    const ModelFile& model, const EvidenceBase& base);

}  // namespace entact
