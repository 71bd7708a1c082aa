#include "entact/answer/blinding_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/json_number.h"
#include "entact/answer/row_conditions.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"
#include "entact/stats/blinding_index.h"
#include "entact/stats/model_variable.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

std::string upper(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

/// Rows with an arm and a guess; the last guess is "do not know".
struct Rows {
  std::vector<std::string> arms{};
  std::vector<std::size_t> row{}, arm{}, guess{};
  int missing = 0;
};

std::string arm_column(const TrialTable& data, const BlindingRequest& request) {
  const std::string arm = request.arm.empty() ? first_column(data.table, arm_names()) : request.arm;
  require(!arm.empty(), "answer.blinding.arm",
          "no column named ARM, TRT01P or the like: name --arm", ErrorKind::usage);
  return arm;
}

Rows rows_of(const TrialTable& data, const std::string& arm_name, const BlindingRequest& request) {
  Rows rows{.arms = factor_values(data.table.column(arm_name)).levels};
  require(rows.arms.size() >= 2, "answer.blinding.arm",
          fmt::format("column '{}' holds fewer than two arms", arm_name), ErrorKind::unanswerable);
  const std::vector<std::string> usual{"DO NOT KNOW", "DON'T KNOW", "DONT KNOW", "DNK",
                                       "UNKNOWN",     "UNSURE",     "NOT SURE"};
  std::set<std::string> unknown;
  for (const std::string& word : request.unknown.empty() ? usual : request.unknown)
    unknown.insert(upper(word));
  const std::vector<std::string> arm = level_column(data, arm_name),
                                 guess = level_column(data, request.guess);
  const std::vector<std::string> id = data.table.has("USUBJID")
                                          ? level_column(data, "USUBJID")
                                          : std::vector<std::string>(arm.size());
  std::set<std::string> seen;
  for (std::size_t i = 0; i < arm.size(); ++i) {
    if (arm[i].empty() || guess[i].empty()) {
      if (!arm[i].empty()) ++rows.missing;
      continue;
    }
    if (!id[i].empty() && !seen.insert(id[i]).second)
      throw Error("answer.blinding.duplicate",
                  fmt::format("{} (USUBJID): participant {} has another guess; choose one visit "
                              "with --visit",
                              place_of(data, i, "USUBJID"), id[i]));
    const auto guessed = std::find(rows.arms.begin(), rows.arms.end(), guess[i]);
    if (guessed == rows.arms.end() && !unknown.contains(upper(guess[i])))
      throw Error("answer.blinding.guess",
                  fmt::format("{} ({}): a guess must be one of the arms ({}) or mean \"do not "
                              "know\"; saw '{}'. Name such words with --unknown",
                              place_of(data, i, request.guess), request.guess,
                              fmt::join(rows.arms, ", "), guess[i]));
    rows.row.push_back(i);
    rows.arm.push_back(static_cast<std::size_t>(
        std::find(rows.arms.begin(), rows.arms.end(), arm[i]) - rows.arms.begin()));
    rows.guess.push_back(static_cast<std::size_t>(guessed - rows.arms.begin()));
  }
  return rows;
}

std::string guess_name(const Rows& rows, std::size_t guess) {
  return guess < rows.arms.size() ? rows.arms[guess] : "do not know";
}

Json index_json(const BlindingIndex& index) {
  return {{"estimate", json_number(index.value)},
          {"se", json_number(index.se)},
          {"ci_low", json_number(index.low)},
          {"ci_high", json_number(index.high)}};
}

Json outcomes_json(const TrialTable& data, const Rows& rows, const std::string& outcome) {
  const std::vector<double>& values = number_column(data, outcome);
  Json json{{"outcome", outcome}, {"words", outcome_by_guess_words}, {"rows", Json::array()}};
  for (std::size_t a = 0; a < rows.arms.size(); ++a)
    for (std::size_t g = 0; g <= rows.arms.size(); ++g) {
      double n = 0, sum = 0, squares = 0;
      for (int pass = 0; pass < 2; ++pass)
        for (std::size_t i = 0; i < rows.row.size(); ++i) {
          const double value = values[rows.row[i]];
          if (rows.arm[i] != a || rows.guess[i] != g || std::isnan(value)) continue;
          if (pass == 0) ++n, sum += value;
          if (pass == 1) squares += (value - sum / n) * (value - sum / n);
        }
      json["rows"].push_back(
          {{"arm", rows.arms[a]},
           {"guess", guess_name(rows, g)},
           {"n", n},
           {"mean", n > 0 ? json_number(sum / n) : Json(nullptr)},
           {"sd", n > 1 ? json_number(std::sqrt(squares / (n - 1))) : Json(nullptr)}});
    }
  return json;
}

std::string index_text(const std::string& name, const BlindingIndex& index) {
  return fmt::format("  {:<34}{} [{}, {}]{}\n", name, decimal_text(index.value, 3),
                     decimal_text(index.low, 3), decimal_text(index.high, 3),
                     index.p ? ", p " + p_text(*index.p) : "");
}

std::string outcomes_text(const Json& outcomes) {
  std::string text = fmt::format("\n{} by guess. {}\n", outcomes["outcome"].get<std::string>(),
                                 outcome_by_guess_words);
  for (const Json& row : outcomes["rows"]) {
    const double mean = row["mean"].is_null() ? std::nan("") : row["mean"].get<double>();
    const double sd = row["sd"].is_null() ? std::nan("") : row["sd"].get<double>();
    text += fmt::format("  {:<16} guesses {:<16} n {:<5} mean {}, sd {}\n",
                        row["arm"].get<std::string>(), row["guess"].get<std::string>(),
                        row["n"].get<double>(), std::isnan(mean) ? "none" : decimal_text(mean, 2),
                        std::isnan(sd) ? "none" : decimal_text(sd, 2));
  }
  return text;
}

}  // namespace

