// Finds the columns (or parameters) that hold an instrument's items, and reads the answers with
// their places, so that what is wrong with one can be said where it stands.
#include "entact/answer/score_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse_items(const std::string& text, const std::string& rule) {
  throw Error("answer.score.items", fmt::format("--items '{}': {}", text, rule), ErrorKind::usage);
}

/// A name that ends in a number.
struct NumberedName {
  std::string stem{};
  long number = 0;
  std::size_t digits = 0;
};

std::optional<NumberedName> numbered(const std::string& name) {
  std::size_t start = name.size();
  while (start > 0 && std::isdigit(static_cast<unsigned char>(name[start - 1])) != 0) --start;
  if (start == name.size() || name.size() - start > 6) return {};
  return NumberedName{name.substr(0, start), std::stol(name.substr(start)), name.size() - start};
}

void expand_range(const std::string& text, const std::string& part, std::size_t dots,
                  std::vector<std::string>& names) {
  const auto first = numbered(part.substr(0, dots));
  const auto last = numbered(part.substr(dots + 2));
  if (!first || !last || first->stem != last->stem || first->number > last->number ||
      last->number - first->number > 999)
    refuse_items(text, "a range is NAME1..NAME20, one name and two rising numbers");
  for (long n = first->number; n <= last->number; ++n)
    names.push_back(fmt::format("{}{:0{}}", first->stem, n, first->digits));
}

/// Without leading zeros after the prefix: "CAPS01" is number 1 of CAPS; nothing for other names.
std::optional<int> number_after(const std::string& prefix, const std::string& name) {
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return {};
  std::string rest = name.substr(prefix.size());
  if (rest.front() == '_') rest.erase(0, 1);
  const auto digits = numbered(rest);
  if (!digits || !digits->stem.empty()) return {};
  return static_cast<int>(digits->number);
}

/// True if no two items share a number, so that a number names one.
bool numbers_differ(const Instrument& instrument) {
  std::map<int, int> seen;
  for (const ScaleItem& item : instrument.items)
    if (++seen[item.number] > 1) return false;
  return true;
}

/// The names of --items for the items of the total, or for all.
std::vector<std::string> listed_names(const Instrument& instrument, const std::string& text) {
  std::vector<std::string> names = expanded_names(text);
  const auto in_total =
      static_cast<std::size_t>(std::count_if(instrument.items.begin(), instrument.items.end(),
                                             [](const ScaleItem& item) { return item.in_total; }));
  const std::size_t all = instrument.items.size();
  if (names.size() != in_total && names.size() != all)
    refuse_items(text, fmt::format("{} names for {}, which has {} items in the total and {} in all",
                                   names.size(), instrument.name, in_total, all));
  if (names.size() == all) return names;
  std::vector<std::string> by_item(all);
  for (std::size_t i = 0, next = 0; i < all; ++i)
    if (instrument.items[i].in_total) by_item[i] = names[next++];
  return by_item;
}

/// The name among `there` of each item; empty if none is its own.
std::vector<std::string> found_names(const Instrument& instrument, const ScoreColumns& columns,
                                     const std::vector<std::string>& there) {
  const bool by_number = !columns.prefix.empty() && numbers_differ(instrument);
  std::vector<std::string> names(instrument.items.size());
  if (!columns.items.empty()) names = listed_names(instrument, columns.items);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ScaleItem& item = instrument.items[i];
    if (!names[i].empty()) continue;
    const auto own = std::find_if(there.begin(), there.end(), [&](const std::string& name) {
      return name == columns.prefix + item.code || name == columns.prefix + "_" + item.code ||
             (by_number && number_after(columns.prefix, name) == item.number);
    });
    if (own != there.end()) names[i] = *own;
  }
  return names;
}

bool any_item(const std::vector<std::string>& names, const CsvTable& csv) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return !name.empty() && csv.find(name) >= 0; });
}

