// Reads the Metapsy data standard. Cells finds and parses single cells and collects what is wrong
// with them; row_of says which column fills which field. Nothing here judges the evidence.
#include "entact/io/metapsy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <set>
#include <utility>

#include "entact/io/csv.h"
#include "entact/io/file.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

using Names = std::initializer_list<std::string_view>;

enum class Range { any, not_negative, percent };

bool within(double value, Range range) {
  return range == Range::any || (value >= 0 && (range == Range::not_negative || value <= 100));
}

char separator_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  constexpr std::array candidates{',', ';', '\t'};
  return *std::max_element(candidates.begin(), candidates.end(), [&](char a, char b) {
    return std::count(header.begin(), header.end(), a) <
           std::count(header.begin(), header.end(), b);
  });
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// The cells of a file by row and column name, and what was wrong with those asked for.
class Cells {
 public:
  Cells(const CsvTable& csv, char decimal)
      : csv_(csv), decimal_(decimal), used_(csv.header.size()) {
    for (std::size_t k = 0; k < csv.header.size(); ++k) columns_.emplace(csv.header[k], k);
  }

  void at(std::size_t row) { row_ = row; }
  [[nodiscard]] long line() const { return csv_.lines[row_]; }

  /// The first of the names that the file has; "" if it has none or the cell is missing.
  std::string text(Names names, std::string_view suffix = {}) {
    const auto column = find(names, suffix);
    if (!column) return {};
    const std::string& cell = csv_.rows[row_][*column];
    return cell == "NA" ? std::string() : cell;
  }

  double number(Names names, std::string_view suffix = {}, Range range = Range::any) {
    const std::string cell = text(names, suffix);
    if (cell.empty()) return metapsy_missing;
    commas_ += cell.find(',') != std::string::npos ? 1 : 0;
    points_ += cell.find('.') != std::string::npos ? 1 : 0;
    const std::optional<double> value = decimal(cell);
    if (!value) {
      report(names, suffix, "io.metapsy.number",
             std::string("a number is written with a decimal ") +
                 (decimal_ == ',' ? "comma" : "point") + " in this file, or NA",
             cell);
      return metapsy_missing;
    }
    if (within(*value, range)) return *value;
    report(names, suffix, "io.metapsy.range",
           range == Range::percent ? "a percentage is from 0 to 100"
                                   : "this number cannot be negative",
           cell);
    return metapsy_missing;
  }

  double amount(Names names, std::string_view suffix = {}) {
    return number(names, suffix, Range::not_negative);
  }

  std::optional<bool> flag(Names names) {
    const std::string cell = text(names);
    if (cell.empty()) return {};
    if (cell != "0" && cell != "1")
      report(names, {}, "io.metapsy.flag", "a flag is 0, 1 or NA", cell);
    return cell == "0" || cell == "1" ? std::optional(cell == "1") : std::nullopt;
  }

  /// The number in "125 mg" or "125"; nothing, and no Issue, for other text: doses may be prose.
  [[nodiscard]] std::optional<double> milligrams(std::string text) const {
    for (const std::string_view unit : {" mg", "mg"})
      if (text.size() > unit.size() && text.ends_with(unit)) {
        text.resize(text.size() - unit.size());
        break;
      }
    return decimal(text);
  }

  void report(Names names, std::string_view suffix, std::string code, std::string rule,
              std::string_view value, Issue::Severity severity = Issue::Severity::error) {
    const auto column = find(names, suffix);
    issues_.push_back({.severity = severity,
                       .code = std::move(code),
                       .file = csv_.file,
                       .line = line(),
                       .column = column ? static_cast<long>(*column) + 1 : 0,
                       .name = column ? csv_.header[*column] : std::string(*names.begin()),
                       .rule = std::move(rule),
                       .value = shown(value)});
  }

  [[nodiscard]] bool mostly_commas() const { return commas_ > points_; }
  std::vector<Issue> take_issues() { return std::move(issues_); }

  [[nodiscard]] std::vector<std::string> unread() const {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < csv_.header.size(); ++k)
      if (!used_[k] && !csv_.header[k].empty()) names.push_back(csv_.header[k]);
    return names;
  }

 private:
  std::optional<std::size_t> find(Names names, std::string_view suffix) {
    for (const std::string_view name : names) {
      const auto found = columns_.find(std::string(name) + std::string(suffix));
      if (found == columns_.end()) continue;
      used_[found->second] = true;
      return found->second;
    }
    return {};
  }

  /// The cell as a number in the file's decimal sign.
  [[nodiscard]] std::optional<double> decimal(std::string cell) const {
    if (decimal_ == ',') {
      if (cell.find('.') != std::string::npos) return {};
      std::replace(cell.begin(), cell.end(), ',', '.');
    }
    return parse_number(cell);
  }

  const CsvTable& csv_;
  char decimal_;
  std::vector<bool> used_;
  std::map<std::string, std::size_t> columns_{};
  std::vector<Issue> issues_{};
  std::size_t row_ = 0;
  long commas_ = 0;
  long points_ = 0;
};

