#include "entact/answer/trial_adaptive_tables.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "entact/answer/trial_numbers.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// The numbers below one place of the result, as cells.
class NumbersBelow {
 public:
  NumbersBelow(const TrialWriter& writer, std::string pointer)
      : writer_(writer), pointer_(std::move(pointer)) {}

  [[nodiscard]] Cell one(const std::string& key, double value, int decimals) const {
    return number_cell(number(key, value, decimals));
  }
  [[nodiscard]] Cell with_error(const std::string& key, const SimulatedValue& value,
                                int decimals) const {
    if (!std::isfinite(value.value)) return cell("none");
    return {.prose = {number_span(number(key + "/value", value.value, decimals)), text(" ("),
                      number_span(number(key + "/mc_se", value.mc_se, decimals + 1)), text(")")}};
  }

 private:
  [[nodiscard]] std::string number(const std::string& key, double value, int decimals) const {
    return writer_.own(value, decimals, "looks: " + key, pointer_ + "/" + key);
  }
  const TrialWriter& writer_;
  std::string pointer_;
};

TableBlock arms_table(const TrialWriter& writer, const TrialPage& page) {
  TableBlock table{.id = "looks_arms",
                   .title = "Arms that looks may drop",
                   .caption =
                       "Leads: the arm is rejected, or the most convincing one left; the "
                       "bias is that of its estimate then. Monte Carlo errors in brackets.",
                   .columns = {{"case", "Case", Type::text, true},
                               {"arm", "Arm", Type::text},
                               {"truth", "True value", Type::number},
                               {"last", "In the trial at the last look", Type::number},
                               {"rejected", "Rejected", Type::number},
                               {"leads", "Leads", Type::number},
                               {"bias", "Bias when it leads", Type::number}}};
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCaseResult& one = page.outcome.cases[at];
    if (!one.found.looks || !one.found.looks->adaptive) continue;
    const auto& arms = one.found.looks->adaptive->arms;
    for (std::size_t a = 0; a < arms.size(); ++a) {
      const NumbersBelow numbers(writer, fmt::format("/cases/{}/looks/adaptive/arms/{}", at, a));
      table.rows.push_back(
          {cell(case_words(page.file, one.setup)), cell(arms[a].arm),
           numbers.one("truth", arms[a].truth, 2),
           numbers.one(fmt::format("in_trial/{}", arms[a].kept.size() - 1), arms[a].kept.back(), 3),
           numbers.with_error("rejected", arms[a].rejected, 3),
           numbers.with_error("leads", arms[a].leads, 3),
           numbers.with_error("bias", arms[a].bias, 2)});
    }
  }
  return table;
}

TableBlock participants_table(const TrialWriter& writer, const TrialPage& page) {
  TableBlock table{.id = "looks_participants",
                   .title = "Participants by arm, with looks",
                   .caption =
                       "By the time the trial stops. Mean with its Monte Carlo error, and "
                       "the range of nine trials in ten.",
                   .columns = {{"case", "Case", Type::text, true},
                               {"arm", "Arm", Type::text},
                               {"mean", "Participants", Type::number},
                               {"low", "5%", Type::number},
                               {"median", "50%", Type::number},
                               {"high", "95%", Type::number}}};
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCaseResult& one = page.outcome.cases[at];
    if (!one.found.looks || !one.found.looks->adaptive) continue;
    const auto& arms = one.found.looks->adaptive->allocated;
    for (std::size_t a = 0; a < arms.size(); ++a) {
      const NumbersBelow numbers(writer,
                                 fmt::format("/cases/{}/looks/adaptive/allocated/{}", at, a));
      table.rows.push_back({cell(case_words(page.file, one.setup)), cell(arms[a].arm),
                            numbers.with_error("participants", arms[a].participants, 1),
                            numbers.one("participants_5", arms[a].low, 0),
                            numbers.one("participants_50", arms[a].median, 0),
                            numbers.one("participants_95", arms[a].high, 0)});
    }
  }
  return table;
}

}  // namespace

std::vector<TableBlock> adaptive_tables(const TrialWriter& writer, const TrialPage& page) {
  std::vector<TableBlock> tables;
  for (TableBlock table : {arms_table(writer, page), participants_table(writer, page)})
    if (!table.rows.empty()) tables.push_back(std::move(table));
  return tables;
}

}  // namespace entact