void require_items(const Instrument& instrument, const std::vector<std::string>& names,
                   const std::vector<std::string>& there, const std::string& file,
                   const ScoreColumns& columns) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ScaleItem& item = instrument.items[i];
    const bool found =
        !names[i].empty() && std::find(there.begin(), there.end(), names[i]) != there.end();
    if (found || (!item.in_total && names[i].empty())) continue;
    throw Error("answer.score.column",
                fmt::format("{}: no column '{}' for item {} of {} ({}); name the columns with "
                            "--items or --prefix",
                            file, names[i].empty() ? columns.prefix + item.code : names[i],
                            item.number, instrument.name, item.label));
  }
}

std::size_t required_field(const CsvTable& csv, const std::string& name) {
  const std::ptrdiff_t field = csv.find(name);
  require(field >= 0, "answer.score.column",
          fmt::format("{}: no column '{}'; the columns are {}", csv.file, name,
                      fmt::join(csv.header, ", ")));
  return static_cast<std::size_t>(field);
}

bool blank(const std::string& cell) { return cell.empty() || cell == "NA" || cell == "."; }

[[noreturn]] void refuse_cell(const CsvTable& csv, std::size_t row, std::size_t field,
                              const char* code, std::string name, std::string rule) {
  throw Error(code, to_text(Issue{.file = csv.file,
                                  .line = csv.lines[row],
                                  .column = static_cast<long>(field) + 1,
                                  .name = std::move(name),
                                  .rule = std::move(rule),
                                  .value = csv.rows[row][field]}));
}

double answer_in(const CsvTable& csv, std::size_t row, std::size_t field, const std::string& name,
                 const ScaleItem& item) {
  const std::string& cell = csv.rows[row][field];
  if (blank(cell)) return nothing;
  const std::optional<double> value = parse_number(cell);
  if (!value)
    refuse_cell(csv, row, field, "answer.score.number", name,
                fmt::format("item {} is {}", item.code, answer_rule(item)));
  return *value;
}

/// Assessments in order of first appearance.
class Assessments {
 public:
  Assessments(const CsvTable& csv, const ScoreColumns& columns, ScoreFile& file)
      : csv_(csv), file_(file), id_(required_field(csv, columns.id)) {
    visit_ = csv.find(columns.visit);
    file.has_visits = visit_ >= 0;
  }
  /// Place of the row's assessment, and whether it is new.
  std::pair<std::size_t, bool> at(std::size_t row) {
    const std::string& id = csv_.rows[row][id_];
    const std::string visit =
        visit_ < 0 ? std::string() : csv_.rows[row][static_cast<std::size_t>(visit_)];
    const auto [found, added] = places_.try_emplace(id + '\x1f' + visit, file_.id.size());
    if (added) {
      file_.id.push_back(id);
      file_.visit.push_back(visit);
      file_.line.push_back(csv_.lines[row]);
    }
    return {found->second, added};
  }
  [[nodiscard]] std::size_t id_field() const { return id_; }

 private:
  const CsvTable& csv_;
  ScoreFile& file_;
  std::size_t id_;
  std::ptrdiff_t visit_ = -1;
  std::unordered_map<std::string, std::size_t> places_{};
};

std::string named(const ScoreFile& file, std::size_t assessment) {
  return file.has_visits ? fmt::format("{} at {}", file.id[assessment], file.visit[assessment])
                         : file.id[assessment];
}

[[noreturn]] void refuse_range(const CsvTable& csv, const Instrument& instrument, std::size_t row,
                               std::size_t field, std::size_t item, const std::string& name) {
  refuse_cell(csv, row, field, "answer.score.range", name,
              fmt::format("item {} of {} is {}", instrument.items[item].code, instrument.name,
                          answer_rule(instrument.items[item])));
}

