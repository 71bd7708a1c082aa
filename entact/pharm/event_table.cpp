#include "entact/pharm/event_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "entact/base/error.h"
#include "entact/pharm/timeline.h"

namespace entact {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string plain_number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

/// A cell as text; "." and missing numbers are "".
std::string text_at(const Column& column, std::size_t row) {
  if (const auto* text = std::get_if<std::vector<std::string>>(&column.values))
    return (*text)[row] == "." ? "" : (*text)[row];
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return std::isnan((*numbers)[row]) ? "" : plain_number((*numbers)[row]);
  return "";
}

class EventReader {
 public:
  EventReader(const Table& table, const ModelDescription& model, const EventTableOptions& how)
      : table_(table), model_(model), how_(how) {
    for (const char* name : {"ID", "TIME", "AMT"})
      require(find_event_column(table, name) != nullptr, "pharm.events.column",
              std::string("an event table needs the columns ID, TIME and AMT; ") + name +
                  " is missing");
  }

  std::vector<SubjectEvents> read() {
    require(table_.rows() > 0, "pharm.events.rows",
            "an event table has a row or more; this one has its column names only");
    for (row_ = 0; row_ < table_.rows(); ++row_) read_row();
    for (const SubjectEvents& subject : subjects_) check_doses(model_, subject.doses, subject.id);
    return std::move(subjects_);
  }

 private:
  [[noreturn]] void refuse(const char* reason, const std::string& rule) const {
    std::string place;
    if (!subjects_.empty()) place = "participant " + subjects_.back().id + ", ";
    throw Error(std::string("pharm.events.") + reason,
                place + "row " + std::to_string(row_ + 1) + ": " + rule);
  }

  double number(const char* name) const {
    const Column* column = find_event_column(table_, name);
    if (column == nullptr) return missing;
    const std::string text = text_at(*column, row_);
    if (text.empty()) return missing;
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size())
      refuse("column", std::string(name) + " must be a number; saw \"" + text + "\"");
    return value;
  }
  double number_or_0(const char* name) const {
    const double value = number(name);
    return std::isnan(value) ? 0 : value;
  }
  int whole(const char* name) const {
    const double value = number_or_0(name);
    if (value != std::floor(value) || std::abs(value) > 1e6)
      refuse("column", std::string(name) + " must be a whole number; saw " + plain_number(value));
    return static_cast<int>(value);
  }

  void read_row() {
    const std::string id = text_at(*find_event_column(table_, "ID"), row_);
    if (id.empty()) refuse("id", "ID is missing");
    if (subjects_.empty() || subjects_.back().id != id) {
      if (!seen_.insert(id).second)
        refuse("id", "the rows of participant " + id + " must stand together");
      subjects_.push_back({.id = id});
      last_h_ = -std::numeric_limits<double>::infinity();
      observed_.clear();
    }
    const double t_h = number("TIME");
    if (!std::isfinite(t_h)) refuse("time", "TIME is missing");
    if (t_h < last_h_)
      refuse("time", "TIME " + plain_number(t_h) + " h lies before that of the row above, " +
                         plain_number(last_h_) + " h; sort each participant's rows by time");
    last_h_ = t_h;
    const int evid = find_event_column(table_, "EVID") != nullptr ? whole("EVID") : guessed_evid();
    if (evid < 0 || evid > 4) refuse("evid", "EVID must be 0 to 4; saw " + std::to_string(evid));
    if (!how_.carried.empty()) carry(t_h, evid != 0 && evid != 2);
    if (evid == 0 || evid == 2) return observe(t_h);
    subjects_.back().doses.push_back(dose(t_h, evid));
  }

  /// Of a table that does not say: a dose has an amount, or is an endless infusion.
  int guessed_evid() const {
    return number_or_0("AMT") != 0 || (number_or_0("RATE") > 0 && number_or_0("SS") > 0) ? 1 : 0;
  }

  void carry(double t_h, bool dose) {
    std::vector<CarriedRow>& rows = subjects_.back().rows;
    CarriedRow row{.t_h = t_h, .dose = dose};
    for (std::size_t k = 0; k < how_.carried.size(); ++k)
      row.values.push_back(
          carried_value(how_.carried[k], rows.empty() ? missing : rows.back().values[k]));
    rows.push_back(std::move(row));
  }

  double carried_value(const CarriedColumn& rule, double above) const {
    const Column* column = find_event_column(table_, rule.name);
    const std::string text = column == nullptr ? "" : text_at(*column, row_);
    if (text.empty() && std::isnan(above))
      refuse("covariate", rule.name +
                              " is missing; a participant's first row says it, and an empty cell "
                              "repeats the row above");
    if (text.empty()) return above;
    if (rule.words.empty()) return within(rule, text);
    const auto place = std::find(rule.words.begin(), rule.words.end(), text);
    if (place != rule.words.end()) return static_cast<double>(place - rule.words.begin());
    std::string known;
    for (const std::string& word : rule.words) known += (known.empty() ? "" : ", ") + word;
    refuse("covariate", rule.name + " is one of " + known + "; saw \"" + text + "\"");
  }