const char* const outcome_by_guess_words =
    "Description only: a guess comes after randomisation and may follow from the outcome or from "
    "what was felt, so a difference between those who guess differently is not an effect of "
    "guessing, and adjusting for the guess does not give the effect under perfect blinding.";

Answer blinding_answer(const TrialTable& given, const BlindingRequest& request) {
  const TrialTable data =
      request.visits.empty() ? given : rows_with(given, "AVISIT", request.visits);
  const std::string arm = arm_column(data, request);
  const Rows rows = rows_of(data, arm, request);
  const auto m = static_cast<Index>(rows.arms.size());
  Guesses guesses{Eigen::MatrixXd::Zero(m, m + 1)};
  for (std::size_t i = 0; i < rows.row.size(); ++i)
    ++guesses.counts(static_cast<Index>(rows.arm[i]), static_cast<Index>(rows.guess[i]));
  Answer answer;
  Json result{{"arm", arm},
              {"guess", request.guess},
              {"level", request.level},
              {"guesses", Json::array()},
              {"n_missing", rows.missing}};
  answer.csv = "quantity,arm,estimate,se,ci_low,ci_high,p\n";
  for (Index a = 0; a < m; ++a) {
    Json guessed = Json::object();
    answer.text += fmt::format("  {:<16}", rows.arms[static_cast<std::size_t>(a)]);
    for (Index g = 0; g <= m; ++g) {
      const std::string name = guess_name(rows, static_cast<std::size_t>(g));
      if (g < m) guessed[name] = guesses.counts(a, g);
      answer.text += fmt::format(" guesses {} {:.0f};", name, guesses.counts(a, g));
    }
    answer.text += "\n";
    result["guesses"].push_back({{"arm", rows.arms[static_cast<std::size_t>(a)]},
                                 {"guessed", guessed},
                                 {"unknown", guesses.counts(a, m)},
                                 {"n", guesses.counts.row(a).sum()}});
  }
  const auto csv_row = [](const char* what, const std::string& name, const BlindingIndex& index) {
    return fmt::format("{},{},{:.17g},{:.17g},{:.17g},{:.17g},{}\n", what, csv_field(name),
                       index.value, index.se, index.low, index.high,
                       index.p ? fmt::format("{:.17g}", *index.p) : "");
  };
  const BlindingIndex james = james_index(guesses, request.level);
  result["james"] = index_json(james);
  answer.text += "\n" + index_text("James (0 all right, 1/2 chance, 1 blind)", james);
  answer.csv += csv_row("james", "", james);
  result["bang"] = Json::array();
  const std::vector<BlindingIndex> bang = bang_index(guesses, request.level);
  for (std::size_t a = 0; a < bang.size(); ++a) {
    Json json{{"arm", rows.arms[a]}};
    json.update(index_json(bang[a]));
    json["p"] = bang[a].p ? json_number(*bang[a].p) : Json(nullptr);
    result["bang"].push_back(json);
    answer.text += index_text("Bang, " + rows.arms[a] + " (0 chance, 1 all right)", bang[a]);
    answer.csv += csv_row("bang", rows.arms[a], bang[a]);
  }
  if (m > 2)
    answer.reservations.push_back(fmt::format(
        "Bang's index was defined for two arms; for {} it is the share of right guesses less the "
        "mean share of the {} wrong ones, which is 0 by chance and {:.2g} if all guess wrong",
        m, m - 1, -1.0 / static_cast<double>(m - 1)));
  if (rows.missing > 0)
    answer.reservations.push_back(
        fmt::format("{} participants gave no answer; they are left out, not counted as not knowing",
                    rows.missing));
  result["outcomes"] = nullptr;
  if (!request.outcome.empty()) {
    result["outcomes"] = outcomes_json(data, rows, request.outcome);
    answer.text += outcomes_text(result["outcomes"]);
  }
  answer.result_json = result.dump();
  answer.inputs = {{given.input.first, given.input.second}};
  return answer;
}

Answer blinding_file(const std::string& path, const BlindingRequest& request) {
  const TrialTable data = read_trial_table(path);
  return naming_file(path,
                     [&] { return blinding_answer(file_where(data, request.where), request); });
}

}  // namespace entact
