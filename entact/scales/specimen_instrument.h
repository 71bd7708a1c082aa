#pragma once

#include "entact/scales/answers.h"

namespace entact {

/// A made-up instrument for tests: clusters B (2 items) and C (3 items, the last of them reversed)
/// of 0 to 4, present at 2 or more; F beside the total, 0 or 1; a diagnosis of 1 B and 2 C, with F
/// where given.
inline Instrument specimen_instrument() {
  Instrument instrument{.name = "SPECIMEN"};
  for (const char* code : {"B1", "B2", "C1", "C2", "C3"})
    instrument.items.push_back({.code = code,
                                .cluster = std::string(1, code[0]),
                                .number = static_cast<int>(instrument.items.size()) + 1,
                                .min = 0,
                                .max = 4,
                                .in_total = true,
                                .present = Presence{.at_least = 2}});
  instrument.items[4].reversed = true;
  instrument.items.push_back({.code = "F",
                              .cluster = "F",
                              .number = 6,
                              .min = 0,
                              .max = 1,
                              .present = Presence{.at_least = 1}});
  instrument.scores = {{.name = "total", .items = {0, 1, 2, 3, 4}, .prorate_up_to = 2},
                       {.name = "B", .items = {0, 1}},
                       {.name = "mean", .method = ScoreMethod::mean, .items = {0, 1, 2, 3}}};
  instrument.counts = {{"B", {0, 1}}};
  instrument.diagnoses = {{.name = "sick",
                           .criteria = {{.items = {0, 1}, .at_least = 1},
                                        {.items = {2, 3, 4}, .at_least = 2},
                                        {.items = {5}, .at_least = 1, .if_given = true}}}};
  return instrument;
}

/// Assessments row by row, in the order of the items; items beyond a row's end are not in the data.
inline Answers answers_of(const Instrument& instrument,
                          const std::vector<std::vector<double>>& rows) {
  Answers answers{.columns = std::vector<std::vector<double>>(instrument.items.size()),
                  .rows = rows.size()};
  for (const std::vector<double>& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) answers.columns[i].push_back(row[i]);
  return answers;
}

}  // namespace entact
