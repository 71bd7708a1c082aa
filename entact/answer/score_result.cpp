// The rows of the result, column by column, and the reservations that go with them. Reading the
// file is score_file.cpp, printing score_command.cpp, arithmetic entact/scales.
#include "entact/answer/score_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "entact/num/distributions.h"
#include "entact/scales/change.h"

namespace entact {
namespace {

constexpr const char* value_set_words =
    "the index needs the value set of a country, which is not on record; name one with --value-set "
    "FILE, a CSV with the columns profile (11111 to 55555) and value";

/// "reliable_change.13.marx2022" of "thr.caps5.reliable_change.13.marx2022".
std::string short_name(const std::string& fact_id) {
  const std::size_t first = fact_id.find('.');
  const std::size_t second = fact_id.find('.', first + 1);
  return second == std::string::npos ? fact_id : fact_id.substr(second + 1);
}

std::vector<double> numbers(const std::vector<int>& counts) {
  return {counts.begin(), counts.end()};
}

std::vector<std::string> words(const std::vector<Decision>& decisions) {
  std::vector<std::string> texts;
  texts.reserve(decisions.size());
  for (const Decision decision : decisions) texts.emplace_back(to_text(decision));
  return texts;
}

/// "prorated: 1 of 9 missing" and the like.
std::string rule_text(const ScoreRule& rule, double value, int missing, int skipped) {
  std::string text = "complete";
  if (std::isnan(value))
    text = fmt::format("not scored: {} of {} missing, at most {} may be", missing,
                       rule.items.size(), rule.prorate_up_to);
  else if (missing > 0)
    text = fmt::format("{}: {} of {} missing",
                       rule.method == ScoreMethod::highest ? "decided all the same" : "prorated",
                       missing, rule.items.size());
  return skipped == 0 ? text : text + fmt::format("; {} not asked, taken as 0", skipped);
}

/// The number of a rule of improvement: "10" points, "50%".
ScoreThreshold own_response(const std::string& text) {
  const bool percent = text.ends_with('%');
  const auto value = parse_number(percent ? text.substr(0, text.size() - 1) : text);
  require(
      value && *value > 0, "answer.score.response",
      fmt::format("--response is points (10) or percent of the baseline (50%), above 0; saw '{}'",
                  text),
      ErrorKind::usage);
  return {.id = fmt::format("response.{}{}", *value, percent ? "pct" : ""),
          .kind = "response_rule",
          .low = *value,
          .high = *value,
          .percent_of_baseline = percent};
}

class ResultBuilder {
 public:
  ResultBuilder(const EvidenceBase& base, const CsvTable& csv, const ScoreRequest& request)
      : base_(base), request_(request) {
    result_.record = instrument_on_record(base, request.instrument);
    choose_score();
    result_.file = read_score_file(csv, instrument(), request.columns);
    result_.scores = score(instrument(), result_.file.answers);
  }

