// Options of `entact impute` as people write them, read into what the statistics need. What is done
// with them is impute_command.cpp.
#include "entact/answer/impute_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/number.h"
#include "entact/stats/model_variable.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

double number_in(const std::string& text, const char* code, const std::string& word) {
  const auto number = parse_number(trimmed(text));
  require(number.has_value() && std::isfinite(*number), code,
          fmt::format("'{}' should hold a number where it has '{}'", word, text), ErrorKind::usage);
  return *number;
}

std::size_t place_of(const std::vector<std::string>& names, const std::string& name,
                     const char* code) {
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), code,
          fmt::format("'{}' is not one of {}", name, fmt::join(names, ", ")), ErrorKind::usage);
  return static_cast<std::size_t>(found - names.begin());
}

/// Adds a value to the cells of an arm, at one visit or all.
void add_to_arm(const ImputationModel& model, const std::string& arm, const std::string& visit,
                double value, const char* code, MatrixXd& delta) {
  const auto which = static_cast<int>(place_of(model.arms, arm, code));
  const Index column =
      visit.empty() ? -1 : static_cast<Index>(place_of(model.data.visits, visit, code));
  for (Index i = 0; i < delta.rows(); ++i) {
    if (model.arm_of[static_cast<std::size_t>(i)] != which) continue;
    if (column < 0)
      delta.row(i).array() += value;
    else
      delta(i, column) += value;
  }
}

/// The values of a column as text, whatever its type; empty if there is no such column.
std::vector<std::string> text_of(const Table& table, const std::string& name) {
  for (const Column& column : table.columns) {
    std::string upper = column.name;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (column.name != name && upper != name) continue;
    const FactorValues values = factor_values(column);
    std::vector<std::string> text;
    for (const int code : values.codes)
      text.push_back(code < 0 ? "" : values.levels[static_cast<std::size_t>(code)]);
    return text;
  }
  return {};
}

std::vector<std::string> required_text(const Table& table, const std::string& name) {
  auto text = text_of(table, name);
  require(table.rows() == 0 || !text.empty(), "base.table.column",
          fmt::format("the table of events or shifts lacks the column '{}'", name));
  return text;
}

/// "NAME=VALUE" apart.
std::pair<std::string, std::string> halves(const std::string& word, const char* code,
                                           const char* form) {
  const auto at = word.rfind('=');
  require(at != std::string::npos && at > 0, code, fmt::format("write {}; saw '{}'", form, word),
          ErrorKind::usage);
  return {word.substr(0, at), word.substr(at + 1)};
}

ResponderRule responder_rule(const std::string& kind) {
  const bool below = kind.find("<=") != std::string::npos;
  const auto at = below ? kind.find("<=") : kind.find(">=");
  require(at != std::string::npos && trimmed(kind.substr(0, at)) == "responders",
          "answer.impute.analysis",
          fmt::format("an analysis is 'ancova: FORMULA', 'mmrm: FORMULA', 'responders <= NUMBER: "
                      "FORMULA', 'responders >= NUMBER: FORMULA', 'counts: FORMULA' or 'poisson: "
                      "FORMULA'; saw '{}'",
                      kind),
          ErrorKind::usage);
  return {.threshold = number_in(kind.substr(at + 2), "answer.impute.analysis", kind),
          .below = below};
}

}  // namespace

namespace {

const std::map<std::string, AnalysisWords::Kind> kinds{{"ancova", AnalysisWords::Kind::ancova},
                                                       {"mmrm", AnalysisWords::Kind::mmrm},
                                                       {"counts", AnalysisWords::Kind::counts},
                                                       {"poisson", AnalysisWords::Kind::poisson}};

}  // namespace

AnalysisWords analysis_words(const std::string& text) {
  const auto colon = text.find(':'), tilde = text.find('~');
  require(colon != std::string::npos && colon < tilde, "answer.impute.analysis",
          fmt::format("an analysis is 'ancova: FORMULA', 'mmrm: FORMULA', 'responders <= NUMBER: "
                      "FORMULA', 'responders >= NUMBER: FORMULA', 'counts: FORMULA' or 'poisson: "
                      "FORMULA'; saw '{}'",
                      text),
          ErrorKind::usage);
  const std::string kind = trimmed(text.substr(0, colon));
  AnalysisWords words{.formula = parse_formula(trimmed(text.substr(colon + 1)))};
  const auto named = kinds.find(kind);
  if (named != kinds.end()) {
    words.kind = named->second;
  } else {
    words.kind = AnalysisWords::Kind::responders;
    words.responders = responder_rule(kind);
  }
  return words;
}

