#include "entact/answer/fit_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace entact {
namespace {

bool missing_code(double x) { return x == -99 || x == -999 || x == -9999; }

}  // namespace

void FitNotes::count(const FitRecord& found) {
  without += found.without ? 1 : 0;
  left_out += found.left_out ? 1 : 0;
  unflagged += found.unflagged ? 1 : 0;
  dose_has_dv += found.dose_has_dv ? 1 : 0;
}

void FitNotes::add_counts() {
  const auto add = [&](int count, const char* text) {
    if (count > 0) list.push_back(fmt::format("{} {}", count, text));
  };
  add(without, "observations have no DV and are left out");
  add(left_out, "observations below the limit have MDV 1 and are left out");
  add(unflagged,
      "observations lie below LLOQ without a flag and are taken as measured; BLQ 1 in their rows "
      "would take them as below the limit");
  add(dose_has_dv, "doses have a DV, which is not used: an observation has a row of its own");
}

void FitNotes::add_compartment(FitColumns& columns, const std::vector<std::size_t>& observations,
                               const FitModel& model) {
  if (model.equations || observations.empty()) return;
  const std::string central = model.structure.absorption >= 0 ? "2" : "1";
  const std::string& observed = columns.level("CMT", observations.front());
  if (!observed.empty() && observed != central && observed != "0")
    list.push_back(
        fmt::format("observations have CMT {} and are taken as the concentration in the central "
                    "compartment ({})",
                    observed, central));
}

void FitNotes::add_covariates(const FitModel& model, bool by_occasion) {
  const auto& people = model.population.subjects;
  const auto changing = std::count_if(people.begin(), people.end(),
                                      [](const auto& person) { return person.occasions > 1; });
  if (!by_occasion && changing > 0)
    list.push_back(
        fmt::format("covariates change in time in {} people: a row's value holds from the row "
                    "before it up to it",
                    changing));
  for (std::size_t k = 0; k < model.covariates.size(); ++k) {
    const auto coded = std::count_if(people.begin(), people.end(), [&](const auto& person) {
      const auto own = person.covariates.col(static_cast<Eigen::Index>(k));
      return std::any_of(own.begin(), own.end(), missing_code);
    });
    if (coded > 0)
      list.push_back(
          fmt::format("{} is -99, -999 or -9999 in {} people and is taken as that number; where it "
                      "is a code for missing, leave the cell empty or the person out",
                      model.covariates[k], coded));
  }
}

void FitNotes::add_people(const std::vector<std::string>& without_observations) {
  const auto n = without_observations.size();
  if (n == 0) return;
  const std::vector<std::string> first(
      without_observations.begin(),
      without_observations.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(n, 5)));
  list.push_back(fmt::format("{} people have no observation and are left out: {}{}", n,
                             fmt::join(first, ", "), n > 5 ? ", ..." : ""));
}

void FitNotes::add_unused(const FitColumns& columns) {
  for (const char* column : {"LIMIT", "TINF", "BLOQ", "LOQ"})
    if (columns.has(column))
      list.push_back(
          fmt::format("the column {} is not used: limits stand in LLOQ, flags in BLQ or "
                      "CENS, infusions in RATE",
                      columns.name(column)));
}

// Refuses observations of several kinds in one column.
void check_kinds(FitColumns& c, const std::vector<std::size_t>& observations) {
  for (const char* column : {"DVID", "YTYPE", "CMT"}) {
    std::set<std::string> kinds;
    std::size_t other = 0;
    for (const std::size_t row : observations)
      if (const std::string& kind = c.level(column, row); !kind.empty())
        if (kinds.insert(kind).second) other = row;
    if (kinds.size() > 1)
      c.refuse("answer.fit.kinds", other, column,
               fmt::format("observations are of {} kinds: {}; one concentration is fitted at a "
                           "time. Leave the others out by MDV 1",
                           kinds.size(), fmt::join(kinds, ", ")));
  }
}

}  // namespace entact
