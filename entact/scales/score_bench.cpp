// A million assessments of twenty items: total, four clusters, counts and a diagnosis, and the
// check of every answer.
#include "entact/scales/score.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace entact {
namespace {

constexpr std::size_t rows = 1000000;

/// Twenty items of 0 to 4 in clusters of 5, 2, 7 and 6, as the interview for PTSD has them.
Instrument twenty_items() {
  Instrument instrument{.name = "TWENTY"};
  const std::vector<std::size_t> sizes{5, 2, 7, 6};
  ScoreRule total{.name = "total"};
  DiagnosisRule diagnosis{.name = "diagnosis"};
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    std::vector<std::size_t> items;
    for (std::size_t k = 0; k < sizes[c]; ++k) {
      items.push_back(instrument.items.size());
      total.items.push_back(instrument.items.size());
      instrument.items.push_back(
          {.code = "item", .min = 0, .max = 4, .in_total = true, .present = Presence{2}});
    }
    instrument.counts.push_back({"cluster", items});
    instrument.scores.push_back({.name = "cluster", .items = items});
    diagnosis.criteria.push_back({.items = items, .at_least = c < 2 ? 1 : 2});
  }
  instrument.scores.insert(instrument.scores.begin(), total);
  instrument.diagnoses = {diagnosis};
  return instrument;
}

/// Answers from a multiplicative generator, one in fifty missing.
Answers many_answers(const Instrument& instrument) {
  Answers answers{.rows = rows};
  std::uint64_t state = 20261125;
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    answers.columns.emplace_back(rows);
    for (double& value : answers.columns.back()) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto draw = static_cast<unsigned>(state >> 40U);
      value =
          draw % 50 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(draw % 5);
    }
  }
  return answers;
}

/// The total of one assessment, the plain way.
double plain_total(const Answers& answers, std::size_t row) {
  double sum = 0;
  for (const auto& column : answers.columns) sum += column[row];
  return sum;
}

void score_a_million_rows(benchmark::State& state) {
  const Instrument instrument = twenty_items();
  const Answers answers = many_answers(instrument);
  const Scores scores = score(instrument, answers);
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = plain_total(answers, row), b = scores.scores[0].value[row];
    if (a != b && !(std::isnan(a) && std::isnan(b))) std::abort();
  }
  for (auto _ : state) {
    if (!answer_faults(instrument, answers).empty()) std::abort();
    benchmark::DoNotOptimize(score(instrument, answers).scores.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

BENCHMARK(score_a_million_rows)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