void read_wide(const CsvTable& csv, const Instrument& instrument, const ScoreColumns& columns,
               ScoreFile& file) {
  Assessments assessments(csv, columns, file);
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    const auto [place, added] = assessments.at(row);
    if (!added)
      refuse_cell(csv, row, assessments.id_field(), "answer.score.duplicate", columns.id,
                  fmt::format("a participant has one row a visit; {} stands in line {} too",
                              named(file, place), file.line[place]));
  }
  file.answers.rows = csv.rows.size();
  std::vector<std::size_t> fields(instrument.items.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (file.names[i].empty()) continue;
    fields[i] = required_field(csv, file.names[i]);
    std::vector<double>& column = file.answers.columns[i];
    for (std::size_t row = 0; row < csv.rows.size(); ++row)
      column.push_back(answer_in(csv, row, fields[i], file.names[i], instrument.items[i]));
  }
  for (const AnswerFault& fault : answer_faults(instrument, file.answers, 1))
    refuse_range(csv, instrument, fault.row, fields[fault.item], fault.item,
                 file.names[fault.item]);
}

void read_long(const CsvTable& csv, const Instrument& instrument, const ScoreColumns& columns,
               ScoreFile& file) {
  Assessments assessments(csv, columns, file);
  const std::size_t paramcd = required_field(csv, columns.paramcd);
  const std::size_t aval = required_field(csv, columns.aval);
  std::unordered_map<std::string, std::size_t> item_of;
  for (std::size_t i = 0; i < file.names.size(); ++i)
    if (!file.names[i].empty()) item_of.emplace(file.names[i], i);
  std::vector<std::vector<long>> lines(instrument.items.size());
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    const auto item = item_of.find(csv.rows[row][paramcd]);
    if (item == item_of.end()) continue;
    const std::size_t i = item->second;
    const std::size_t place = assessments.at(row).first;
    lines[i].resize(std::max(lines[i].size(), place + 1), 0);
    if (lines[i][place] != 0)
      refuse_cell(csv, row, paramcd, "answer.score.duplicate", columns.paramcd,
                  fmt::format("one answer to an item; that of {} stands in line {} too",
                              named(file, place), lines[i][place]));
    lines[i][place] = csv.lines[row];
    const double value = answer_in(csv, row, aval, file.names[i], instrument.items[i]);
    if (!answer_allowed(instrument.items[i], value))
      refuse_range(csv, instrument, row, aval, i, file.names[i]);
    std::vector<double>& column = file.answers.columns[i];
    column.resize(std::max(column.size(), place + 1), nothing);
    column[place] = value;
  }
  file.answers.rows = file.id.size();
  for (std::size_t i = 0; i < file.names.size(); ++i)
    if (!file.names[i].empty()) file.answers.columns[i].resize(file.answers.rows, nothing);
}

std::vector<std::string> values_of(const CsvTable& csv, std::size_t field) {
  std::map<std::string, int> seen;
  std::vector<std::string> values;
  for (const auto& row : csv.rows)
    if (++seen[row[field]] == 1) values.push_back(row[field]);
  return values;
}

}  // namespace

std::vector<std::string> expanded_names(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, comma - at);
    at = comma + 1;
    const std::size_t dots = part.find("..");
    if (part.empty()) refuse_items(text, "a name stands between two commas");
    if (dots == std::string::npos)
      names.push_back(part);
    else
      expand_range(text, part, dots, names);
  }
  return names;
}

ScoreFile read_score_file(const CsvTable& csv, const Instrument& instrument,
                          const ScoreColumns& columns) {
  ScoreFile file;
  file.answers.columns.resize(instrument.items.size());
  file.names = found_names(instrument, columns, csv.header);
  const std::ptrdiff_t paramcd = csv.find(columns.paramcd);
  const bool is_long = paramcd >= 0 && csv.find(columns.aval) >= 0 && !any_item(file.names, csv);
  if (is_long) {
    const std::vector<std::string> there = values_of(csv, static_cast<std::size_t>(paramcd));
    file.names = found_names(instrument, columns, there);
    require_items(instrument, file.names, there, csv.file, columns);
    read_long(csv, instrument, columns, file);
  } else {
    require_items(instrument, file.names, csv.header, csv.file, columns);
    read_wide(csv, instrument, columns, file);
  }
  return file;
}

}  // namespace entact
