#pragma once

// Numbers and figures of the page of `entact adverse`. For the adverse_*.cpp files alone.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "entact/answer/adverse_analysis.h"
#include "entact/answer/document_builder.h"
#include "entact/report/number_text.h"

namespace entact {

/// Numbers of one row, with the pointer that leads to it.
class RowNumbers {
 public:
  RowNumbers(DocumentBuilder& builder, const AdverseAnalysis& all, const AdversePart& part,
             std::size_t row, std::string pointer)
      : builder_(builder), all_(all), part_(part), row_(row), pointer_(std::move(pointer)) {
    const AdverseRow& own = part.table.rows[row];
    what_ = own.any() ? "any event" : own.is_term() ? all.term_name(own) : all.class_name(own);
  }

  std::string participants(std::size_t arm) {
    return number(count(arm).participants, count_text(count(arm).participants), arm_label(arm),
                  arm_pointer(arm, "participants"), "participants");
  }
  std::string events(std::size_t arm) {
    return number(count(arm).events, count_text(count(arm).events), arm_label(arm),
                  arm_pointer(arm, "events"), "events");
  }
  std::string risk(std::size_t arm) {
    const double risk = count(arm).participants / static_cast<double>(part_.table.n[arm]);
    return number(risk, percent_text(risk, 1), arm_label(arm), arm_pointer(arm, "risk"),
                  "share of participants");
  }
  std::string severity(std::size_t arm, std::size_t s) {
    const int people = count(arm).by_severity[s];
    return number(people, count_text(people), arm_label(arm),
                  arm_pointer(arm, ("by_severity/" + all_.data.severity_words[s]).c_str()),
                  (all_.data.severity_words[s] + " at most").c_str());
  }
  std::string compared(std::size_t k, const char* field, double value, bool p) {
    return number(
        value, p ? p_text(value) : percent_text(value, 1),
        what_ + ", " + all_.arm(all_.compared[k]) + " against " + all_.arm(all_.reference),
        fmt::format("{}/comparisons/{}/{}", pointer_, k, field), field);
  }
  [[nodiscard]] const AdverseComparison& comparison(std::size_t k) const {
    return part_.comparisons[k][row_];
  }

  /// Participants, percentage and events of each arm; then difference, interval and adjusted p.
  std::vector<Cell> cells() {
    std::vector<Cell> made;
    for (std::size_t arm = 0; arm < part_.table.n.size(); ++arm) {
      if (part_.table.n[arm] == 0) {
        made.insert(made.end(), {cell(""), cell(""), cell("")});
        continue;
      }
      made.push_back(number_cell(participants(arm)));
      made.push_back(number_cell(risk(arm)));
      made.push_back(number_cell(events(arm)));
    }
    for (std::size_t k = 0; k < part_.comparisons.size(); ++k) {
      if (part_.comparisons[k].empty()) {
        made.insert(made.end(), {cell(""), cell(""), cell("")});
        continue;
      }
      const AdverseComparison& c = comparison(k);
      made.push_back(number_cell(compared(k, "rd", c.risk_difference, false)));
      made.push_back(
          {{number_span(compared(k, "rd_low", c.risk_difference_interval.low, false)), text(" to "),
            number_span(compared(k, "rd_high", c.risk_difference_interval.high, false))},
           {}});
      made.push_back(number_cell(compared(k, "p_bh", c.p_benjamini_hochberg, true)));
    }
    return made;
  }

 private:
  [[nodiscard]] const AdverseCount& count(std::size_t arm) const {
    return part_.table.rows[row_].arms[arm];
  }
  [[nodiscard]] std::string arm_label(std::size_t arm) const {
    return what_ + ", " + all_.people.arms[arm];
  }
  [[nodiscard]] std::string arm_pointer(std::size_t arm, const char* field) const {
    return fmt::format("{}/arms/{}/{}", pointer_, arm, field);
  }
  std::string number(double value, std::string shown, const std::string& label, std::string pointer,
                     const char* what) {
    return builder_.number(value, std::move(shown), label + ": " + what,
                           {.pointer = std::move(pointer)});
  }

  DocumentBuilder& builder_;
  const AdverseAnalysis& all_;
  const AdversePart& part_;
  std::size_t row_;
  std::string pointer_;
  std::string what_{};
};

/// The shown terms (or classes) of one compared arm: percentages and differences, sorted.
FigureBlock adverse_dots(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k);

/// Difference against p of the same.
FigureBlock adverse_volcano(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k);

}  // namespace entact
