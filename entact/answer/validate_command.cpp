#include "entact/answer/validate_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "entact/answer/installed_files.h"
#include "entact/answer/json_number.h"
#include "entact/answer/study_calibration.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

struct OpenedModel {
  std::filesystem::path folder{};
  ModelFile file{};
  PharmModel model{};
  PharmObservations observations{};
};

OpenedModel open_model(const std::string& name, const std::string& data, const EvidenceBase& base) {
  OpenedModel opened{.folder = find_data(data)};
  opened.file = read_model_file(find_model_file(name, opened.folder));
  opened.model = bind_model_file(opened.file);
  const auto path = opened.folder / "models" / "calibration.toml";
  const std::string text = read_file(path), seen = observed_model(text, path.string());
  require(
      seen == opened.file.description.id, "answer.validate.model",
      [&] {
        return fmt::format("no observations for model {0}: {1} has those of model {2}; ask for {2}",
                           opened.file.description.id, path.string(), seen);
      },
      ErrorKind::unanswerable);
  opened.observations = read_observations(text, path.string(), opened.file, base);
  return opened;
}

std::vector<InputFile> inputs_of(const std::string& name, const std::string& data) {
  const auto folder = find_data(data);
  std::vector<InputFile> inputs;
  for (const auto& path : {find_model_file(name, folder), folder / "models" / "calibration.toml"})
    inputs.push_back({path.filename().string(), sha256_file(path)});
  return inputs;
}

std::string regimen_of(const PharmObservation& observation) {
  std::string words;
  for (const PharmCourse& course : observation.courses) {
    words += (words.empty() ? "" : "; ") + course.regimen;
    for (const std::string& condition : course.conditions) words += ", " + condition;
  }
  return words;
}

const char* to_text(ObservationBound bound) {
  return bound == ObservationBound::at_least  ? "at least"
         : bound == ObservationBound::at_most ? "at most"
                                              : "exact";
}

Json direction_json(const std::optional<ChangeDirection>& direction) {
  if (!direction) return nullptr;
  return *direction == ChangeDirection::up     ? "up"
         : *direction == ChangeDirection::down ? "down"
                                               : "none";
}

Json row_json(const ValidationRow& row) {
  const PharmObservation& seen = row.observation;
  return {{"fact", seen.fact_id},
          {"study", seen.study},
          {"quantity", seen.quantity},
          {"statistic", seen.statistic},
          {"unit", seen.unit},
          {"n", seen.n},
          {"regimen", regimen_of(seen)},
          {"observed", json_number(seen.observed)},
          {"observed_low", json_number(seen.observed_low)},
          {"observed_high", json_number(seen.observed_high)},
          {"predicted", json_number(row.predicted)},
          {"predicted_low", json_number(row.predicted_low)},
          {"predicted_high", json_number(row.predicted_high)},
          {"ratio", json_number(row.ratio)},
          {"ratio_low", json_number(row.ratio_low)},
          {"ratio_high", json_number(row.ratio_high)},
          {"role", to_text(row.role)},
          {"verdict", to_text(row.verdict)},
          {"hypothesis", row.hypothesis},
          {"bound", to_text(seen.bound)},
          {"direction", direction_json(seen.direction)}};
}

std::map<std::string, int> counts_of(const std::vector<ValidationRow>& rows) {
  std::map<std::string, int> counts;
  for (const ValidationRow& row : rows) ++counts[to_text(row.verdict)];
  return counts;
}

std::string csv_of(const std::vector<ValidationRow>& rows) {
  std::string csv =
      "fact,study,quantity,statistic,unit,n,regimen,observed,predicted,predicted_low,"
      "predicted_high,ratio,role,verdict,ratio_low,ratio_high,hypothesis\n";
  const auto number = [](double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string();
  };
  for (const ValidationRow& row : rows)
    csv +=
        fmt::format("{},\"{}\",\"{}\",{},\"{}\",{},\"{}\",{},{},{},{},{},{},{},{},{},{}\n",
                    row.observation.fact_id, row.observation.study, row.observation.quantity,
                    row.observation.statistic, row.observation.unit, row.observation.n,
                    regimen_of(row.observation), number(row.observation.observed),
                    number(row.predicted), number(row.predicted_low), number(row.predicted_high),
                    number(row.ratio), to_text(row.role), to_text(row.verdict),
                    number(row.ratio_low), number(row.ratio_high), row.hypothesis ? "yes" : "no");
  return csv;
}

std::string summary_of(const ModelValidation& validation) {
  std::string words = fmt::format("{} observations: ", validation.rows.size());
  bool first = true;
  for (const auto& [verdict, count] : counts_of(validation.rows)) {
    words += fmt::format("{}{} {}", first ? "" : ", ", count, verdict);
    first = false;
  }
  return words;
}

std::string text_of(const ModelValidation& validation) {
  std::string words = fmt::format("{} ({})\n{}\n", validation.title, validation.observations.model,
                                  validation.notice) +
                      summary_of(validation) + ".\n\n";
  for (const ValidationRow& row : validation.rows)
    words += fmt::format(
        "  {:<24} {:<22} {:<18} observed {:>8}  predicted {:>8} [{}, {}]  {}{}, {}\n",
        row.observation.study, row.observation.quantity + (row.hypothesis ? " (h)" : ""),
        row.observation.statistic,
        std::isfinite(row.observation.observed) ? significant_text(row.observation.observed, 3)
                                                : "-",
        significant_text(row.predicted, 3), significant_text(row.predicted_low, 3),
        significant_text(row.predicted_high, 3),
        std::isfinite(row.ratio) ? "ratio " + decimal_text(row.ratio, 2) + ", " : "",
        to_text(row.verdict), to_text(row.role));
  words += fmt::format("\n{}\n\nMisfits\n", hypothesis_words);
  for (const std::string& sentence : misfit_sentences(validation.rows))
    words += "  " + sentence + "\n";
  return words;
}

