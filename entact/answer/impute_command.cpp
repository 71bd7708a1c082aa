// Options in, imputed and pooled answers out. What the options mean is impute_words.h, what is done
// with them impute_run.h, how it is written down impute_result.h and impute_text.h.
#include "entact/answer/impute_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "entact/answer/dataset_file.h"
#include "entact/answer/impute_counts.h"
#include "entact/answer/impute_document.h"
#include "entact/answer/impute_result.h"
#include "entact/answer/impute_run.h"
#include "entact/answer/impute_text.h"
#include "entact/answer/row_conditions.h"
#include "entact/base/error.h"

namespace entact {
namespace {

bool counts_are_asked(const ImputeRequest& request) {
  const auto kind = analysis_words(request.analysis).kind;
  return kind == AnalysisWords::Kind::counts || kind == AnalysisWords::Kind::poisson;
}

void check_words(const ImputeRequest& request) {
  const std::set<std::string> known{"", "treatment policy", "hypothetical", "composite",
                                    "while on treatment"};
  require(known.contains(request.estimand), "answer.impute.estimand",
          fmt::format("the strategies of ICH E9(R1) are treatment policy, hypothetical, composite "
                      "and while on treatment; saw '{}'",
                      request.estimand),
          ErrorKind::usage);
  require(!request.reference.empty(), "answer.impute.arm",
          "name the reference arm with --reference: strategies copy it and others are compared "
          "with it",
          ErrorKind::usage);
}

Answer answer_of(ImputeRun& run) {
  impute_and_pool(run);
  const nlohmann::ordered_json result = impute_result(run);
  Answer answer{.result_json = result.dump(),
                .text = impute_text(run, result),
                .csv = impute_csv(run),
                .reservations = run.notes};
  const auto& more = run.imputations.fit.reservations;
  answer.reservations.insert(answer.reservations.end(), more.begin(), more.end());
  answer.document = impute_document(result, answer.reservations);
  return answer;
}

/// Shifts in files apart from those in words.
std::vector<std::string> files_among(std::vector<std::string>& words) {
  std::vector<std::string> files;
  const auto is_file = [](const std::string& word) { return word.find('=') == std::string::npos; };
  std::copy_if(words.begin(), words.end(), std::back_inserter(files), is_file);
  std::erase_if(words, is_file);
  return files;
}

}  // namespace

std::string impute_arm_column(const Table& table, const ImputeRequest& request) {
  if (!request.arm.empty()) return request.arm;
  std::vector<std::string> there;
  for (const char* name : {"ARM", "TRT01P", "TRTP"})
    if (table.has(name)) there.emplace_back(name);
  require(there.size() == 1, "answer.impute.arm",
          there.empty() ? "name the column of the arms with --arm: there is no ARM, TRT01P or TRTP"
                        : fmt::format("name the column of the arms with --arm: there are {}",
                                      fmt::join(there, " and ")),
          ErrorKind::usage);
  return there.front();
}

Answer impute_answer(const Table& table, const Table& events, const ImputeRequest& request) {
  check_words(request);
  if (counts_are_asked(request)) return impute_counts_answer(table, events, request);
  ImputeRun run{.request = request};
  read_words(run, table, events);
  return answer_of(run);
}

Answer impute_file(const std::string& path, const ImputeRequest& request) {
  check_words(request);
  ImputeRun run{.request = request};
  std::vector<InputFile> inputs;
  const auto read = [&](const std::string& file) {
    DatasetFile made = read_dataset_file(file);
    inputs.push_back(made.input);
    return std::move(made.table);
  };
  Table table = read(path);
  if (!request.where.empty()) table = rows_of(table, rows_meeting(table, request.where));
  const Table events = request.ice.empty() ? Table{} : read(request.ice);
  if (counts_are_asked(request)) {
    Answer answer = impute_counts_answer(table, events, request);
    answer.inputs = std::move(inputs);
    return answer;
  }
  const auto files = files_among(run.request.delta);
  read_words(run, table, events);
  for (const std::string& file : files) add_delta(run.model, read(file), run.delta);
  Answer answer = answer_of(run);
  answer.inputs = std::move(inputs);
  return answer;
}

}  // namespace entact