bool is_placebo(const MetapsyArm& arm) {
  static constexpr std::array<std::string_view, 5> codes{"pcb", "plac", "pla", "lactose",
                                                         "sugar pill"};
  for (const std::string& text : {lower(arm.condition), lower(arm.drug)})
    if (text.find("placebo") != std::string::npos ||
        std::find(codes.begin(), codes.end(), text) != codes.end())
      return true;
  return false;
}

/// The dose in mg, unless the arm is a placebo: then a dose above 0 is reported.
double dose_of(Cells& cells, const MetapsyArm& arm, const std::string& text, Names names,
               std::string_view suffix) {
  const std::optional<double> dose = cells.milligrams(text);
  if (!is_placebo(arm)) return dose.value_or(metapsy_missing);
  if (!text.empty() && dose != 0.0)
    cells.report(names, suffix, "io.metapsy.placebo_dose",
                 "a placebo arm carries no dose, this one carries the dose of the other arm or a "
                 "matching amount; kept as text",
                 text, Issue::Severity::warning);
  return metapsy_missing;
}

void check_events(Cells& cells, const MetapsyArm& arm, std::string_view suffix) {
  if (arm.events > arm.total)  // false if either is missing
    cells.report({"event"}, suffix, "io.metapsy.events", "events are at most the participants",
                 cells.text({"event"}, suffix) + " of " + cells.text({"totaln"}, suffix));
}

MetapsyArm arm_of(Cells& cells, std::string_view suffix) {
  MetapsyArm arm{.condition = cells.text({"condition"}, suffix),
                 .multi = cells.text({"multi"}, suffix),
                 .name = cells.text({"name"}, suffix),
                 .drug = cells.text({"drug"}, suffix),
                 .dose_text = cells.text({"dose"}, suffix),
                 .cumulative_dose_text = cells.text({"cumulative_dose"}, suffix),
                 .randomised = cells.amount({"rand", "n_randomized"}, suffix),
                 .n = cells.amount({"n"}, suffix),
                 .mean = cells.number({"mean"}, suffix),
                 .sd = cells.amount({"sd"}, suffix),
                 .change_n = cells.amount({"n_change"}, suffix),
                 .change_mean = cells.number({"mean_change"}, suffix),
                 .change_sd = cells.amount({"sd_change"}, suffix),
                 .events = cells.amount({"event"}, suffix),
                 .total = cells.amount({"totaln"}, suffix),
                 .baseline_n = cells.amount({"baseline_n", "n_baseline"}, suffix),
                 .baseline_mean = cells.number({"baseline_m", "m_baseline"}, suffix),
                 .baseline_sd = cells.amount({"baseline_sd", "sd_baseline"}, suffix)};
  if (arm.name.empty()) arm.name = cells.text({"condition"}, std::string(suffix) + ".detail");
  arm.dose_mg = dose_of(cells, arm, arm.dose_text, {"dose"}, suffix);
  arm.cumulative_dose_mg =
      dose_of(cells, arm, arm.cumulative_dose_text, {"cumulative_dose"}, suffix);
  check_events(cells, arm, suffix);
  return arm;
}

/// Effects as the data set computed them, else as it took them over.
void add_effects(Cells& cells, MetapsyRow& row) {
  row.g = cells.number({".g", "precalc_g"});
  row.g_se = cells.amount({".g_se", "precalc_g_se"});
  row.log_rr = cells.number({".log_rr", "precalc_log_rr"});
  row.log_rr_se = cells.amount({".log_rr_se", "precalc_log_rr_se"});
}

void add_study(Cells& cells, MetapsyRow& row) {
  row.year = cells.number({"year"});
  row.mean_age = cells.amount({"mean_age"});
  row.proportion_women = cells.number({"percent_women", "female_percent"}, {}, Range::percent);
  row.diagnosis = cells.text({"diagnosis"});
  row.target_group = cells.text({"target_group"});
  row.design = cells.text({"design"});
  row.blinding = cells.text({"blinding"});
  for (std::size_t k = 0; k < row.risk_of_bias_domains.size(); ++k)
    row.risk_of_bias_domains[k] = cells.text({"d", "rob_d"}, std::to_string(k + 1));
  row.risk_of_bias = cells.text({"rob"});
  row.doi = cells.text({"doi"});
  row.registration_number = cells.text({"registration_number"});
  row.reference = cells.text({"full_ref"});
}

