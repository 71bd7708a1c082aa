#include "entact/answer/adverse_measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/measure_rows.h"
#include "entact/io/number.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

bool asked(const std::vector<std::string>& params, const std::string& param) {
  return params.empty() || std::find(params.begin(), params.end(), param) != params.end();
}

void order_visits(File& bds) {
  if (!bds.file.has("AVISITN")) return;
  std::map<std::string, double> at;
  for (const Row& row : bds.rows) at.emplace(row.visit, bds.file.number("AVISITN", row.row));
  std::stable_sort(bds.visits.begin(), bds.visits.end(),
                   [&](const auto& a, const auto& b) { return at.at(a) < at.at(b); });
}

}  // namespace

int File::visit_index(const std::string& visit) const {
  return static_cast<int>(std::find(visits.begin(), visits.end(), visit) - visits.begin());
}

File read(const std::string& path, const std::vector<std::string>& params,
          const SafetyPopulation& people) {
  File bds{.file = read_study_file(path)};
  for (const char* column : {"USUBJID", "PARAMCD", "AVISIT", "AVAL"}) bds.file.need(column);
  std::set<std::string> visits;
  for (std::size_t row = 0; row < bds.file.rows(); ++row) {
    const int person = people.participant_at(bds.file, row);
    const std::string param = bds.file.word("PARAMCD", row);
    if (person < 0 || !asked(params, param)) continue;
    bds.rows.push_back({row, person, param, bds.file.word("AVISIT", row)});
    if (visits.insert(bds.rows.back().visit).second) bds.visits.push_back(bds.rows.back().visit);
    if (bds.labels.contains(param)) continue;
    bds.params.push_back(param);
    bds.labels[param] = bds.file.has("PARAM") ? bds.file.word("PARAM", row) : param;
  }
  require(!bds.rows.empty(), "answer.adverse.param",
          path + ": no row of the safety population has a PARAMCD that was asked for",
          ErrorKind::usage);
  order_visits(bds);
  return bds;
}

std::vector<double> share_numbers(const std::vector<Share>& by_arm, std::size_t arm, int reference,
                                  const AdverseCompareOptions& how) {
  const Share own = by_arm[arm], other = by_arm[static_cast<std::size_t>(reference)];
  std::vector<double> numbers{static_cast<double>(own.n),
                              static_cast<double>(own.with),
                              nothing,
                              nothing,
                              nothing,
                              nothing,
                              nothing,
                              nothing};
  if (own.n == 0) return numbers;
  const Interval exact = clopper_pearson(own.with, own.n, how.level);
  numbers[2] = own.with / static_cast<double>(own.n);
  numbers[3] = exact.low;
  numbers[4] = exact.high;
  if (static_cast<int>(arm) == reference || other.n == 0) return numbers;
  const TwoByTwo t{static_cast<double>(own.with), static_cast<double>(own.n),
                   static_cast<double>(other.with), static_cast<double>(other.n)};
  const Interval interval = how.interval == AdverseCompareOptions::Interval::newcombe
                                ? newcombe_risk_difference(t, how.level)
                                : score_risk_difference(t, how.level);
  numbers[5] = numbers[2] - other.with / static_cast<double>(other.n);
  numbers[6] = interval.low;
  numbers[7] = interval.high;
  return numbers;
}

std::vector<MeasureTable::Field> share_fields(const std::string& with) {
  using Unit = MeasureTable::Unit;
  return {{"n", "n", Unit::count},
          {"participants", with, Unit::count},
          {"share", "%", Unit::share},
          {"share_low", "low", Unit::share},
          {"share_high", "high", Unit::share},
          {"rd", "difference, per 100", Unit::share},
          {"rd_low", "low", Unit::share},
          {"rd_high", "high", Unit::share}};
}

std::vector<double> mean_numbers(const std::vector<Summary>& by_arm, std::size_t arm, int reference,
                                 double level) {
  const Summary& own = by_arm[arm];
  std::vector<double> numbers{static_cast<double>(own.n), own.mean, own.sd, own.mean_interval.low,
                              own.mean_interval.high};
  if (static_cast<int>(arm) == reference) {
    numbers.insert(numbers.end(), {nothing, nothing, nothing});
  } else {
    const Estimate apart =
        welch_difference(own, by_arm[static_cast<std::size_t>(reference)], level);
    numbers.insert(numbers.end(), {apart.value, apart.interval->low, apart.interval->high});
  }
  return numbers;
}

std::vector<MeasureTable::Field> mean_fields(const std::string& of) {
  using Unit = MeasureTable::Unit;
  return {{"n", "n", Unit::count},
          {"mean", "mean " + of, Unit::plain},
          {"sd", "sd", Unit::plain},
          {"low", "low", Unit::plain},
          {"high", "high", Unit::plain},
          {"difference", "difference of means", Unit::plain},
          {"difference_low", "low", Unit::plain},
          {"difference_high", "high", Unit::plain}};
}

void add_course(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
                int reference) {
  if (request.course.empty()) return;
  const File bds = read(request.course, request.params, people);
  all.inputs.push_back(bds.file.input);
  MeasureTable table{.id = "course",
                     .title = "Scores over time",
                     .caption =
                         "Means of those with a value, with t intervals; differences against "
                         "the reference by Welch.",
                     .words = {{"param", "Measure"}, {"visit", "Visit"}, {"arm", "Arm"}},
                     .numbers = mean_fields("score")};
  for (const std::string& param : bds.params)
    for (const std::string& visit : bds.visits) {
      std::vector<std::vector<double>> values(people.arms.size());
      for (const Row& row : bds.rows)
        if (row.param == param && row.visit == visit)
          values[static_cast<std::size_t>(
                     people.participants[static_cast<std::size_t>(row.participant)].arm)]
              .push_back(bds.file.number("AVAL", row.row));
      std::vector<Summary> by_arm;
      for (const auto& each : values) by_arm.push_back(summarise(each, request.how.level));
      for (std::size_t arm = 0; arm < by_arm.size(); ++arm)
        table.rows.push_back({{bds.labels.at(param), visit, people.arms[arm]},
                              mean_numbers(by_arm, arm, reference, request.how.level)});
    }
  all.tables.push_back(std::move(table));
}

}  // namespace measure

OutlierLimit outlier_limit(const std::string& text) {
  const auto at = text.find_first_of("<>");
  const bool sound =
      at != std::string::npos && at > 0 && at + 1 < text.size() && text[at + 1] == '=';
  const auto limit = sound ? parse_number(text.substr(at + 2)) : std::nullopt;
  require(limit.has_value(), "answer.adverse.outlier",
          "a limit is PARAMCD>=NUMBER or PARAMCD<=NUMBER, as in SYSBP>=160; saw '" + text + "'",
          ErrorKind::usage);
  return {text.substr(0, at), text[at] == '>', *limit};
}

AdverseMeasures adverse_measures(const AdverseRequest& request, const SafetyPopulation& people,
                                 int reference) {
  AdverseMeasures all;
  measure::add_vitals(all, request, people, reference);
  measure::add_shift(all, request, people, reference);
  measure::add_course(all, request, people, reference);
  return all;
}

}  // namespace entact
