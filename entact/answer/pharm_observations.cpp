#include "entact/answer/pharm_observations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/model_entries.h"
#include "entact/base/error.h"
#include "entact/io/toml.h"
#include "entact/num/distributions.h"
#include "entact/pharm/regimen.h"

namespace entact {
namespace {

template <class Value, std::size_t n>
Value chosen(const TomlTable& table, std::string_view key,
             const std::pair<std::string_view, Value> (&words)[n]) {
  const std::string text = table.text(key);
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  throw table.fault(key, "one of " + known, "Choose one of these");
}

constexpr std::pair<std::string_view, CourseStatistic> statistics[] = {
    {"peak", CourseStatistic::peak},
    {"peak_time", CourseStatistic::peak_time},
    {"peak_change", CourseStatistic::peak_change},
    {"area", CourseStatistic::area},
    {"half_life", CourseStatistic::half_life},
    {"clearance", CourseStatistic::clearance},
    {"duration", CourseStatistic::duration},
    {"percent_above", CourseStatistic::percent_above},
    {"highest", CourseStatistic::highest}};
constexpr std::pair<std::string_view, ChangeDirection> directions[] = {
    {"up", ChangeDirection::up}, {"down", ChangeDirection::down}, {"none", ChangeDirection::none}};
constexpr std::pair<std::string_view, ObservationBound> bounds[] = {
    {"at_least", ObservationBound::at_least}, {"at_most", ObservationBound::at_most}};

/// Latest dose, in hours.
double last_dose(const TomlTable& table, std::string_view key, const std::string& regimen) {
  if (regimen == "none") return 0;
  try {
    return parse_regimen(regimen).back().t_h;
  } catch (const Error& error) {
    throw table.fault(key, error.what(), "Mend the regimen");
  }
}

class ObservationReader {
 public:
  ObservationReader(const ModelFile& model, const EvidenceBase& base)
      : model_(model), base_(base) {}

  PharmObservation read(const TomlTable& table) const {
    PharmObservation made = fact(table);
    const std::string output = table.text("output");
    made.output = index_of(model_.description.outputs, output);
    if (made.output < 0)
      throw table.fault("output", "an output of the model", "Check the spelling");
    made.asked = chosen(table, "statistic", statistics);
    made.share = table.number("share", 0);
    made.threshold = table.number("threshold", 0);
    made.weight = table.number("weight", 0);
    if (made.weight < 0)
      throw table.fault("weight", "a weight is not negative", "Write 0 to hold the row out");
    made.used_for = table.text("used_for", "");
    made.why = table.text("why", "");
    if (table.has("bound")) made.bound = chosen(table, "bound", bounds);
    if (table.has("direction")) made.direction = chosen(table, "direction", directions);
    made.as_ratio = table.text("form", "percent") == "ratio";
    add_courses(table, made);
    if (made.direction ? made.versus.empty() : std::isnan(made.observed))
      throw table.fault("fact", "a row has a number, or a direction and what it is compared with",
                        "Add direction and versus, or exclude the row");
    return made;
  }