  double within(const CarriedColumn& rule, const std::string& text) const {
    double value = missing;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
      refuse("covariate", rule.name + " must be a number; saw \"" + text + "\"");
    if (!(value >= rule.low && value <= rule.high))
      refuse("covariate", rule.name +
                              (std::isinf(rule.high) ? " is " + plain_number(rule.low) + " or more"
                                                     : " lies between " + plain_number(rule.low) +
                                                           " and " + plain_number(rule.high)) +
                              "; saw " + text);
    return value;
  }

  void observe(double t_h) {
    if (number_or_0("AMT") != 0)
      refuse("evid", "EVID says that this is no dose, yet AMT is " + plain_number(number("AMT")));
    if (!observed_.insert({t_h, compartment()}).second)
      refuse("duplicate", "a second row without a dose for time " + plain_number(t_h) +
                              " h and this compartment");
    subjects_.back().observed_h.push_back(t_h);
    subjects_.back().observed_rows.push_back(static_cast<long>(row_) + 1);
  }

  DoseEvent dose(double t_h, int evid) const {
    const double rate = number_or_0("RATE");
    DoseEvent made{.t_h = t_h,
                   .compartment = compartment(),
                   .kind = static_cast<DoseKind>(evid),
                   .additional = whole("ADDL"),
                   .interval_h = number_or_0("II"),
                   .steady_state = whole("SS"),
                   .row = static_cast<long>(row_) + 1};
    if (evid == 3) return made;
    if (std::isnan(number("AMT")))
      refuse("amount", "a dose (EVID " + std::to_string(evid) +
                           ") needs a number in AMT; EVID 3 resets without one");
    const double unit = amount_of_unit(made.compartment);
    made.amount_mg = number("AMT") * unit;
    made.rate_mg_per_h = rate > 0 ? rate * unit : rate;
    return made;
  }

  int compartment() const {
    const Column* column = find_event_column(table_, "CMT");
    if (column == nullptr) return 0;
    const std::string text = text_at(*column, row_);
    for (std::size_t i = 0; i < model_.states.size(); ++i)
      if (!text.empty() && model_.states[i].id == text) return static_cast<int>(i) + 1;
    if (!text.empty() && text.find_first_not_of("+-.0123456789eE") != std::string::npos)
      throw Error("pharm.dose.compartment", "participant " + subjects_.back().id + ", row " +
                                                std::to_string(row_ + 1) + ": model " + model_.id +
                                                " has no compartment \"" + text + "\"");
    return whole("CMT");
  }

  std::string unit_said() const {
    std::string unit;
    if (const Column* column = find_event_column(table_, "UNIT")) unit = text_at(*column, row_);
    if (unit.empty()) unit = how_.unit;
    return unit.empty() ? find_event_column(table_, "AMT")->unit : unit;
  }

  /// What enters the compartment by one unit of AMT: milligrams of the labelled salt, or of a state
  /// with another unit, that unit.
  double amount_of_unit(int compartment) const {
    const int at = compartment > 0         ? compartment - 1
                   : model_.inputs.empty() ? -1
                                           : model_.inputs.front().state;
    if (at < 0 || at >= static_cast<int>(model_.states.size())) return milligrams();
    const ModelQuantity& state = model_.states[static_cast<std::size_t>(at)];
    if (state.unit.empty() || state.unit == "mg") return milligrams();
    const bool input = std::any_of(model_.inputs.begin(), model_.inputs.end(),
                                   [&](const DoseInput& each) { return each.state == at; });
    if (!input)
      refuse("compartment", "no dose goes to " + state.id + ", which is in " + state.unit);
    if (const std::string unit = unit_said(); unit != state.unit)
      refuse("unit", "a dose to " + state.id + " is in " + state.unit + "; saw \"" + unit + "\"");
    return 1;
  }

  /// Of the labelled salt in one unit of AMT.
  double milligrams() const {
    std::string unit = unit_said();
    double part = 1;
    if (unit.ends_with(" base")) {
      if (!(how_.base_fraction > 0))
        refuse("unit", "AMT in " + unit + ": how much of the salt is base is not known here");
      part = 1 / how_.base_fraction;
      unit.resize(unit.size() - 5);
    }
    if (unit == "mg") return part;
    if (unit == "g") return 1000 * part;
    if (unit == "ug" || unit == "mcg") return part / 1000;
    if (unit.empty())
      refuse("unit", "AMT has no unit; add a column UNIT that says mg, g or ug, or name it");
    refuse("unit",
           "AMT has the unit \"" + unit + "\"; known are mg, g and ug, and these with base");
  }

  const Table& table_;
  const ModelDescription& model_;
  const EventTableOptions& how_;
  std::size_t row_ = 0;
  std::vector<SubjectEvents> subjects_{};
  std::set<std::string> seen_{};
  std::set<std::pair<double, int>> observed_{};
  double last_h_ = 0;
};

}  // namespace

const Column* find_event_column(const Table& table, const std::string& name) {
  for (const Column& column : table.columns)
    if (column.name == name) return &column;
  const std::string wanted = upper(name);
  for (const Column& column : table.columns)
    if (upper(column.name) == wanted) return &column;
  return nullptr;
}

std::vector<SubjectEvents> read_event_table(const Table& table, const ModelDescription& model,
                                            const EventTableOptions& how) {
  return EventReader(table, model, how).read();
}

}  // namespace entact