StrategyWords strategies_in(const std::vector<std::string>& words) {
  StrategyWords read;
  for (const std::string& word : words) {
    if (word.find('=') != std::string::npos) {
      const auto [reason, strategy] = halves(word, "answer.impute.strategy", "REASON=STRATEGY");
      read.by_reason[reason] = imputation_strategy(strategy);
      continue;
    }
    require(!read.usual, "answer.impute.strategy",
            fmt::format("--strategy has two strategies for the same events: {} and {}. Write "
                        "REASON=STRATEGY for the events of one reason",
                        to_text(read.usual.value_or(ImputationStrategy::mar)), word),
            ErrorKind::usage);
    read.usual = imputation_strategy(word);
  }
  return read;
}

std::vector<IntercurrentEvent> events_of(const Table& table, const std::string& subject,
                                         const std::string& visit, const StrategyWords& words) {
  const auto participants = required_text(table, subject),
             visits = visit.empty() ? participants : required_text(table, visit);
  const auto strategies = text_of(table, "STRATEGY"), reasons = text_of(table, "REASON");
  std::vector<IntercurrentEvent> events;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    IntercurrentEvent event{.participant = participants[row], .visit = visits[row]};
    if (!reasons.empty()) event.reason = reasons[row];
    const auto by_reason = words.by_reason.find(event.reason);
    if (!strategies.empty() && !strategies[row].empty()) {
      event.strategy = imputation_strategy(strategies[row]);
    } else if (by_reason != words.by_reason.end()) {
      event.strategy = by_reason->second;
    } else {
      require(words.usual.has_value(), "answer.impute.strategy",
              fmt::format("the event of participant {} has no strategy: give the table of events a "
                          "column STRATEGY, or --strategy",
                          event.participant),
              ErrorKind::usage);
      event.strategy = *words.usual;
    }
    events.push_back(std::move(event));
  }
  return events;
}

MatrixXd delta_words(const ImputationModel& model, const std::vector<std::string>& words) {
  MatrixXd delta = MatrixXd::Zero(model.data.n(), model.data.m());
  for (const std::string& word : words) {
    const char* code = "answer.impute.delta";
    const auto [where, value] = halves(word, code, "ARM=NUMBER or ARM@VISIT=NUMBER");
    const auto at = where.rfind('@');
    add_to_arm(model, where.substr(0, at), at == std::string::npos ? "" : where.substr(at + 1),
               number_in(value, code, word), code, delta);
  }
  return delta;
}

void add_delta(const ImputationModel& model, const Table& table, MatrixXd& delta) {
  const auto participants = required_text(table, model.subject);
  const auto visits = required_text(table, model.visit);
  const auto& shifts = table.numbers("DELTA");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const char* code = "answer.impute.delta";
    require(std::isfinite(shifts[row]), code,
            fmt::format("row {} of the shifts has no number in DELTA", row + 1));
    delta(static_cast<Index>(place_of(model.data.participants, participants[row], code)),
          static_cast<Index>(place_of(model.data.visits, visits[row], code))) += shifts[row];
  }
}

ArmGrid arm_grid(const std::string& word) {
  const char* code = "answer.impute.tipping";
  const auto [arm, range] = halves(word, code, "ARM=FROM:TO:STEP");
  const auto first = range.find(':'), second = range.rfind(':');
  require(first != std::string::npos && second > first, code,
          fmt::format("write ARM=FROM:TO:STEP; saw '{}'", word), ErrorKind::usage);
  const double from = number_in(range.substr(0, first), code, word);
  const double to = number_in(range.substr(first + 1, second - first - 1), code, word);
  const double step = number_in(range.substr(second + 1), code, word);
  require(step > 0 && to >= from && (to - from) / step <= 200, code,
          fmt::format("'{}' should rise by a positive step, in 200 steps at most", word),
          ErrorKind::usage);
  ArmGrid grid{.arm = arm};
  const auto steps = static_cast<int>(std::floor((to - from) / step + 1e-9));
  for (int k = 0; k <= steps; ++k) grid.values.push_back(from + k * step);
  return grid;
}

TippingAxis tipping_axis(const ImputationModel& model, const std::string& word) {
  ArmGrid grid = arm_grid(word);
  TippingAxis axis{.name = grid.arm, .deltas = std::move(grid.values)};
  axis.where = MatrixXd::Zero(model.data.n(), model.data.m());
  add_to_arm(model, axis.name, "", 1, "answer.impute.tipping", axis.where);
  return axis;
}

}  // namespace entact
