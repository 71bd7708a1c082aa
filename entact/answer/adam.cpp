#include "entact/answer/adam.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Texts = std::vector<std::string>;

std::string first_of(const Table& table, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (table.has(name)) return name;
  return "";
}

/// TRTPN of TRTP.
std::string number_of(const Table& table, const std::string& name) {
  return !name.empty() && table.has(name + "N") ? name + "N" : "";
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

const Texts& text_column(const Table& table, const std::string& name) {
  if (!table.has(name) || !std::holds_alternative<Texts>(table.column(name).values))
    throw Error("answer.adam.column",
                "rows are chosen by columns of text; '" + name + "' is none in this dataset",
                ErrorKind::usage);
  return table.text(name);
}

/// The parameter to analyse; empty if the table has no PARAMCD.
std::string chosen_parameter(const Table& table, const AdamRoles& roles,
                             const std::string& wanted) {
  if (roles.parameter.empty()) {
    if (wanted.empty()) return "";
    throw Error("answer.adam.parameter",
                "parameter '" + wanted + "' was chosen, but the dataset has no PARAMCD",
                ErrorKind::usage);
  }
  const Texts& codes = text_column(table, roles.parameter);
  const std::set<std::string> all(codes.begin(), codes.end());
  if (wanted.empty() && all.size() == 1) return *all.begin();
  if (!wanted.empty() && all.contains(wanted)) return wanted;
  throw Error("answer.adam.parameter",
              wanted.empty()
                  ? "the dataset has several parameters (" + joined(all) + "); choose one of them"
                  : "PARAMCD is one of " + joined(all) + "; saw \"" + wanted + "\"",
              ErrorKind::usage);
}

[[noreturn]] void refuse_order(const std::string& factor, const std::string& numbers,
                               const std::string& level, const std::string& seen) {
  throw Error("answer.adam.order", "every level of " + factor + " has one number in " + numbers +
                                       "; \"" + level + "\" has " + seen +
                                       ". Mend the dataset, or give the order yourself");
}

Texts ordered_levels(const Table& table, const std::string& factor, const std::string& numbers) {
  std::map<std::string, double> number;
  const Texts& levels = text_column(table, factor);
  for (std::size_t row = 0; row < levels.size(); ++row) {
    if (levels[row].empty()) continue;
    const double value = table.numbers(numbers)[row];
    if (std::isnan(value)) refuse_order(factor, numbers, levels[row], "none");
    const auto [known, added] = number.insert({levels[row], value});
    if (!added && known->second != value) refuse_order(factor, numbers, levels[row], "two");
  }
  Texts out;
  for (const auto& [level, value] : number) out.push_back(level);
  std::stable_sort(out.begin(), out.end(), [&](const std::string& a, const std::string& b) {
    return number.at(a) < number.at(b);
  });
  return out;
}

void add_levels(AdamRows& out, const std::string& factor, const std::string& numbers) {
  if (factor.empty() || numbers.empty()) return;
  if (!std::holds_alternative<Texts>(out.table.column(factor).values)) return;
  if (!std::holds_alternative<std::vector<double>>(out.table.column(numbers).values)) return;
  out.levels[factor] = ordered_levels(out.table, factor, numbers);
}

/// What the rows must say, column by column.
std::map<std::string, std::string> conditions(const Table& table, const AdamRoles& roles,
                                              const AdamSelection& selection) {
  std::map<std::string, std::string> out = selection.where;
  const std::string parameter = chosen_parameter(table, roles, selection.parameter);
  if (!roles.parameter.empty()) out[roles.parameter] = parameter;
  if (selection.flagged && !roles.analysis_flag.empty()) out[roles.analysis_flag] = "Y";
  return out;
}

std::string told(const std::map<std::string, std::string>& wanted) {
  std::string out;
  for (const auto& [name, value] : wanted) out += (out.empty() ? "" : ", ") + name + " = " + value;
  return out;
}

}  // namespace

AdamRoles adam_roles(const Table& table) {
  AdamRoles roles;
  roles.subject = first_of(table, {"USUBJID", "SUBJID"});
  roles.parameter = first_of(table, {"PARAMCD"});
  roles.value = first_of(table, {"AVAL"});
  roles.baseline = first_of(table, {"BASE"});
  roles.change = first_of(table, {"CHG"});
  roles.visit = first_of(table, {"AVISIT"});
  roles.visit_number = number_of(table, roles.visit);
  roles.treatment = first_of(table, {"TRTP", "TRT01P", "TRTA", "TRT01A", "ARM"});
  roles.treatment_number = number_of(table, roles.treatment);
  roles.analysis_flag = first_of(table, {"ANL01FL"});
  roles.censor = first_of(table, {"CNSR"});
  return roles;
}

Table rows_of(const Table& table, const std::vector<std::size_t>& rows) {
  Table out;
  for (const Column& column : table.columns) {
    Column chosen{
        .name = column.name, .unit = column.unit, .label = column.label, .format = column.format};
    std::visit(
        [&](const auto& values) {
          std::decay_t<decltype(values)> some;
          some.reserve(rows.size());
          for (const std::size_t row : rows) some.push_back(values.at(row));
          chosen.values = std::move(some);
        },
        column.values);
    out.add(std::move(chosen));
  }
  return out;
}

AdamRows select_adam(const Table& table, const AdamSelection& selection) {
  AdamRows out;
  out.roles = adam_roles(table);
  const auto wanted = conditions(table, out.roles, selection);
  std::vector<bool> keep(table.rows(), true);
  for (const auto& [name, value] : wanted) {
    const Texts& texts = text_column(table, name);
    for (std::size_t row = 0; row < texts.size(); ++row)
      if (texts[row] != value) keep[row] = false;
  }
  for (std::size_t row = 0; row < keep.size(); ++row)
    if (keep[row]) out.rows.push_back(row);
  require(!out.rows.empty(), "answer.adam.rows",
          "no row of the dataset is left" +
              (wanted.empty() ? std::string(": it has none") : " with " + told(wanted)),
          ErrorKind::unanswerable);
  out.table = rows_of(table, out.rows);
  add_levels(out, out.roles.visit, out.roles.visit_number);
  add_levels(out, out.roles.treatment, out.roles.treatment_number);
  return out;
}

std::vector<double> adam_events(const Table& table) {
  const AdamRoles roles = adam_roles(table);
  require(!roles.censor.empty(), "answer.adam.censor",
          "time to event needs the column CNSR (0 = event, 1 or more = censored)");
  const std::vector<double>& codes = table.numbers(roles.censor);
  std::vector<double> events(codes.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (std::isnan(codes[row])) continue;
    if (codes[row] < 0.0 || codes[row] != std::floor(codes[row]))
      throw Error("answer.adam.censor",
                  "row " + std::to_string(row + 1) +
                      (roles.subject.empty() ? std::string()
                                             : " (" + table.text(roles.subject)[row] + ")") +
                      ": CNSR is 0 for an event, 1 or a higher whole number if censored; saw " +
                      std::to_string(codes[row]) + ". Mend the dataset");
    events[row] = codes[row] == 0.0 ? 1.0 : 0.0;
  }
  return events;
}

}  // namespace entact
