#include "entact/answer/nca_intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/split_at.h"
#include "entact/base/error.h"
#include "entact/io/number.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const std::string& option, const std::string& rule,
                         const std::string& saw) {
  throw Error("answer.nca.option", fmt::format("{} {}; saw '{}'", option, rule, saw),
              ErrorKind::usage);
}

std::pair<double, double> part_of(const std::string& text) {
  const std::vector<std::string> ends = split_at(text, ':');
  const auto from = parse_number(ends.front()), to = parse_number(ends.back());
  if (ends.size() != 2 || !from || !to || !(*from >= 0) || !(*from < *to) || !std::isfinite(*to))
    refuse("--interval", "is FROM:TO, hours after the dose, FROM 0 or above and before TO", text);
  return {*from, *to};
}

double finite(double value) { return std::isfinite(value) ? value : nan; }

/// What `read` gives, or, where the interval reaches beyond the course, why not.
template <class Read>
void within(Nca& found, double from_h, double to_h, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != "pharm.nca.range") throw;
    found.reservations.push_back(
        fmt::format("no area from {:g} to {:g} h: {}", from_h, to_h, error.what()));
  }
}

std::vector<double> steady_values(const NcaInterval& at, double accumulation) {
  std::vector<double> values{at.auc,         at.average, at.highest,   at.lowest,   at.trough,
                             at.fluctuation, at.swing,   at.clearance, accumulation};
  for (double& value : values) value = finite(value);
  return values;
}

}  // namespace

NcaParts nca_parts(const NcaRequest& request) {
  NcaParts parts;
  for (const std::string& text : request.intervals) {
    const auto part = part_of(text);
    if (std::find(parts.areas.begin(), parts.areas.end(), part) != parts.areas.end())
      refuse("--interval", "names each interval once", text);
    parts.areas.push_back(part);
  }
  if (!request.tau_h) return parts;
  if (!(*request.tau_h > 0) || !std::isfinite(*request.tau_h))
    refuse("--tau", "is the hours between doses, above 0", fmt::format("{:g}", *request.tau_h));
  parts.tau_h = *request.tau_h;
  return parts;
}

std::vector<NcaQuantity> nca_part_quantities(const NcaRequest& request, const NcaParts& parts) {
  const std::string& unit = request.unit;
  const std::string kg = request.dose_unit.ends_with("/kg") ? "/kg" : "";
  std::vector<NcaQuantity> found;
  for (const auto& [from, to] : parts.areas)
    found.push_back({fmt::format("auc_{:g}_{:g}", from, to),
                     fmt::format("AUC from {:g} to {:g} h", from, to), unit + " h"});
  if (std::isnan(parts.tau_h)) return found;
  for (const NcaQuantity& each :
       {NcaQuantity{"auc_tau", fmt::format("AUC tau, 0 to {:g} h", parts.tau_h), unit + " h"},
        {"cavg_tau", "Cavg", unit},
        {"cmax_tau", "Cmax within tau", unit},
        {"cmin_tau", "Cmin within tau", unit},
        {"ctrough_tau", "C at the end of tau", unit},
        {"fluctuation", "Fluctuation", "1"},
        {"swing", "Swing", "1"},
        {"clearance_tau", "Cl/F at steady state", "L/h" + kg},
        {"accumulation", "Accumulation, predicted", "1"}})
    found.push_back(each);
  return found;
}

std::vector<double> nca_part_values(const NcaProfile& profile, double dose,
                                    const NcaOptions& options, const NcaParts& parts, Nca& found) {
  std::vector<double> values;
  for (const auto& [from, to] : parts.areas) {
    values.push_back(nan);
    if (!profile.t_h.empty())
      within(found, from, to, [&, from = from, to = to] {
        values.back() = auc_between(profile.t_h, profile.concentration, from, to, options);
      });
  }
  if (std::isnan(parts.tau_h)) return values;
  NcaInterval steady{nan, nan, nan, nan, nan, nan, nan, nan};
  if (!profile.t_h.empty())
    within(found, 0, parts.tau_h, [&] {
      steady = nca_interval(profile.t_h, profile.concentration, 0, parts.tau_h, dose, options);
    });
  for (const double value :
       steady_values(steady, predicted_accumulation(found.lambda_z, parts.tau_h)))
    values.push_back(value);
  return values;
}

std::string nca_parts_text(const NcaResults& results) {
  std::string head, text;
  for (const NcaQuantity& q : results.quantities)
    if (q.value == nullptr) head += fmt::format("{:>15}", q.key);
  if (head.empty()) return text;
  text = fmt::format("\n  {:<24}{}\n", "participant", head);
  for (const NcaCourse& course : results.courses) {
    std::string name = course.profile.participant;
    if (!course.profile.group.empty()) name += ", " + nca_group_name(course.profile.group);
    text += fmt::format("  {:<24}", name);
    for (std::size_t k = 0; k < results.quantities.size(); ++k)
      if (results.quantities[k].value == nullptr)
        text += fmt::format("{:>15}", std::isnan(course.values[k])
                                          ? std::string("none")
                                          : significant_text(course.values[k], 4));
    text += '\n';
  }
  return text;
}

}  // namespace entact
