#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/nca_profiles.h"
#include "entact/pharm/nca.h"

namespace entact {

/// `entact nca`: concentrations of a dataset without a model.
struct NcaRequest {
  NcaColumns columns{};
  std::string unit = "ng/mL";    ///< of concentrations: pg/mL, ng/L, ug/L, ng/mL, ug/mL, mg/L, g/L
  std::string dose_unit = "mg";  ///< ug, mg, g, or those with /kg
  std::string method = "linear-up-log-down";  ///< linear, linear-log
  double lloq = 0;                            ///< in `unit`
  std::string blq = "zero,drop,zero";  ///< zero or drop: before the first, between, after the last
  std::string slope{};                 ///< "FROM:TO" in hours after the dose; empty: by the rule
  std::vector<std::string> intervals{};  ///< partial areas, "FROM:TO" in hours after the dose
  std::optional<double> tau_h{};         ///< hours between doses: the course is at steady state
  std::vector<std::string> where{};      ///< only rows with COLUMN=VALUE
  std::string rows = "participants";     ///< of the CSV; or summary
};

/// A number that the analysis gives of each course.
struct NcaQuantity {
  std::string key{}, label{}, unit{};
  double Nca::*value = nullptr;  ///< none: of a part of the course (nca_intervals.h)
};

/// What a group's courses have in common, of one quantity; NaN where too few have it.
struct NcaSummary {
  std::ptrdiff_t n = 0;  ///< courses in which it could be found
  double mean = 0, sd = 0, cv = 0, geometric_mean = 0, geometric_cv = 0;
  double median = 0, min = 0, max = 0;
};

struct NcaCourse {
  NcaProfile profile{};
  Nca found{};                   ///< clearance in L/h, volume in L; per kg if the dose is
  std::vector<double> values{};  ///< one a quantity
};

struct NcaGroup {
  std::vector<std::string> names{};     ///< the value in each grouping column
  std::vector<NcaSummary> summaries{};  ///< one a quantity
};

struct NcaResults {
  NcaRequest request{};
  std::vector<NcaQuantity> quantities{};
  std::vector<NcaCourse> courses{};
  std::vector<NcaGroup> groups{};
  std::vector<std::string> reservations{};
};

/// Analyses every course of the dataset and describes the groups.
///
/// @throws Error "answer.nca.unit", "answer.nca.option" (usage), naming option, rule and value;
///         "answer.nca.none" (unanswerable) if no course has a concentration; as nca_profiles
NcaResults run_nca(const TrialTable& data, const NcaRequest& request);

/// n, moments and order of the values that are not NaN; geometric ones if all are positive.
NcaSummary summarise_nca(std::vector<double> values);

/// JSON keys of the result: method, unit, dose_unit, lloq, blq, intervals[] and tau_h if asked
/// for, quantities[{key, label, unit}], courses[{participant, group{}, dose, KEY for each quantity,
/// r2_adjusted, slope_points, slope_from_h, span, points[{t_h, concentration}], missing,
/// before_dose, predose_h (when the sample was taken that stands for the concentration at the
/// dose), infusion_h (of an infusion), reservations[]}], groups[{group{}, courses, summary{KEY: {n,
/// mean, sd, cv, geometric_mean, geometric_cv, median, min, max}}}]. Shares and coefficients of
/// variation are in [0, 1]. The CSV has a row a course, or a row for each group and quantity.
///
/// @checked reference/nca (R; what PKNCA's article prints)
Answer nca_answer(const TrialTable& data, const NcaRequest& request);

/// Reads the file and answers.
Answer nca_file(const std::string& path, const NcaRequest& request);

/// The answer as a page: curves with terminal slopes, the groups, the courses.
Document nca_document(const NcaResults& results);

/// "ARM 80 mg, fed": a group's values joined; "all" without grouping columns.
std::string nca_group_name(const std::vector<std::string>& names);

}  // namespace entact
