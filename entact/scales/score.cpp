// Scoring works on blocks of assessments small enough for the cache: every rule goes over one block
// before the next is read. Checks of answers are in answers.h, change since a baseline in change.h.
#include "entact/scales/score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace entact {
namespace {

constexpr std::size_t block_rows = 2048;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Assessments [first, first + rows).
struct Block {
  std::size_t first = 0;
  std::size_t rows = 0;
};

template <typename T>
std::span<T> part(std::vector<T>& all, Block block) {
  return std::span<T>(all).subspan(block.first, block.rows);
}

/// Present and undecided items of each assessment of a block.
class Presences {
 public:
  Presences(const Instrument& instrument, const ReadAnswers& answers, Block block)
      : instrument_(instrument), answers_(answers), block_(block) {}

  void add(const std::vector<std::size_t>& items, std::span<int> present,
           std::span<int> missing) const {
    for (const std::size_t item : items)
      if (const auto& rule = instrument_.items[item].present) add(item, *rule, present, missing);
  }

 private:
  void add(std::size_t item, const Presence& rule, std::span<int> present,
           std::span<int> missing) const {
    if (!answers_.given(item) || (rule.partner && !answers_.given(*rule.partner))) {
      for (int& count : missing) ++count;
      return;
    }
    const auto own = answers_.column(item).subspan(block_.first, block_.rows);
    if (!rule.partner) {
      for (std::size_t r = 0; r < own.size(); ++r) {
        present[r] += own[r] >= rule.at_least ? 1 : 0;
        missing[r] += own[r] != own[r] ? 1 : 0;
      }
      return;
    }
    const auto other = answers_.column(*rule.partner).subspan(block_.first, block_.rows);
    for (std::size_t r = 0; r < own.size(); ++r) {
      const bool absent = own[r] < rule.at_least || other[r] < rule.partner_at_least;
      const bool both = own[r] >= rule.at_least && other[r] >= rule.partner_at_least;
      present[r] += both ? 1 : 0;
      missing[r] += !both && !absent ? 1 : 0;
    }
  }

