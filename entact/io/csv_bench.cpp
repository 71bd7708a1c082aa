// Throughput of the CSV reader and of typing, in bytes of text a second.
#include "entact/io/csv.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "entact/io/csv_table.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

constexpr int row_count = 200000;

/// Rows like those of a study's dataset: identifiers, short text, numbers; some fields quoted.
std::string dataset(bool quoted) {
  std::string text = "USUBJID,ARM,AVISIT,BASE,AVAL,CHG,NOTE\n";
  for (int k = 0; k < row_count; ++k) {
    const std::string note =
        quoted ? "\"seen, \"\"twice\"\"\nand again\"" : "seen once at the site";
    text += "MAPP1-" + std::to_string(100000 + k) + ",MDMA-assisted therapy,Week 18,44.25," +
            std::to_string(k % 80) + ".5,-19.749999," + note + "\n";
  }
  return text;
}

void read(benchmark::State& state, bool quoted) {
  const std::string text = dataset(quoted);
  const CsvTable table = read_csv(text);
  if (table.rows.size() != row_count || table.rows.back()[4] != "79.5") std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(read_csv(text).rows.data());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void csv_read_plain(benchmark::State& state) { read(state, false); }
void csv_read_quoted(benchmark::State& state) { read(state, true); }

void csv_to_table(benchmark::State& state) {
  const std::string text = dataset(false);
  const CsvTable csv = read_csv(text);
  if (to_table(csv).table.numbers("CHG").back() != -19.749999) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(to_table(csv).table.columns.data());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void utf8_check(benchmark::State& state) {
  const std::string text = dataset(false);
  if (first_invalid_utf8(text) != std::string::npos) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(first_invalid_utf8(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(csv_read_plain)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_read_quoted)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_to_table)->Unit(benchmark::kMillisecond);
BENCHMARK(utf8_check)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
