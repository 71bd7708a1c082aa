#include "entact/answer/fit_record.h"

#include <fmt/format.h>

#include <cmath>

namespace entact {
namespace {

constexpr const char* code = "answer.fit.row";

int whole(FitColumns& c, std::size_t row, const std::string& column, double low, double high) {
  const double value = c.value(column, row, 0);
  if (value != std::floor(value))
    c.refuse(code, row, column, fmt::format("a whole number; saw {}", value));
  if (value < low || value > high)
    c.refuse(code, row, column, fmt::format("from {} to {}; saw {}", low, high, value));
  return static_cast<int>(value);
}

double event_of(FitColumns& c, std::size_t row) {
  const double amount = c.value("AMT", row, 0);
  if (!(amount >= 0 && std::isfinite(amount)))
    c.refuse(code, row, "AMT", fmt::format("a dose is not negative; saw {}", amount));
  const double evid = c.value("EVID", row, amount > 0 ? 1 : 0);
  if (evid != 0 && evid != 1 && evid != 2 && evid != 3 && evid != 4)
    c.refuse(
        code, row, "EVID",
        fmt::format("0 observation, 1 dose, 2 other, 3 reset or 4 reset and dose; saw {}", evid));
  if (evid == 0 && amount > 0) c.refuse(code, row, "EVID", "an observation (EVID 0) has no dose");
  if ((evid == 2 || evid == 3) && amount > 0)
    c.refuse(
        code, row, "EVID",
        fmt::format("a row of EVID {} has no dose; write 1, or 4 for a reset and a dose", evid));
  if ((evid == 1 || evid == 4) && !(amount > 0))
    c.refuse(code, row, "AMT", "a dose has an amount above 0");
  return evid;
}

// The compartments of the model; 0 is where doses go by default.
int compartment_of(FitColumns& c, std::size_t row, const FitModel& model) {
  const int last = model.equations ? static_cast<int>(model.equations->description.states.size())
                   : model.structure.absorption >= 0 ? 2
                                                     : 1;
  const int found = whole(c, row, "CMT", -1e9, 1e9);
  if (found < 0 || found > last)
    c.refuse(code, row, "CMT",
             fmt::format("the model has the compartments 1 to {}, and 0 for where doses go by "
                         "default; saw {}",
                         last, found));
  return found == 0 && !model.equations ? 1 : found;
}

double rate_of(FitColumns& c, std::size_t row, const FitModel& model) {
  const double rate = c.value("RATE", row, 0);
  if (rate < 0 && !model.equations)
    c.refuse(code, row, "RATE",
             "a rate or duration that the model knows (-1, -2) is not offered; write the rate");
  if (!std::isfinite(rate) || (rate < 0 && rate != -1 && rate != -2))
    c.refuse(code, row, "RATE", fmt::format("0, above 0, -1 or -2; saw {}", rate));
  return rate < 0 ? rate : rate * model.mg_per_dose_unit / model.hours_per_time_unit;
}

// Additional doses and the steady state.
void read_repeats(FitColumns& c, std::size_t row, const FitModel& model, CompartmentRecord& r) {
  r.additional = whole(c, row, "ADDL", 0, 1e6);
  const double interval = c.value("II", row, 0);
  if (!(interval >= 0 && std::isfinite(interval)))
    c.refuse(code, row, "II", fmt::format("the time between doses, 0 or more; saw {}", interval));
  r.interval_h = interval * model.hours_per_time_unit;
  const double steady = c.value("SS", row, 0);
  if (steady != 0 && steady != 1)
    c.refuse(code, row, "SS", fmt::format("0 or 1 (steady state); saw {}", steady));
  r.steady_state = steady == 1;
  if (r.interval_h == 0 && (r.steady_state || r.additional > 0))
    c.refuse(code, row, "II",
             fmt::format("{} needs the time between doses, II above 0",
                         r.steady_state ? "SS 1" : fmt::format("ADDL {}", r.additional)));
  if (!r.steady_state || model.equations) return;
  if (model.structure.lag >= 0 && r.compartment == 1)
    c.refuse(code, row, "SS",
             "a steady state with a lag is not offered by the closed form; write the doses out");
  if (r.rate_mg_h > 0 && r.amount_mg / r.rate_mg_h > r.interval_h)
    c.refuse(code, row, "RATE", "an infusion of a steady state is not longer than its II");
}

// Whether a flag says that an observation lies below its limit.
bool flagged(FitColumns& c, std::size_t row) {
  double flags[2];
  for (const int k : {0, 1}) {
    const char* column = k == 0 ? "CENS" : "BLQ";
    const double flag = flags[k] = c.value(column, row);
    if (k == 0 && flag == -1)
      c.refuse("answer.fit.censored", row, column,
               "-1 marks an observation above a limit (right-censored), which is not offered; MDV "
               "1 leaves it out");
    if (!std::isnan(flag) && flag != 0 && flag != 1)
      c.refuse(code, row, column, fmt::format("0 or 1 (below the limit); saw {}", flag));
  }
  if (flags[0] + flags[1] == 1)
    c.refuse("answer.fit.censored", row, "BLQ",
             fmt::format("CENS says {} and BLQ says {}; leave one column out", flags[0], flags[1]));
  return flags[0] == 1 || flags[1] == 1;
}

// The limit of an observation that lies below it: LLOQ, else DV.
double limit_of(FitColumns& c, std::size_t row, double dv) {
  const double given = c.value("LLOQ", row), limit = std::isnan(given) ? dv : given;
  const char* column = std::isnan(given) ? "DV" : "LLOQ";
  if (std::isnan(limit))
    c.refuse("answer.fit.censored", row, column,
             "an observation below the limit needs that limit, in LLOQ or in DV");
  if (!(limit > 0 && std::isfinite(limit)))
    c.refuse("answer.fit.censored", row, column,
             fmt::format("the limit that an observation lies below is above 0; saw {}. Write it "
                         "in a column LLOQ",
                         limit));
  if (dv > limit)
    c.refuse(
        "answer.fit.censored", row, "DV",
        fmt::format("the flag says below the limit, {}, but DV is {}; mend either", limit, dv));
  return limit;
}

}  // namespace

FitRecord fit_record(FitColumns& c, std::size_t row, const FitModel& model) {
  const double time = c.value("TIME", row);
  if (!std::isfinite(time)) c.refuse(code, row, "TIME", "a time is a number");
  FitRecord found;
  CompartmentRecord& r = found.record;
  r.time_h = time * model.hours_per_time_unit;
  const double evid = event_of(c, row), dv = c.value("DV", row);
  const bool left_out = c.value("MDV", row, 0) != 0;
  r.reset = evid == 3 || evid == 4;
  if (evid == 1 || evid == 4) {
    r.amount_mg = c.value("AMT", row, 0) * model.mg_per_dose_unit;
    r.rate_mg_h = rate_of(c, row, model);
    r.compartment = compartment_of(c, row, model);
    read_repeats(c, row, model, r);
    found.dose_has_dv = !left_out && !std::isnan(dv) && dv != 0;
  }
  if (evid != 0) return found;
  const bool below = flagged(c, row);
  found.left_out = left_out && below;
  found.without = !left_out && !below && std::isnan(dv);
  r.observed = !left_out && (below || !std::isnan(dv));
  if (!r.observed) return found;
  if (below) found.below = limit_of(c, row, dv);
  found.dv = below ? found.below : dv;
  found.unflagged = !below && dv < c.value("LLOQ", row);
  return found;
}

}  // namespace entact