void add_outcome(Cells& cells, MetapsyRow& row) {
  row.outcome_type = cells.text({"outcome_type"});
  row.outcome_definition = cells.text({"dich_type"});
  row.instrument = cells.text({"instrument"});
  row.symptom = cells.text({"instrument_symptom"});
  row.rating = cells.text({"rating"});
  row.population = cells.text({"completer"});
  row.time_point = cells.text({"study_time_point", "time"});
  row.day = cells.number({"time_days"});
  row.week = cells.number({"time_weeks"});
  row.weeks_since_dose = cells.number({"dose_weeks"});
  row.dosing_sessions = cells.amount({"n_dosing_sessions"});
  row.primary_instrument = cells.flag({"primary_instrument"});
  row.primary_time_point = cells.flag({"primary_timepoint"});
  row.post_crossover = cells.flag({"post_crossover"});
}

MetapsyRow row_of(Cells& cells) {
  MetapsyRow row{.line = cells.line(),
                 .id = cells.text({".id"}),
                 .study = cells.text({"study"}),
                 .arm1 = arm_of(cells, "_arm1"),
                 .arm2 = arm_of(cells, "_arm2")};
  if (row.study.empty())
    cells.report({"study"}, {}, "io.metapsy.study", "every row names its study", "");
  add_outcome(cells, row);
  add_study(cells, row);
  add_effects(cells, row);
  return row;
}

std::vector<MetapsyRow> rows_of(Cells& cells, std::size_t count) {
  std::vector<MetapsyRow> rows;
  std::set<std::string> ids;
  for (std::size_t k = 0; k < count; ++k) {
    cells.at(k);
    rows.push_back(row_of(cells));
    const std::string& id = rows.back().id;
    if (!id.empty() && !ids.insert(id).second)
      cells.report({".id"}, {}, "io.metapsy.id", "every row has its own id", id);
  }
  return rows;
}

/// 1 if g has the sign of arm 1 minus arm 2 in this row, -1 if the other, 0 if the row cannot tell.
int sign_in(const MetapsyRow& row) {
  const double means = row.arm1.mean - row.arm2.mean;
  const double difference = std::isnan(means) ? row.arm1.change_mean - row.arm2.change_mean : means;
  if (row.g == 0 || difference == 0 || std::isnan(row.g) || std::isnan(difference)) return 0;
  return (row.g > 0) == (difference > 0) ? 1 : -1;
}

/// The sign that most rows have; the others are reported.
int sign_of_g(Cells& cells, const std::vector<MetapsyRow>& rows) {
  std::ptrdiff_t sum = 0;
  for (const MetapsyRow& row : rows) sum += sign_in(row);
  const int sign = (sum > 0 ? 1 : 0) - (sum < 0 ? 1 : 0);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (sign == 0 || sign_in(rows[k]) != -sign) continue;
    cells.at(k);
    const Names g{".g", "precalc_g"};
    cells.report(g, {}, "io.metapsy.sign",
                 std::string("g has the sign of ") +
                     (sign > 0 ? "arm 1 minus arm 2" : "arm 2 minus arm 1") +
                     " in most rows of this file, here the other",
                 cells.text(g), Issue::Severity::warning);
  }
  return sign;
}

void to_proportions(std::vector<MetapsyRow>& rows) {
  const bool percent = std::any_of(rows.begin(), rows.end(),
                                   [](const MetapsyRow& row) { return row.proportion_women > 1; });
  if (!percent) return;
  for (MetapsyRow& row : rows) row.proportion_women /= 100;
}

void require_columns(const CsvTable& csv) {
  for (const std::string_view name :
       {"study", "condition_arm1", "condition_arm2", "outcome_type", "instrument"})
    require(csv.find(name) >= 0, "io.metapsy.columns",
            to_text(Issue{.file = csv.file,
                          .line = 1,
                          .name = std::string(name),
                          .rule = "the Metapsy data standard has this column, the file has not",
                          .remedy = "Check that the file is a Metapsy data set in wide format"}));
}

}  // namespace

MetapsyReading read_metapsy(std::string_view text, const std::string& file) {
  const char separator = separator_of(text);
  const CsvTable csv = read_csv(text, {.file = file, .separator = separator, .row_names = true});
  require_columns(csv);
  Cells first(csv, '.');
  (void)rows_of(first, csv.rows.size());
  const char decimal = first.mostly_commas() ? ',' : '.';
  Cells cells(csv, decimal);
  MetapsyReading reading{
      .rows = rows_of(cells, csv.rows.size()), .separator = separator, .decimal = decimal};
  reading.g_sign = sign_of_g(cells, reading.rows);
  reading.issues = cells.take_issues();
  reading.unread = cells.unread();
  to_proportions(reading.rows);
  return reading;
}

MetapsyReading read_metapsy_file(const std::filesystem::path& path) {
  return read_metapsy(read_file(path), path.string());
}

}  // namespace entact