 private:
  [[nodiscard]] PharmObservation fact(const TomlTable& table) const {
    const std::string id = table.text("fact");
    const std::optional<Row> row = base_.fact(id);
    if (!row) throw table.fault("fact", "a fact of the evidence base", "Check the spelling");
    const bool kinetic = row->table().name() == "pk_observations";
    PharmObservation made{.fact_id = id,
                          .study = row->text("study"),
                          .quantity = row->text(kinetic ? "analyte" : "effect"),
                          .statistic = row->text("statistic"),
                          .unit = kinetic ? "" : row->text("unit"),
                          .verified = row->text("verified")};
    const double n = row->number("n");
    made.n = std::isnan(n) ? 0 : static_cast<int>(n);
    add_numbers(*row, kinetic, made);
    return made;
  }
  static void add_numbers(const Row& row, bool kinetic, PharmObservation& made) {
    made.observed = row.number("mean");
    const double low = row.number("low"), high = row.number("high"), sd = row.number("sd");
    if (std::isnan(made.observed) && kinetic) made.observed = row.number("median");
    if (std::isnan(made.observed)) {
      made.observed = std::isnan(low) ? high : std::isnan(high) ? low : (low + high) / 2;
      made.observed_low = low;
      made.observed_high = high;
    } else if (!std::isnan(sd) && made.n > 1) {
      const double half = t_quantile(0.975, made.n - 1) * sd / std::sqrt(made.n);
      made.observed_low = made.observed - half;
      made.observed_high = made.observed + half;
    }
  }
  void add_courses(const TomlTable& table, PharmObservation& made) const {
    const std::optional<TomlTable> versus = table.optional_table("versus");
    for (const std::string& regimen : table.texts("regimens")) {
      const double latest = last_dose(table, "regimens", regimen);
      PharmCourse course{.regimen = regimen,
                         .from_h = table.number("from", 0),
                         .to_h = table.number(
                             "to", latest + (made.asked == CourseStatistic::clearance ? 120 : 24))};
      complete(table, course);
      made.courses.push_back(course);
      if (!versus) continue;
      PharmCourse other{.regimen = versus->text("regimen", regimen),
                        .from_h = versus->number("from", course.from_h),
                        .to_h = versus->number("to", course.to_h)};
      last_dose(*versus, "regimen", other.regimen);
      complete(*versus, other);
      made.versus.push_back(other);
    }
    if (made.courses.empty()) throw table.fault("regimens", "at least one regimen", "Name one");
  }
  void complete(const TomlTable& table, PharmCourse& course) const {
    if (!(course.from_h >= 0 && course.to_h > course.from_h && course.to_h <= 1000))
      throw table.fault("from", "hours rise, from 0 to 1000", "Mend from or to");
    course.with = table.texts("with", {});
    course.conditions = course.with;
    if (!course.with.empty()) static_cast<void>(with_settings(model_, course.with));
    if (const auto set = table.optional_table("set"))
      for (const std::string& id : set->keys()) {
        const int at = index_of(model_.description.parameters, id);
        if (at < 0) throw set->fault(id, "a parameter of the model", "Check the spelling");
        course.fixed.emplace_back(at, set->number(id));
        course.conditions.push_back(fmt::format("{} = {:g}", id, course.fixed.back().second));
      }
    course.covariates.assign(model_.population.covariates.size(), std::nan(""));
    if (const auto people = table.optional_table("people"))
      for (const std::string& id : people->keys()) {
        const int at = index_of(model_.population.covariates, id);
        if (at < 0) throw people->fault(id, "a covariate of the model", "Check the spelling");
        const double value = course.covariates[static_cast<std::size_t>(at)] = people->number(id);
        course.conditions.push_back(fmt::format("{} = {:g}", id, value));
      }
  }

  const ModelFile& model_;
  const EvidenceBase& base_;
};

}  // namespace

std::string course_words(const PharmCourse& course) {
  std::vector<std::string> words = course.conditions;
  if (course.regimen != "none") words.insert(words.begin(), course.regimen);
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string observed_model(std::string_view text, const std::string& file) {
  return filled(read_toml(text, file), "model");
}

PharmObservations read_observations(std::string_view text, const std::string& file,
                                    const ModelFile& model, const EvidenceBase& base) {
  const TomlTable root = read_toml(text, file);
  PharmObservations all{.model = filled(root, "model")};
  for (const std::string& id : root.texts("fit")) {
    all.fit.push_back(index_of(model.description.parameters, id));
    if (all.fit.back() < 0)
      throw root.fault("fit", "parameters of the model; saw " + id, "Check the spelling");
  }
  const ObservationReader reader(model, base);
  for (const TomlTable& one : root.tables("observation"))
    all.observations.push_back(reader.read(one));
  for (const TomlTable& one : root.tables("excluded")) {
    if (!base.fact(one.text("fact")))
      throw one.fault("fact", "a fact of the evidence base", "Check the spelling");
    all.excluded.push_back({one.text("fact"), filled(one, "why")});
  }
  root.refuse_unknown();
  return all;
}

}  // namespace entact
