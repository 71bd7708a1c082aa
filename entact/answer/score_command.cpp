// The result of scoring as JSON, text and CSV. What the columns are is decided in score_result.cpp.
#include "entact/answer/score_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/dataset_file.h"
#include "entact/answer/json_number.h"
#include "entact/answer/score_result.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t rows_shown = 40;  ///< in text; JSON and CSV have them all

/// The main score at one visit.
struct VisitSummary {
  std::string visit{};
  std::size_t n = 0, scored = 0, prorated = 0;
  double mean = 0, sd = 0, min = 0, max = 0;
  std::vector<std::size_t> met{};  ///< by diagnosis
};

VisitSummary summary(const ScoreResult& result, const std::string& visit) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  VisitSummary all{.visit = visit, .min = infinity, .max = -infinity};
  all.met.assign(result.diagnoses.size(), 0);
  const ScoreColumn& main = result.scores.scores[result.main_score];
  double squares = 0;
  for (std::size_t r = 0; r < main.value.size(); ++r) {
    if (result.file.visit[r] != visit) continue;
    ++all.n;
    for (std::size_t d = 0; d < result.diagnoses.size(); ++d)
      if (result.table.text(result.diagnoses[d])[r] == "yes") ++all.met[d];
    if (std::isnan(main.value[r])) continue;
    ++all.scored;
    if (main.missing[r] > 0) ++all.prorated;
    const double shift = main.value[r] - all.mean;
    all.mean += shift / static_cast<double>(all.scored);
    squares += shift * (main.value[r] - all.mean);
    all.min = std::min(all.min, main.value[r]);
    all.max = std::max(all.max, main.value[r]);
  }
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  if (all.scored == 0) all.mean = all.min = all.max = nothing;
  all.sd = all.scored < 2 ? nothing : std::sqrt(squares / static_cast<double>(all.scored - 1));
  return all;
}

std::vector<VisitSummary> summaries(const ScoreResult& result) {
  std::vector<VisitSummary> all;
  std::set<std::string> seen;
  for (const std::string& visit : result.file.visit)
    if (seen.insert(visit).second) all.push_back(summary(result, visit));
  return all;
}

/// How many assessments of a visit meet a threshold, do not, or lie in its range.
Json tally(const ScoreResult& result, const std::string& column, const std::string& visit) {
  Json counts{{"yes", 0}, {"no", 0}, {"unclear", 0}};
  const std::vector<std::string>& decisions = result.table.text(column);
  for (std::size_t r = 0; r < decisions.size(); ++r)
    if (result.file.visit[r] == visit && !decisions[r].empty())
      counts[decisions[r]] = counts[decisions[r]].get<std::size_t>() + 1;
  return counts;
}

Json visits_json(const ScoreResult& result) {
  Json visits = Json::array();
  for (const VisitSummary& one : summaries(result)) {
    Json json{{"visit", one.visit},
              {"n", one.n},
              {"scored", one.scored},
              {"prorated", one.prorated},
              {"mean", json_number(one.mean)},
              {"sd", json_number(one.sd)},
              {"min", json_number(one.min)},
              {"max", json_number(one.max)}};
    for (std::size_t d = 0; d < result.diagnoses.size(); ++d)
      json["diagnoses"][result.diagnoses[d]] = one.met[d];
    for (const AppliedThreshold& applied : result.applied)
      json["thresholds"][applied.column] = tally(result, applied.column, one.visit);
    visits.push_back(std::move(json));
  }
  return visits;
}

Json fact_json(const EvidenceBase& base, const std::string& id) {
  Json json{{"fact_id", id}};
  if (const auto row = base.fact(id)) {
    json["source"] = row->text("source");
    json["locator"] = row->text("locator");
    json["verified"] = row->text("verified");
  }
  return json;
}

Json thresholds_json(const EvidenceBase& base, const ScoreResult& result) {
  Json all = Json::array();
  for (const AppliedThreshold& one : result.applied) {
    Json json{{"column", one.column}, {"kind", one.threshold.kind}};
    json.update(fact_json(base, one.threshold.id));
    if (const auto row = base.fact(one.threshold.id)) {
      json["unit"] = row->text("unit");
      json["definition"] = row->text("definition");
    } else {
      json["definition"] = "named by the user";
    }
    all.push_back(std::move(json));
  }
  return all;
}