  const Instrument& instrument_;
  const ReadAnswers& answers_;
  Block block_;
};

/// Sums of a rule's answered items, and how many have no answer.
void add_answers(const Instrument& instrument, const ReadAnswers& answers, const ScoreRule& rule,
                 Block block, std::span<double> sum, std::span<int> missing) {
  for (const std::size_t i : rule.items) {
    const ScaleItem& item = instrument.items[i];
    if (!answers.given(i)) {
      for (int& count : missing) ++count;
      continue;
    }
    const auto column = answers.column(i).subspan(block.first, block.rows);
    const double shift = item.reversed ? item.min + item.max : 0;
    const double sign = item.reversed ? -1 : 1;
    for (std::size_t r = 0; r < column.size(); ++r) {
      const bool absent = column[r] != column[r];
      sum[r] += absent ? 0 : shift + sign * column[r];
      missing[r] += absent ? 1 : 0;
    }
  }
}

/// The sum with the mean of the answered items in place of what is missing, as far as allowed.
void finish_sums(const ScoreRule& rule, std::span<double> sum, std::span<const int> missing) {
  const auto items = static_cast<double>(rule.items.size());
  for (std::size_t r = 0; r < sum.size(); ++r) {
    const int absent = missing[r];
    if (absent > rule.prorate_up_to || absent >= static_cast<int>(items)) {
      sum[r] = nothing;
    } else if (absent > 0) {
      sum[r] *= items / (items - absent);
      if (rule.round_up) sum[r] = std::ceil(sum[r] - 1e-9);  // 41.99999 of 42: no step up
    }
    if (rule.method == ScoreMethod::mean) sum[r] /= items;
  }
}

void take_profiles(const ReadAnswers& answers, const ScoreRule& rule, Block block,
                   std::span<double> value, std::span<int> missing) {
  for (const std::size_t i : rule.items)
    for (std::size_t r = 0; r < value.size(); ++r) {
      const double answer = answers.given(i) ? answers.column(i)[block.first + r] : nothing;
      missing[r] += answer != answer ? 1 : 0;
      value[r] = 10 * value[r] + answer;  // NaN stays NaN
    }
}

void take_highest(const Instrument& instrument, const ReadAnswers& answers, const ScoreRule& rule,
                  Block block, std::span<double> value, std::span<int> missing) {
  const Presences presences(instrument, answers, block);
  std::vector<double> undecided(value.size(), 0);
  std::vector<int> present(value.size()), absent(value.size());
  for (const std::size_t i : rule.items) {
    std::fill(present.begin(), present.end(), 0);
    std::fill(absent.begin(), absent.end(), 0);
    presences.add({i}, present, absent);
    const double number = instrument.items[i].number;
    for (std::size_t r = 0; r < value.size(); ++r) {
      if (present[r] > 0) value[r] = std::max(value[r], number);
      if (absent[r] > 0) undecided[r] = std::max(undecided[r], number);
      missing[r] += absent[r];
    }
  }
  for (std::size_t r = 0; r < value.size(); ++r)
    if (undecided[r] > value[r]) value[r] = nothing;
}

void score_block(const Instrument& instrument, const ReadAnswers& answers, const ScoreRule& rule,
                 Block block, ScoreColumn& column) {
  const auto value = part(column.value, block);
  const auto missing = part(column.missing, block);
  if (rule.method == ScoreMethod::highest)
    return take_highest(instrument, answers, rule, block, value, missing);
  if (rule.method == ScoreMethod::profile)
    return take_profiles(answers, rule, block, value, missing);
  add_answers(instrument, answers, rule, block, value, missing);
  finish_sums(rule, value, missing);
}

/// Both must hold; what is missing decides only if the other does not.
Decision both(Decision a, Decision b) {
  if (a == Decision::no || b == Decision::no) return Decision::no;
  return a == Decision::yes ? b : a;
}

Decision counted(const Criterion& criterion, int present, int missing) {
  const int most = present + missing;
  if (most < criterion.at_least || (criterion.at_most && present > *criterion.at_most))
    return Decision::no;
  const bool certain =
      present >= criterion.at_least && (!criterion.at_most || most <= *criterion.at_most);
  return certain ? Decision::yes : Decision::missing;
}

bool left_out(const Criterion& criterion, const ReadAnswers& answers) {
  return criterion.if_given && std::none_of(criterion.items.begin(), criterion.items.end(),
                                            [&](std::size_t i) { return answers.given(i); });
}

/// Without any criterion that the data can speak to, a diagnosis is missing, not met.
bool unspoken(const DiagnosisRule& rule, const ReadAnswers& answers) {
  return std::all_of(rule.criteria.begin(), rule.criteria.end(),
                     [&](const Criterion& c) { return left_out(c, answers); });
}

void diagnose_block(const Instrument& instrument, const ReadAnswers& answers, std::size_t which,
                    Block block, std::vector<DecisionColumn>& diagnoses) {
  const DiagnosisRule& rule = instrument.diagnoses[which];
  const auto decision = part(diagnoses[which].decision, block);
  std::fill(decision.begin(), decision.end(),
            unspoken(rule, answers) ? Decision::missing : Decision::yes);
  const Presences presences(instrument, answers, block);
  std::array<int, block_rows> present, missing;
  for (const Criterion& criterion : rule.criteria) {
    if (left_out(criterion, answers)) continue;
    std::fill_n(present.begin(), block.rows, 0);
    std::fill_n(missing.begin(), block.rows, 0);
    presences.add(criterion.items, std::span(present).first(block.rows),
                  std::span(missing).first(block.rows));
    for (std::size_t r = 0; r < block.rows; ++r)
      decision[r] = both(decision[r], counted(criterion, present[r], missing[r]));
  }
  if (!rule.requires_diagnosis) return;
  const auto required = part(diagnoses[*rule.requires_diagnosis].decision, block);
  for (std::size_t r = 0; r < block.rows; ++r) decision[r] = both(decision[r], required[r]);
}

Scores empty_scores(const Instrument& instrument, std::size_t rows) {
  Scores scores;
  for (const ScoreRule& rule : instrument.scores)
    scores.scores.push_back({rule.name, std::vector<double>(rows, 0), std::vector<int>(rows, 0)});
  for (const CountRule& rule : instrument.counts)
    scores.counts.push_back({rule.name, std::vector<int>(rows, 0), std::vector<int>(rows, 0)});
  for (const DiagnosisRule& rule : instrument.diagnoses)
    scores.diagnoses.push_back({rule.name, std::vector<Decision>(rows, Decision::missing)});
  return scores;
}

}  // namespace

std::string_view to_text(Decision decision) {
  constexpr std::array<std::string_view, 4> words{"no", "yes", "unclear", ""};
  return words[static_cast<std::size_t>(decision)];
}

Scores score(const Instrument& instrument, const Answers& answers) {
  require_sound(instrument);
  const ReadAnswers read(instrument, answers);
  Scores scores = empty_scores(instrument, read.rows());
  scores.skipped = read.skipped();
  for (std::size_t first = 0; first < read.rows(); first += block_rows) {
    const Block block{first, std::min(block_rows, read.rows() - first)};
    for (std::size_t s = 0; s < instrument.scores.size(); ++s)
      score_block(instrument, read, instrument.scores[s], block, scores.scores[s]);
    for (std::size_t c = 0; c < instrument.counts.size(); ++c)
      Presences(instrument, read, block)
          .add(instrument.counts[c].items, part(scores.counts[c].present, block),
               part(scores.counts[c].missing, block));
    for (std::size_t d = 0; d < instrument.diagnoses.size(); ++d)
      diagnose_block(instrument, read, d, block, scores.diagnoses);
  }
  return scores;
}

std::vector<int> severity_bands(const std::vector<SeverityBand>& bands,
                                const std::vector<double>& score) {
  std::vector<int> held(score.size(), -1);
  for (std::size_t r = 0; r < score.size(); ++r)
    for (std::size_t b = 0; b < bands.size(); ++b) {
      const bool next = b + 1 < bands.size() && bands[b + 1].low <= bands[b].high + 1;
      const double end = next ? bands[b + 1].low : std::nextafter(bands[b].high, INFINITY);
      if (score[r] >= bands[b].low && score[r] < end) held[r] = static_cast<int>(b);
    }
  return held;
}

}  // namespace entact
