#include "entact/answer/simulate_protocol.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "entact/answer/dataset_file.h"
#include "entact/answer/study_file.h"
#include "entact/base/error.h"
#include "entact/io/number.h"

namespace entact {
namespace {

/// The rows of data/doses.csv, as texts.
struct DoseRows {
  CellsFile file{};
  [[nodiscard]] std::string text(std::size_t row, const std::string& column) const {
    const std::ptrdiff_t at = file.csv.find(column);
    require(at >= 0, "answer.protocol.column",
            file.input.name + ": the column " + column + " is missing");
    return file.csv.rows[row][static_cast<std::size_t>(at)];
  }
  /// 0 where it is empty.
  [[nodiscard]] double number(std::size_t row, const std::string& column) const {
    return parse_number(text(row, column)).value_or(0);
  }
  [[nodiscard]] std::string arm(std::size_t row) const {
    return text(row, "study_id") + ":" + text(row, "arm_id");
  }
};

std::vector<std::size_t> rows_of(const DoseRows& rows, const std::string& name) {
  std::vector<std::size_t> found;
  std::set<std::string> arms;
  for (std::size_t row = 0; row < rows.file.csv.rows.size(); ++row) {
    if (rows.text(row, "used") != "yes") continue;
    arms.insert(rows.arm(row));
    if (upper(rows.arm(row)) == upper(name)) found.push_back(row);
  }
  if (found.empty())
    throw Error("answer.protocol.name",
                fmt::format("--protocol names an arm of {}: {}; saw '{}'", rows.file.input.name,
                            fmt::join(arms, ", "), name),
                ErrorKind::usage);
  return found;
}

std::string allowed(const DoseRows& rows, std::size_t row, const char* what) {
  const double low = rows.number(row, fmt::format("dose_{}_mg", what)),
               high = rows.number(row, fmt::format("dose_{}_high_mg", what));
  if (!(high > low)) return "";
  return fmt::format("{} dose up to {:g} mg", what, high);
}

}  // namespace

Protocol read_protocol(const std::filesystem::path& data, const std::string& name,
                       double supplement_h) {
  const DoseRows rows{read_cells((data / "doses.csv").string())};
  Protocol protocol{.input = rows.file.input};
  for (const std::size_t row : rows_of(rows, name)) {
    protocol.name = rows.arm(row);
    const double initial = rows.number(row, "dose_initial_mg"),
                 supplemental = rows.number(row, "dose_supplemental_mg");
    const std::string session =
        fmt::format("{}, session {}", protocol.name, rows.text(row, "session"));
    require(
        initial > 0, "answer.protocol.dose",
        [&] {
          return fmt::format("{}: {} gives no initial dose of MDMA; write it with --regimen",
                             rows.file.input.name, session);
        },
        ErrorKind::unanswerable);
    protocol.sessions.push_back({{.amount_mg = initial}});
    if (supplemental > 0)
      protocol.sessions.back().push_back({.amount_mg = supplemental, .t_h = supplement_h});
    for (const char* what : {"initial", "supplemental"})
      if (const std::string more = allowed(rows, row, what); !more.empty())
        protocol.notes.push_back(session + " allowed: " + more + "; the lower one is given");
  }
  return protocol;
}

std::vector<DoseEvent> protocol_events(const Protocol& protocol, double every_h,
                                       const std::vector<MissedDose>& missed,
                                       const ModelDescription& model) {
  std::vector<DoseEvent> events;
  for (std::size_t s = 0; s < protocol.sessions.size(); ++s) {
    Regimen session{.doses = protocol.sessions[s]};
    for (const MissedDose& dose : missed)
      if (dose.session == static_cast<int>(s) + 1) session.missed.push_back({1, dose.dose});
    for (DoseEvent& dose : regimen_events(session, model)) {
      dose.t_h += static_cast<double>(s) * every_h;
      events.push_back(dose);
    }
  }
  return events;
}

}  // namespace entact