Json bands_json(const Instrument& instrument) {
  Json bands = Json::array();
  for (const SeverityBand& band : instrument.bands)
    bands.push_back(
        {{"band", fmt::format("{}-{}", band.low, band.high)}, {"definition", band.name}});
  return bands;
}

Json cell_json(const Column& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    const double value = (*numbers)[row];
    if (value == std::floor(value) && std::abs(value) < 1e15)
      return static_cast<std::int64_t>(value);  // scores are whole: 24, not 24.0
    return json_number(value);
  }
  const std::string& text = std::get<std::vector<std::string>>(column.values)[row];
  return text.empty() ? Json(nullptr) : Json(text);
}

Json rows_json(const Table& table) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < table.rows(); ++r) {
    Json row = Json::object();
    for (const Column& column : table.columns) row[column.name] = cell_json(column, r);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::size_t participants(const ScoreFile& file) {
  return std::set<std::string>(file.id.begin(), file.id.end()).size();
}

/// The index of a value set by visit; null without one.
Json value_set_json(const ScoreResult& result, const std::optional<ValueSet>& values) {
  if (!values) return nullptr;
  Json visits = Json::array();
  const std::vector<double>& index = result.table.numbers("index");
  for (const VisitSummary& one : summaries(result)) {
    double n = 0, sum = 0, squares = 0;
    for (std::size_t r = 0; r < index.size(); ++r)
      if (result.file.visit[r] == one.visit && !std::isnan(index[r])) ++n, sum += index[r];
    for (std::size_t r = 0; r < index.size(); ++r)
      if (result.file.visit[r] == one.visit && !std::isnan(index[r]))
        squares += (index[r] - sum / n) * (index[r] - sum / n);
    visits.push_back({{"visit", one.visit},
                      {"n", n},
                      {"mean", n > 0 ? json_number(sum / n) : Json(nullptr)},
                      {"sd", n > 1 ? json_number(std::sqrt(squares / (n - 1))) : Json(nullptr)}});
  }
  return {{"file", std::filesystem::path(values->name).filename().string()},
          {"profiles", values->value.size()},
          {"by_visit", visits}};
}

Json result_json(const EvidenceBase& base, const ScoreResult& result,
                 const std::optional<ValueSet>& values) {
  const Instrument& instrument = result.record.instrument;
  Json json{{"instrument", instrument.name},
            {"score", instrument.scores[result.main_score].name},
            {"assessments", result.file.id.size()},
            {"participants", participants(result.file)},
            {"by_visit", visits_json(result)},
            {"bands", bands_json(instrument)},
            {"thresholds", thresholds_json(base, result)},
            {"facts", Json::array()},
            {"not_applied", result.record.not_applied},
            {"value_set", value_set_json(result, values)},
            {"rows", rows_json(result.table)}};
  for (const std::string& id : result.facts) json["facts"].push_back(fact_json(base, id));
  return json;
}

/// Numbers in full precision, or with two decimals for people.
std::string cell_text(const Column& column, std::size_t row, bool exact) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
    return (*texts)[row];
  const double value = std::get<std::vector<double>>(column.values)[row];
  if (std::isnan(value)) return "";
  if (exact) return fmt::format("{}", value);
  return decimal_text(value, value == std::floor(value) ? 0 : 2);
}

std::string rows_csv(const Table& table) {
  std::string csv;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    csv += (c > 0 ? "," : "") + csv_field(table.columns[c].name);
  csv += "\n";
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      csv += (c > 0 ? "," : "") + csv_field(cell_text(table.columns[c], r, true));
    csv += "\n";
  }
  return csv;
}

/// Cells of equal width in columns, two blanks apart.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("  {:<{}}", row[c], widths[c]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string visits_text(const ScoreResult& result) {
  std::vector<std::vector<std::string>> rows{
      {"visit", "n", "scored", "prorated", "mean", "sd", "min", "max"}};
  for (const std::string& diagnosis : result.diagnoses) rows[0].push_back(diagnosis);
  for (const VisitSummary& one : summaries(result)) {
    rows.push_back({one.visit, fmt::format("{}", one.n), fmt::format("{}", one.scored),
                    fmt::format("{}", one.prorated)});
    for (const double value : {one.mean, one.sd, one.min, one.max})
      rows.back().push_back(std::isnan(value) ? "" : decimal_text(value, 2));
    for (const std::size_t met : one.met) rows.back().push_back(fmt::format("{}", met));
  }
  return aligned(rows);
}

