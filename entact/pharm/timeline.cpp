#include "entact/pharm/timeline.h"

#include <ceres/jet.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "entact/base/error.h"
#include "entact/num/scalar_type.h"
#include "entact/pharm/given_doses.h"
#include "entact/pharm/pharm_model.h"

namespace entact {
namespace {

std::string short_number(double x) {
  std::string text = std::to_string(x);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string where(const DoseEvent& dose, const std::string& participant) {
  std::string text = participant.empty() ? "" : "participant " + participant + ", ";
  text += "time " + short_number(dose.t_h) + " h";
  if (dose.row > 0) text += ", row " + std::to_string(dose.row);
  return text + ": ";
}

bool is_dose(const DoseEvent& dose) { return dose.kind != DoseKind::reset; }
bool is_endless(const DoseEvent& dose) {
  return dose.steady_state > 0 && dose.amount_mg == 0 && dose.rate_mg_per_h > 0;
}

DoseInput input_of(std::span<const DoseInput> inputs, int compartment) {
  if (compartment == 0) return inputs.empty() ? DoseInput{} : inputs.front();
  for (const DoseInput& input : inputs)
    if (input.state == compartment - 1) return input;
  return {.state = compartment - 1};
}

/// How one dose of a record enters.
template <class T>
struct Entry {
  int state = 0;
  T lag_h{}, amount{}, rate{}, duration_h{};  ///< rate and duration 0: at once
};

template <class T>
T parameter_or(std::span<const T> parameters, int index, double otherwise) {
  return index < 0 ? T(otherwise) : parameters[static_cast<std::size_t>(index)];
}

/// An infusion whose end may be the same double as its beginning is a dose at once.
template <class T>
Entry<T> unless_too_short(Entry<T> entry) {
  constexpr double shortest_h = 1e-9;
  if (value_of(entry.duration_h) > 0 && value_of(entry.duration_h) < shortest_h)
    entry.rate = entry.duration_h = T(0.0);
  return entry;
}

template <class T>
Entry<T> entry_of(std::span<const DoseInput> inputs, std::span<const T> parameters,
                  const DoseEvent& dose) {
  const DoseInput input = input_of(inputs, dose.compartment);
  const T fraction = parameter_or(parameters, input.fraction_parameter, 1);
  Entry<T> entry{.state = input.state,
                 .lag_h = parameter_or(parameters, input.lag_parameter, 0),
                 .amount = fraction * dose.amount_mg,
                 .rate = T(0.0),
                 .duration_h = T(0.0)};
  require(value_of(entry.lag_h) >= 0 && value_of(fraction) >= 0, "pharm.dose.lag", [&] {
    return where(dose, "") + "lag and fraction of a dose must not be negative; saw " +
           short_number(value_of(entry.lag_h)) + " h and " + short_number(value_of(fraction));
  });
  if (dose.rate_mg_per_h == 0) return entry;
  if (dose.rate_mg_per_h == -2) {
    entry.duration_h = parameter_or(parameters, input.duration_parameter, 0);
  } else {
    // As in NONMEM, a rate keeps its value and the fraction shortens the infusion.
    entry.rate = dose.rate_mg_per_h > 0 ? T(dose.rate_mg_per_h)
                                        : parameter_or(parameters, input.rate_parameter, 0);
    require(value_of(entry.rate) > 0, "pharm.dose.duration", [&] {
      return where(dose, "") + "the model gives a rate of " + short_number(value_of(entry.rate)) +
             " mg/h; it must be positive";
    });
    entry.duration_h = entry.amount / entry.rate;
    return unless_too_short(entry);
  }
  require(value_of(entry.duration_h) > 0, "pharm.dose.duration", [&] {
    return where(dose, "") + "the model gives a duration of " +
           short_number(value_of(entry.duration_h)) + " h; it must be positive";
  });
  entry.rate = entry.amount / entry.duration_h;
  return unless_too_short(entry);
}

template <class T>
class Timeline {
 public:
  explicit Timeline(std::span<const DoseInput> inputs) : inputs_(inputs) {}

  void add(const DoseEvent& dose, std::span<const T> parameters) {
    ++index_;
    if (clears(dose)) cancel_from(dose.t_h);
    if (dose.kind != DoseKind::dose) push(T(dose.t_h), StopKind::reset, 0, T(0.0));
    if (!is_dose(dose)) return;
    const Entry<T> entry = entry_of(inputs_, parameters, dose);
    if (dose.steady_state > 0) add_steady_state(dose, entry);
    if (is_endless(dose)) return;
    for (int k = 0; k <= dose.additional; ++k)
      give(T(additional_dose_h(dose.t_h, k, dose.interval_h)) + entry.lag_h, entry, T(dose.t_h));
  }

  std::vector<Stop<T>> sorted() {
    std::stable_sort(stops_.begin(), stops_.end(), [](const Stop<T>& a, const Stop<T>& b) {
      return value_of(a.t_h) < value_of(b.t_h) ||
             (value_of(a.t_h) == value_of(b.t_h) && a.dose < b.dose);
    });
    return std::move(stops_);
  }

 private:
  void push(const T& t_h, StopKind kind, int state, const T& amount) {
    stops_.push_back({.t_h = t_h, .kind = kind, .state = state, .amount = amount, .dose = index_});
  }

  void cancel_from(double t_h) {
    std::erase_if(stops_, [&](const Stop<T>& stop) { return value_of(stop.t_h) >= t_h; });
  }

  /// One dose that enters at `t_h`; what of it lies before `from` is in the steady state already.
  void give(const T& t_h, const Entry<T>& entry, const T& from) {
    const bool begun = value_of(t_h) < value_of(from);
    if (value_of(entry.duration_h) == 0) {
      if (!begun && value_of(entry.amount) > 0)
        push(t_h, StopKind::bolus, entry.state, entry.amount);
      return;
    }
    const T end = t_h + entry.duration_h;
    if (value_of(end) <= value_of(from)) return;
    push(begun ? from : t_h, StopKind::infusion_on, entry.state, entry.rate);
    push(end, StopKind::infusion_off, entry.state, entry.rate);
  }

  void add_steady_state(const DoseEvent& dose, const Entry<T>& entry) {
    const double interval = is_endless(dose) ? 0 : dose.interval_h;
    T phase(0.0);
    if (interval > 0) {
      // The last dose that has entered did so this long ago.
      const double whole = std::ceil(value_of(entry.lag_h) / interval);
      phase = T(whole * interval) - entry.lag_h;
    }
    stops_.push_back({.t_h = T(dose.t_h),
                      .kind = StopKind::steady_state,
                      .state = entry.state,
                      .amount = value_of(entry.rate) > 0 ? entry.rate : entry.amount,
                      .duration_h = entry.duration_h,
                      .phase_h = phase,
                      .interval_h = interval,
                      .add = dose.steady_state == 2,
                      .dose = index_});
    if (interval == 0) return;
    const double reach = value_of(entry.lag_h) + value_of(entry.duration_h);
    const int earlier = static_cast<int>(std::ceil(reach / interval));
    for (int k = earlier; k >= 1; --k)
      give(T(dose.t_h - k * interval) + entry.lag_h, entry, T(dose.t_h));
  }

  std::span<const DoseInput> inputs_;
  std::vector<Stop<T>> stops_{};
  std::ptrdiff_t index_ = -1;
};

/// The rules of one record.
class DoseCheck {
 public:
  DoseCheck(const ModelDescription& model, const DoseEvent& dose, const std::string& participant)
      : model_(model), dose_(dose), place_(where(dose, participant)) {}

  void run() const {
    must(std::isfinite(dose_.t_h), "time", "TIME must be a number of hours");
    check_compartment();
    if (!is_dose(dose_)) return;
    check_rate();
    check_amount();
    check_repeats();
  }

 private:
  void must(bool ok, const char* reason, const std::string& rule) const {
    if (!ok) throw Error(std::string("pharm.dose.") + reason, place_ + rule);
  }
  DoseInput input() const { return input_of(model_.inputs, dose_.compartment); }

  void check_compartment() const {
    const int n = static_cast<int>(model_.states.size());
    must(dose_.compartment >= 0 && dose_.compartment <= n, "compartment",
         "model " + model_.id + " has the compartments 1 to " + std::to_string(n) + "; saw " +
             std::to_string(dose_.compartment) + ". 0 is where doses go by default");
    must(dose_.compartment > 0 || !model_.inputs.empty() || dose_.kind == DoseKind::reset,
         "compartment",
         "model " + model_.id + " has no compartment for doses that name none; name one");
  }
  void check_rate() const {
    const double rate = dose_.rate_mg_per_h;
    must(rate >= 0 || rate == -1 || rate == -2, "rate",
         "RATE must be 0, positive, -1 or -2; saw " + short_number(rate));
    must(std::isfinite(rate), "rate", "RATE must be finite");
    must(rate != -1 || input().rate_parameter >= 0, "rate",
         "RATE -1 needs a rate in the model, and " + model_.id + " has none for this compartment");
    must(rate != -2 || input().duration_parameter >= 0, "rate",
         "RATE -2 needs a duration in the model, and " + model_.id +
             " has none for this compartment");
  }
  void check_amount() const {
    must(dose_.amount_mg >= 0 && std::isfinite(dose_.amount_mg), "amount",
         "AMT must be a dose of 0 mg or more; saw " + short_number(dose_.amount_mg));
    must(dose_.amount_mg > 0 || is_endless(dose_) || dose_.rate_mg_per_h == 0, "amount",
         "an infusion needs an AMT above 0");
  }
  void check_repeats() const {
    must(dose_.additional >= 0, "additional",
         "ADDL must be 0 or more; saw " + std::to_string(dose_.additional));
    must(dose_.interval_h >= 0 && std::isfinite(dose_.interval_h), "interval",
         "II must be 0 h or more; saw " + short_number(dose_.interval_h));
    must(dose_.additional == 0 || dose_.interval_h > 0, "interval",
         "additional doses need an II above 0");
    must(dose_.steady_state >= 0 && dose_.steady_state <= 2, "steady_state",
         "SS must be 0, 1 or 2; saw " + std::to_string(dose_.steady_state));
    must(dose_.steady_state == 0 || is_endless(dose_) || dose_.interval_h > 0, "interval",
         "a steady state needs an II above 0");
    must(!is_endless(dose_) || (dose_.interval_h == 0 && dose_.additional == 0), "steady_state",
         "a steady infusion (AMT 0) takes neither II nor ADDL");
  }

  const ModelDescription& model_;
  const DoseEvent& dose_;
  std::string place_;
};

}  // namespace

template <class T>
std::vector<Stop<T>> expand_doses(std::span<const DoseInput> inputs, std::span<const T> parameters,
                                  std::span<const DoseEvent> doses) {
  Timeline<T> timeline(inputs);
  for (const DoseEvent& dose : doses) timeline.add(dose, parameters);
  return timeline.sorted();
}

template <class T>
std::vector<Stop<T>> expand_doses_of(std::span<const DoseInput> inputs,
                                     std::span<const std::span<const T>> parameters,
                                     std::span<const DoseEvent> doses) {
  Timeline<T> timeline(inputs);
  for (std::size_t i = 0; i < doses.size(); ++i) timeline.add(doses[i], parameters[i]);
  return timeline.sorted();
}

template std::vector<Stop<double>> expand_doses(std::span<const DoseInput>, std::span<const double>,
                                                std::span<const DoseEvent>);
template std::vector<Stop<PharmJet>> expand_doses(std::span<const DoseInput>,
                                                  std::span<const PharmJet>,
                                                  std::span<const DoseEvent>);
template std::vector<Stop<double>> expand_doses_of(std::span<const DoseInput>,
                                                   std::span<const std::span<const double>>,
                                                   std::span<const DoseEvent>);
template std::vector<Stop<PharmJet>> expand_doses_of(std::span<const DoseInput>,
                                                     std::span<const std::span<const PharmJet>>,
                                                     std::span<const DoseEvent>);

void check_doses(const ModelDescription& model, std::span<const DoseEvent> doses,
                 const std::string& participant) {
  std::set<std::tuple<double, int, int>> seen;
  double last_h = -std::numeric_limits<double>::infinity();
  for (const DoseEvent& dose : doses) {
    DoseCheck(model, dose, participant).run();
    if (!(dose.t_h >= last_h))
      throw Error("pharm.dose.time", where(dose, participant) +
                                         "times must not go back; the record before is at " +
                                         short_number(last_h) + " h. Sort by time");
    last_h = dose.t_h;
    if (!seen.insert({dose.t_h, dose.compartment, static_cast<int>(dose.kind)}).second)
      throw Error("pharm.dose.duplicate",
                  where(dose, participant) +
                      "a second record of this kind for the same time and compartment; give one "
                      "record, with the sum of both if both were taken");
  }
}

}  // namespace entact
