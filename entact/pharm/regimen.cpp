#include "entact/pharm/regimen.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "entact/base/error.h"
#include "entact/pharm/given_doses.h"

namespace entact {
namespace {

std::string without_blanks(std::string_view text) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [](char c) { return c != ' '; });
  return kept;
}

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

bool read(std::string_view text, double& value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

/// Cuts "name" off `text` after the first `mark`, and reads what follows it.
bool read_after(std::string& text, char mark, double& value) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return true;
  if (!read(std::string_view(text).substr(at + 1), value)) return false;
  text.erase(at);
  return true;
}

RegimenDose dose_of(std::string part) {
  const std::string whole = part;
  RegimenDose dose;
  const auto fault = [&](const std::string& rule) {
    return Error("pharm.regimen.syntax", "regimen, \"" + whole + "\": " + rule, ErrorKind::usage);
  };
  if (!read_after(part, '?', dose.refused)) throw fault("after ? comes a probability");
  if (!read_after(part, '~', dose.over_h)) throw fault("after ~ come the hours of an infusion");
  if (!read_after(part, '@', dose.t_h))
    throw fault("after @ come the hours since the session began");
  if (part.size() > 2 && part.ends_with("mg")) part.resize(part.size() - 2);
  if (!read(part, dose.amount_mg) || whole.find('@') == std::string::npos)
    throw fault("a dose is written as milligrams@hours, such as 80@0");
  if (dose.refused < 0 || dose.refused > 1) throw fault("a probability lies between 0 and 1");
  if (dose.over_h < 0) throw fault("an infusion cannot last less than 0 h");
  require(dose.amount_mg > 0, "pharm.regimen.amount",
          "regimen, \"" + whole + "\": a dose must be above 0 mg", ErrorKind::usage);
  return dose;
}

std::vector<DoseEvent> events(const Regimen& regimen, const ModelDescription& model,
                              const std::function<bool(const RegimenDose&)>& is_taken) {
  const auto n = static_cast<int>(regimen.doses.size());
  require(regimen.sessions >= 1 && n >= 1, "pharm.regimen.sessions",
          "a regimen needs at least one session and one dose", ErrorKind::usage);
  require(
      regimen.sessions == 1 || regimen.every_h > regimen.doses.back().t_h - regimen.doses[0].t_h,
      "pharm.regimen.sessions", "sessions must lie further apart than the doses of one",
      ErrorKind::usage);
  for (const MissedDose& missed : regimen.missed)
    require(missed.session >= 1 && missed.session <= regimen.sessions && missed.dose >= 1 &&
                missed.dose <= n,
            "pharm.regimen.missed",
            "missed: dose " + std::to_string(missed.dose) + " of session " +
                std::to_string(missed.session) + " does not exist",
            ErrorKind::usage);
  const bool lasts = !model.inputs.empty() && model.inputs[0].duration_parameter >= 0;
  std::vector<DoseEvent> made;
  for (int session = 1; session <= regimen.sessions; ++session)
    for (int i = 0; i < n; ++i) {
      const RegimenDose& dose = regimen.doses[static_cast<std::size_t>(i)];
      const bool missed =
          std::any_of(regimen.missed.begin(), regimen.missed.end(),
                      [&](const MissedDose& m) { return m.session == session && m.dose == i + 1; });
      if (!is_taken(dose) || missed) continue;
      made.push_back({.t_h = (session - 1) * regimen.every_h + dose.t_h,
                      .amount_mg = dose.amount_mg,
                      .rate_mg_per_h = dose.over_h > 0 ? dose.amount_mg / dose.over_h
                                       : lasts         ? -2.0
                                                       : 0.0});
    }
  return made;
}

}  // namespace

std::vector<RegimenDose> parse_regimen(std::string_view text) {
  std::vector<RegimenDose> doses;
  for (const std::string& part : parts_of(without_blanks(text), ','))
    doses.push_back(dose_of(part));
  for (std::size_t i = 1; i < doses.size(); ++i)
    require(doses[i - 1].t_h < doses[i].t_h, "pharm.regimen.order",
            "regimen \"" + std::string(text) + "\": dose " + std::to_string(i + 1) +
                " must be later than the one before it",
            ErrorKind::usage);
  return doses;
}

double parse_hours(std::string_view text) {
  const std::string clean = without_blanks(text);
  const std::size_t unit = clean.find_first_not_of("0123456789.+-eE");
  const std::string name = unit == std::string::npos ? "" : clean.substr(unit);
  const double hours = name == "h"     ? 1
                       : name == "d"   ? 24
                       : name == "w"   ? 168
                       : name == "min" ? 1.0 / 60
                                       : 0;
  double value = 0;
  require(hours > 0 && read(clean.substr(0, unit), value) && value >= 0, "pharm.regimen.duration",
          "\"" + std::string(text) + "\" is no duration; write 28d, 36h, 2w or 90min",
          ErrorKind::usage);
  return value * hours;
}

std::vector<double> parse_times(std::string_view text) {
  const auto must = [&](bool ok, const char* rule =
                                     "write first:last:step, such as 0:48:0.25, or "
                                     "hours joined by commas") {
    require(ok, "pharm.regimen.times", "\"" + std::string(text) + "\" are no times; " + rule,
            ErrorKind::usage);
  };
  std::vector<double> times_h;
  for (const std::string& part : parts_of(without_blanks(text), ',')) {
    const std::vector<std::string> numbers = parts_of(part, ':');
    double first = 0, last = 0, step = 0;
    must(numbers.size() == 1 || numbers.size() == 3);
    must(read(numbers[0], first));
    times_h.push_back(first);
    if (numbers.size() == 1) continue;
    must(read(numbers[1], last) && read(numbers[2], step) && step > 0 && last >= first);
    const double n = std::floor((last - first) / step * (1 + 1e-12) + 1e-9);
    must(n < 1e7, "first:last:step gives at most ten million");
    // By multiplication: adding the step again and again would miss the last time.
    for (int i = 1; i <= static_cast<int>(n); ++i)
      times_h.push_back(decimal_hours(first + i * step));
  }
  must(std::adjacent_find(times_h.begin(), times_h.end(), std::greater_equal<>()) == times_h.end(),
       "they increase, and none comes twice");
  return times_h;
}

std::vector<DoseEvent> regimen_events(const Regimen& regimen, const ModelDescription& model) {
  return events(regimen, model, [](const RegimenDose&) { return true; });
}

std::vector<DoseEvent> regimen_events(const Regimen& regimen, const ModelDescription& model,
                                      RandomStream& random) {
  return events(regimen, model, [&](const RegimenDose& dose) {
    return dose.refused == 0 || random.uniform() >= dose.refused;
  });
}

}  // namespace entact