std::string rows_text(const Table& table) {
  std::vector<std::vector<std::string>> rows(1);
  for (const Column& column : table.columns) rows[0].push_back(column.name);
  for (std::size_t r = 0; r < std::min(table.rows(), rows_shown); ++r) {
    rows.emplace_back();
    for (const Column& column : table.columns) rows.back().push_back(cell_text(column, r, false));
  }
  std::string text = aligned(rows);
  if (table.rows() > rows_shown)
    text += fmt::format("  and {} more: --format csv has them all\n", table.rows() - rows_shown);
  return text;
}

std::string verification_text(const EvidenceBase& base, const std::vector<std::string>& facts) {
  std::array<std::size_t, 3> counts{};
  for (const std::string& id : facts)
    if (const auto row = base.fact(id))
      ++counts[static_cast<std::size_t>(row->citation().verified)];
  return fmt::format(
      "Rests on {} facts: {} read in the source, {} in a text that cites it, {} "
      "recalled (unverified)\n",
      facts.size(), counts[0], counts[1], counts[2]);
}

std::string people_text(const EvidenceBase& base, const ScoreResult& result) {
  const Instrument& instrument = result.record.instrument;
  std::string text = fmt::format("{}, {}: {} assessments of {} participants\n", instrument.name,
                                 instrument.scores[result.main_score].name, result.file.id.size(),
                                 participants(result.file));
  text += verification_text(base, result.facts);
  if (!result.record.not_applied.empty())
    text +=
        fmt::format("On record and not applied: {}\n", fmt::join(result.record.not_applied, ", "));
  return text + "\n" + visits_text(result) + "\n" + rows_text(result.table);
}

Json state_json(const EvidenceBase& base, const InstrumentState& state) {
  std::array<std::size_t, 3> counts{};
  if (state.why_not.empty())
    for (const ScoringFact& fact : instrument_on_record(base, state.name).facts)
      ++counts[static_cast<std::size_t>(base.fact(fact.fact_id)->citation().verified)];
  return {{"instrument", state.name}, {"scored", state.why_not.empty()}, {"why_not", state.why_not},
          {"page", counts[0]},        {"secondary", counts[1]},          {"recalled", counts[2]}};
}

}  // namespace

Answer score_answer(const EvidenceBase& base, const CsvTable& csv, const ScoreRequest& request) {
  const ScoreResult result = score_result(base, csv, request);
  return {.result_json = result_json(base, result, request.values).dump(),
          .text = people_text(base, result),
          .csv = rows_csv(result.table),
          .reservations = result.reservations,
          .evidence_sha256 = base.sha256};
}

Answer score_file(const EvidenceBase& base, const std::string& path, const ScoreRequest& request) {
  const auto [csv, input] = read_cells(path);
  Answer answer = score_answer(base, csv, request);
  answer.inputs = {input};
  if (request.values) {
    const std::string& name = request.values->name;
    answer.inputs.push_back(
        {std::filesystem::path(name).filename().string(), sha256(read_file(name))});
  }
  return answer;
}

Answer score_list(const EvidenceBase& base) {
  Json list = Json::array();
  std::string csv = "instrument,scored,why_not,page,secondary,recalled\n";
  std::vector<std::vector<std::string>> rows{
      {"instrument", "scored", "page", "secondary", "recalled"}};
  for (const InstrumentState& state : instrument_states(base)) {
    const Json json = state_json(base, state);
    const std::string scored = state.why_not.empty() ? "yes" : "no";
    std::vector<std::string> counts;
    for (const char* key : {"page", "secondary", "recalled"}) counts.push_back(json[key].dump());
    rows.push_back({state.name, state.why_not.empty() ? scored : "no: " + state.why_not, counts[0],
                    counts[1], counts[2]});
    csv += fmt::format("{},{},{},{}\n", csv_field(state.name), scored, csv_field(state.why_not),
                       fmt::join(counts, ","));
    list.push_back(json);
  }
  return {.result_json = list.dump(),
          .text = "Facts behind each instrument by verification\n" + aligned(rows),
          .csv = csv,
          .evidence_sha256 = base.sha256};
}

}  // namespace entact
