// Rows a second for a table of 1e6 rows and 10 columns, as a trial's long dataset has them: five
// columns of numbers, four of text, one of dates.
#include "entact/io/dataset.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

namespace entact {
namespace {

constexpr int row_count = 1000000;

Table generated() {
  std::vector<double> base;
  std::vector<double> aval;
  std::vector<double> change;
  std::vector<double> visit_number;
  std::vector<double> day;
  std::vector<std::string> subject;
  std::vector<std::string> arm;
  std::vector<std::string> visit;
  std::vector<std::string> flag;
  std::vector<Date> date;
  for (int k = 0; k < row_count; ++k) {
    const int person = k / 10;
    const int week = 1 + k % 10;
    base.push_back(20.0 + (person * 7919 % 6007) / 100.0);
    aval.push_back(base.back() - static_cast<double>(k * 104729LL % 3011) / 100.0);
    change.push_back(aval.back() - base.back());
    visit_number.push_back(week);
    day.push_back(7.0 * week);
    subject.push_back("STUDY1-" + std::to_string(100000 + person));
    arm.push_back(person % 2 == 0 ? "Placebo" : "MDMA-assisted therapy");
    visit.push_back("Week " + std::to_string(week));
    flag.push_back("Y");
    date.push_back({2018 + person % 5, 1 + person % 12, 1 + week});
  }
  Table table;
  table.add({.name = "USUBJID", .values = std::move(subject)});
  table.add({.name = "TRTP", .values = std::move(arm)});
  table.add({.name = "AVISIT", .values = std::move(visit)});
  table.add({.name = "AVISITN", .values = std::move(visit_number)});
  table.add({.name = "ADT", .values = std::move(date), .format = "DATE9."});
  table.add({.name = "ADY", .values = std::move(day)});
  table.add({.name = "AVAL", .values = std::move(aval)});
  table.add({.name = "BASE", .values = std::move(base)});
  table.add({.name = "CHG", .values = std::move(change)});
  table.add({.name = "ANL01FL", .values = std::move(flag)});
  return table;
}

void check(const Table& table) {
  if (table.rows() != row_count || table.numbers("ADY").back() != 70.0 ||
      table.text("AVISIT").back() != "Week 10" || table.dates("ADT").front() != Date{2018, 1, 2})
    std::abort();
}

void read(benchmark::State& state, const char* extension) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("BENCH" + std::string(extension));
  (void)write_dataset(path, generated());
  check(read_dataset(path).table);
  for (auto _ : state) benchmark::DoNotOptimize(read_dataset(path).table.columns.data());
  state.SetItemsProcessed(state.iterations() * row_count);
  std::filesystem::remove(path);
  std::filesystem::remove(path.string() + "-metadata.json");
}

void write(benchmark::State& state, const char* extension) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("BENCH" + std::string(extension));
  const Table table = generated();
  for (auto _ : state) (void)write_dataset(path, table);
  check(read_dataset(path).table);
  state.SetItemsProcessed(state.iterations() * row_count);
  std::filesystem::remove(path);
  std::filesystem::remove(path.string() + "-metadata.json");
}

BENCHMARK_CAPTURE(read, csv, ".csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, parquet, ".parquet")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, xpt, ".xpt")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, ndjson, ".ndjson")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, csv, ".csv")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, parquet, ".parquet")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, xpt, ".xpt")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, ndjson, ".ndjson")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