  ScoreResult run() {
    find_facts();
    add_assessments();
    add_scores();
    add_index();
    add_diagnoses();
    add_classes();
    add_missing();
    if (!request_.baseline.empty()) add_changes();
    add_reservations();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const Instrument& instrument() const { return result_.record.instrument; }
  [[nodiscard]] const ScoreRule& main_rule() const {
    return instrument().scores[result_.main_score];
  }
  [[nodiscard]] const ScoreColumn& main() const {
    return result_.scores.scores[result_.main_score];
  }
  [[nodiscard]] bool given(const std::vector<std::size_t>& items) const {
    return std::any_of(items.begin(), items.end(),
                       [&](std::size_t i) { return !result_.file.answers.columns[i].empty(); });
  }
  /// Bands and thresholds on record speak of the instrument's own main score.
  [[nodiscard]] bool own_score() const { return result_.main_score == 0; }

  void add(std::string name, std::vector<double> values) {
    result_.table.add({.name = std::move(name), .values = std::move(values)});
  }
  void add(std::string name, std::vector<std::string> values) {
    result_.table.add({.name = std::move(name), .values = std::move(values)});
  }

  void choose_score() {
    if (request_.score.empty()) return;
    const auto chosen = instrument().find_score(request_.score);
    std::string names;
    for (const ScoreRule& rule : instrument().scores)
      names += (names.empty() ? "" : ", ") + rule.name;
    const bool index = request_.score == "index" && profile_rule() >= 0;
    require(
        chosen.has_value(), "answer.score.score",
        fmt::format("{} cannot be scored as '{}': {}; there are {}", request_.instrument,
                    request_.score,
                    index ? std::string("the index stands beside the profile: ") + value_set_words
                          : "no source on record says how",
                    names),
        ErrorKind::unanswerable);
    result_.main_score = *chosen;
  }

  void find_facts() {
    for (const ScoringFact& fact : result_.record.facts)
      if ((fact.items.empty() || given(fact.items)) &&
          (!fact.of_change || !request_.baseline.empty()))
        result_.facts.push_back(fact.fact_id);
  }

  void add_assessments() {
    add(request_.columns.id, result_.file.id);
    if (result_.file.has_visits) add(request_.columns.visit, result_.file.visit);
  }

  void add_scores() {
    for (std::size_t s = 0; s < instrument().scores.size(); ++s)
      if (given(instrument().scores[s].items))
        add(result_.scores.scores[s].name, result_.scores.scores[s].value);
    for (std::size_t c = 0; c < instrument().counts.size(); ++c)
      if (given(instrument().counts[c].items))
        add("n_" + result_.scores.counts[c].name, numbers(result_.scores.counts[c].present));
  }

  /// The place of the score that is a profile; -1 if there is none.
  [[nodiscard]] std::ptrdiff_t profile_rule() const {
    const auto& rules = instrument().scores;
    const auto found = std::find_if(rules.begin(), rules.end(), [](const ScoreRule& rule) {
      return rule.method == ScoreMethod::profile;
    });
    return found == rules.end() ? -1 : found - rules.begin();
  }

  /// What each profile is worth by the value set.
  void add_index() {
    const std::ptrdiff_t rule = profile_rule();
    require(!request_.values || rule >= 0, "answer.score.value_set",
            fmt::format("--value-set is for an instrument with a profile; {} has none",
                        instrument().name),
            ErrorKind::usage);
    if (rule < 0) return;
    if (!request_.values) {
      result_.reservations.push_back(fmt::format("{}: {}", instrument().name, value_set_words));
      return;
    }
    const std::vector<double>& profiles =
        result_.scores.scores[static_cast<std::size_t>(rule)].value;
    std::vector<double> index;
    for (std::size_t r = 0; r < profiles.size(); ++r) {
      index.push_back(std::numeric_limits<double>::quiet_NaN());
      if (std::isnan(profiles[r])) continue;
      const auto found = request_.values->value.find(std::lround(profiles[r]));
      require(found != request_.values->value.end(), "answer.score.value_set",
              fmt::format("{}: the value set {} lacks the profile {:.0f} of participant {} (line "
                          "{})",
                          instrument().name, request_.values->name, profiles[r], result_.file.id[r],
                          result_.file.line[r]));
      index.back() = found->second;
    }
    add("index", std::move(index));
  }

  void add_diagnoses() {
    for (std::size_t d = 0; d < instrument().diagnoses.size(); ++d) {
      const auto& criteria = instrument().diagnoses[d].criteria;
      const bool spoken = std::any_of(criteria.begin(), criteria.end(),
                                      [&](const Criterion& c) { return given(c.items); });
      if (!spoken) continue;
      result_.diagnoses.push_back(instrument().diagnoses[d].name);
      add(result_.diagnoses.back(), words(result_.scores.diagnoses[d].decision));
    }
  }

  void add_bands() {
    std::vector<std::string> names;
    for (const int band : severity_bands(instrument().bands, main().value)) {
      if (band < 0) {
        names.emplace_back();
        continue;
      }
      const SeverityBand& held = instrument().bands[static_cast<std::size_t>(band)];
      names.push_back(fmt::format("{}-{}", held.low, held.high));
    }
    add("band", std::move(names));
  }

  void add_threshold(const std::string& column, const ScoreThreshold& threshold,
                     const std::vector<Decision>& decisions) {
    add(column, words(decisions));
    result_.applied.push_back({column, threshold});
  }

  void add_classes() {
    if (own_score() && !instrument().bands.empty()) add_bands();
    if (own_score())
      for (const ScoreThreshold& limit : instrument().limits)
        if (!limit.loses) add_threshold(short_name(limit.id), limit, meets(limit, main().value));
    if (!request_.cut) return;
    const ScoreThreshold own{.id = fmt::format("cut.{}", *request_.cut),
                             .kind = "cut_off",
                             .low = *request_.cut,
                             .high = *request_.cut};
    add_threshold(own.id, own, meets(own, main().value));
  }

  void add_missing() {
    add("missing", numbers(main().missing));
    std::vector<std::string> rules;
    const std::vector<int>& skipped = result_.scores.skipped;
    for (std::size_t r = 0; r < main().value.size(); ++r)
      rules.push_back(rule_text(main_rule(), main().value[r], main().missing[r],
                                skipped.empty() ? 0 : skipped[r]));
    add("rule", std::move(rules));
  }

  std::vector<std::ptrdiff_t> baseline_rows() {
    std::map<std::string, std::ptrdiff_t> row_of;
    const ScoreFile& file = result_.file;
    for (std::size_t r = 0; r < file.id.size(); ++r)
      if (file.visit[r] == request_.baseline) row_of[file.id[r]] = static_cast<std::ptrdiff_t>(r);
    require(!row_of.empty(), "answer.score.baseline",
            fmt::format("no assessment has {} = '{}', the visit named with --baseline",
                        request_.columns.visit, request_.baseline));
    std::vector<std::ptrdiff_t> rows;
    std::size_t without = 0;
    std::map<std::string, bool> seen;
    for (const std::string& id : file.id) {
      const auto found = row_of.find(id);
      rows.push_back(found == row_of.end() ? -1 : found->second);
      if (found == row_of.end() && !std::exchange(seen[id], true)) ++without;
    }
    if (without > 0)
      result_.reservations.push_back(
          fmt::format("{} of {} participants have no assessment at '{}': their changes are missing",
                      without, row_of.size() + without, request_.baseline));
    return rows;
  }

  void add_changes() {
    const std::vector<std::ptrdiff_t> rows = baseline_rows();
    const ScoreChange change = change_since(main().value, rows, main_rule().higher_better);
    add("base", change.baseline);
    add("chg", change.change);
    add("pchg", change.percent);
    for (const std::string& text : request_.response) {
      const ScoreThreshold own = own_response(text);
      add_threshold(own.id, own, improved(own, change));
    }
    if (own_score()) add_known_changes(change, rows);
    for (std::size_t d = 0; d < instrument().diagnoses.size(); ++d)
      if (result_.table.has(instrument().diagnoses[d].name))
        add("lost_" + instrument().diagnoses[d].name,
            words(lost(result_.scores.diagnoses[d].decision, rows)));
    if (!request_.sd.empty()) add_reliable_change(change);
  }

  void add_known_changes(const ScoreChange& change, const std::vector<std::ptrdiff_t>& rows) {
    for (const ScoreThreshold& threshold : instrument().changes)
      add_threshold(short_name(threshold.id), threshold, improved(threshold, change));
    for (const ScoreThreshold& limit : instrument().limits)
      if (limit.loses)
        add_threshold(short_name(limit.id), limit,
                      meets(limit, main().value, result_.scores.diagnoses, rows));
  }

  /// Standard deviation of the main score at baseline, or the number given.
  [[nodiscard]] double sd() const {
    if (request_.sd != "baseline") {
      const auto given_sd = parse_number(request_.sd);
      require(given_sd.has_value(), "answer.score.reliability",
              fmt::format("--sd is a number or `baseline`; saw '{}'", request_.sd),
              ErrorKind::usage);
      return *given_sd;
    }
    double n = 0, sum = 0, squares = 0;
    for (std::size_t r = 0; r < main().value.size(); ++r)
      if (result_.file.visit[r] == request_.baseline && !std::isnan(main().value[r])) {
        const double shift = main().value[r] - sum / std::max(n, 1.0);
        ++n;
        sum += main().value[r];
        squares += shift * (main().value[r] - sum / n);
      }
    return n < 2 ? 0 : std::sqrt(squares / (n - 1));
  }

  [[nodiscard]] double reliability() {
    if (const auto number = parse_number(request_.reliability)) return *number;
    std::string known;
    for (const ReliabilityOnRecord& one : result_.record.reliabilities) {
      if (one.fact_id == request_.reliability) {
        result_.facts.push_back(one.fact_id);
        return one.value;
      }
      known +=
          fmt::format("{}{} ({} {})", known.empty() ? "" : ", ", one.fact_id, one.name, one.value);
    }
    throw Error("answer.score.reliability",
                fmt::format("--reliability is a number or a fact_id; saw '{}'; on record: {}",
                            request_.reliability, known.empty() ? "none" : known),
                ErrorKind::usage);
  }

  void add_reliable_change(const ScoreChange& change) {
    require(request_.level > 0 && request_.level < 1, "answer.score.level",
            fmt::format("--level is between 0 and 1; saw {}", request_.level), ErrorKind::usage);
    const double r = reliability(), spread = sd();
    const double quantile = normal_quantile(0.5 + request_.level / 2);
    std::vector<double> rci;
    std::vector<std::string> classes;
    for (std::size_t k = 0; k < change.change.size(); ++k) {
      rci.push_back(reliable_change_index(change.change[k], spread, r));
      const double better = reliable_change_index(change.improvement[k], spread, r);
      classes.emplace_back(to_text(reliable_change(better, quantile)));
    }
    add("rci", std::move(rci));
    add("rci_class", std::move(classes));
    result_.reservations.push_back(
        fmt::format("reliable change index with standard deviation {:.6g} and reliability {:.6g}: "
                    "beyond measurement error from {:.4g} points",
                    spread, r, quantile / reliable_change_index(1, spread, r)));
  }

  void add_counted(const char* what, std::size_t count) {
    if (count > 0)
      result_.reservations.push_back(
          fmt::format("{} of {} assessments {}", count, result_.file.id.size(), what));
  }

  void note_left_out() {
    for (const DiagnosisRule& rule : instrument().diagnoses)
      for (const Criterion& criterion : rule.criteria)
        if (criterion.if_given && !given(criterion.items)) {
          const ScaleItem& item = instrument().items[criterion.items.front()];
          result_.reservations.push_back(fmt::format(
              "{}: the file has no item {}, so this criterion is not applied", rule.name,
              criterion.items.size() > 1 ? "of cluster " + item.cluster : item.code));
        }
  }

  void add_reservations() {
    const std::string recalled = recalled_sentence(base_, result_.facts);
    if (!recalled.empty()) result_.reservations.push_back(recalled);
    for (const std::string& caution : result_.record.cautions)
      result_.reservations.push_back(instrument().name + ": " + caution);
    note_left_out();
    std::size_t prorated = 0, unscored = 0;
    for (std::size_t r = 0; r < main().value.size(); ++r)
      if (std::isnan(main().value[r]))
        ++unscored;
      else if (main().missing[r] > 0)
        ++prorated;
    add_counted("have missing items and are scored by the instrument's rule", prorated);
    add_counted("have too many missing items and are not scored", unscored);
  }

  const EvidenceBase& base_;
  const ScoreRequest& request_;
  ScoreResult result_{};
};

}  // namespace

ScoreResult score_result(const EvidenceBase& base, const CsvTable& csv,
                         const ScoreRequest& request) {
  return ResultBuilder(base, csv, request).run();
}

std::string recalled_sentence(const EvidenceBase& base, const std::vector<std::string>& facts) {
  std::map<std::string, std::size_t> recalled;
  std::size_t all = 0;
  for (const std::string& id : facts) {
    const auto row = base.fact(id);
    if (!row || row->citation().verified != Verification::recalled) continue;
    ++recalled[row->table().name()];
    ++all;
  }
  if (all == 0) return "";
  std::string tables;
  for (const auto& [table, count] : recalled)
    tables += fmt::format("{}{} of {}", tables.empty() ? "" : ", ", count, table);
  return fmt::format(
      "unverified: {} of the {} facts behind these scores are recalled, read in no source ({})",
      all, facts.size(), tables);
}

}  // namespace entact