Document page_of(const ModelValidation& validation, const EvidenceBase& base) {
  DocumentBuilder builder(base);
  builder.document.title = "Model against people";
  builder.document.subtitle =
      "Each published observation beside the prediction of model " + validation.observations.model;
  builder.document.notice = validation.notice +
                            " For research and review; no medical advice and no dosing advice to "
                            "individuals.";
  Section section{.id = "validation", .title = "Predicted and observed"};
  section.opening = {{text(summary_of(validation) + ".")}};
  section.blocks = validation_blocks(builder, validation, "");
  builder.document.sections = {std::move(section)};
  return std::move(builder).finish();
}

}  // namespace

ModelValidation validate_model(const std::string& model, const std::string& data,
                               const EvidenceBase& base, const PredictionOptions& how) {
  OpenedModel opened = open_model(model, data, base);
  auto rows = validate(opened.model, opened.file, opened.observations, how);
  return {.title = opened.file.description.title,
          .notice = opened.file.notice,
          .observations = std::move(opened.observations),
          .rows = std::move(rows)};
}

Answer validate_answer(const std::string& model, const std::string& data,
                       const PredictionOptions& how) {
  const OpenedEvidence evidence = open_evidence(data);
  const ModelValidation validation = validate_model(model, data, evidence.base, how);
  Json rows = Json::array(), excluded = Json::array();
  for (const ValidationRow& row : validation.rows) rows.push_back(row_json(row));
  for (const ExcludedObservation& one : validation.observations.excluded)
    excluded.push_back({{"fact", one.fact_id}, {"why", one.why}});
  const Json result{{"model", validation.observations.model},
                    {"notice", validation.notice},
                    {"seed", how.seed},
                    {"rows", std::move(rows)},
                    {"counts", counts_of(validation.rows)},
                    {"misfits", misfit_sentences(validation.rows)},
                    {"excluded", std::move(excluded)}};
  return with_notes({.result_json = result.dump(),
                     .text = text_of(validation),
                     .csv = csv_of(validation.rows),
                     .inputs = inputs_of(model, data),
                     .evidence_sha256 = evidence.base.sha256,
                     .document = page_of(validation, evidence.base)},
                    evidence);
}

Answer calibrate_answer(const std::string& model, const std::string& data) {
  const OpenedEvidence evidence = open_evidence(data);
  const OpenedModel opened = open_model(model, data, evidence.base);
  const PharmCalibration found = calibrate(opened.model, opened.file, opened.observations);
  Json parameters = Json::array(), rows = Json::array();
  std::string words = opened.file.notice + "\n";
  words += fmt::format(
      "weighted sum of squares {:.5f} at the file's values, {:.5f} fitted ({} iterations{})\n",
      found.shipped_sum, found.fitted_sum, found.iterations,
      found.converged ? "" : ", not converged");
  for (std::size_t k = 0; k < found.parameters.size(); ++k) {
    const auto& p =
        opened.file.description.parameters[static_cast<std::size_t>(found.parameters[k])];
    parameters.push_back({{"id", p.id},
                          {"unit", p.unit},
                          {"shipped", found.shipped[k]},
                          {"fitted", found.fitted[k]},
                          {"relative_se", json_number(found.relative_se[k])}});
    words +=
        fmt::format("  {:<20} {:<6} in the file {:>8}  fitted {:>8}  relative se {}\n", p.id,
                    p.unit, significant_text(found.shipped[k], 4),
                    significant_text(found.fitted[k], 4), decimal_text(found.relative_se[k], 2));
  }
  const StudyCalibration by_study =
      calibrate_by_study(opened.model, opened.file, opened.observations, found.fitted);
  words += study_calibration_text(opened.file, by_study);
  for (const PharmObservation& one : opened.observations.observations) {
    const std::string role = to_text(role_of(one));
    rows.push_back({{"fact", one.fact_id}, {"role", role}, {"weight", one.weight}});
    words += fmt::format("  {}: {}", role, one.fact_id);
    words += one.weight > 0 ? fmt::format(" (weight {:g})\n", one.weight) : "\n";
  }
  const Json result{{"model", opened.observations.model},
                    {"notice", opened.file.notice},
                    {"converged", found.converged},
                    {"iterations", found.iterations},
                    {"shipped_sum", found.shipped_sum},
                    {"fitted_sum", found.fitted_sum},
                    {"parameters", std::move(parameters)},
                    {"by_study", study_calibration_json(opened.file, by_study)},
                    {"rows", std::move(rows)}};
  Answer answer{.result_json = result.dump(),
                .text = words,
                .inputs = inputs_of(model, data),
                .evidence_sha256 = evidence.base.sha256};
  if (!found.converged) answer.reservations.emplace_back("the calibration did not converge");
  if (!by_study.with.converged || !by_study.without.converged)
    answer.reservations.emplace_back("the calibration by study did not converge");
  return with_notes(std::move(answer), evidence);
}

}  // namespace entact
