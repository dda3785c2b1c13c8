// What does it cost to turn the bytes of a CSV file into typed columns, and to describe them?
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/profile/table_profiler.h"
#include "core/table/csv_reader.h"

namespace serin {
namespace {

constexpr int kRows = 50'000;
constexpr size_t kPieceBytes = 64 << 10;

std::string NumericFile() {
  std::mt19937_64 random(1);
  std::string file = "a,b,c,d,e,f,g,h\n";
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < 8; ++column) {
      absl::StrAppendFormat(&file, "%.4f%c", random() % 1'000'000 / 1e3, column < 7 ? ',' : '\n');
    }
  }
  return file;
}

std::string MixedFile() {
  std::mt19937_64 random(1);
  const char* const kColours[] = {"red", "green", "blue", "", "\"violet, dark\""};
  std::string file = "id,colour,seen,active,price\n";
  for (int row = 0; row < kRows; ++row) {
    absl::StrAppend(&file, row, ",", kColours[random() % 5], ",2026-11-", 10 + random() % 20, ",",
                    random() % 2 ? "true" : "false", ",", random() % 10'000, ".5\n");
  }
  return file;
}

Table Read(const std::string& file) {
  auto reader = CsvReader::Create({}, {});
  for (size_t at = 0; at < file.size(); at += kPieceBytes) {
    if (!(*reader)->Push(absl::string_view(file).substr(at, kPieceBytes)).ok()) std::abort();
  }
  return *(*reader)->Finish();
}

void BM_ReadCsv(benchmark::State& state, const std::string& file) {
  for (auto _ : state) benchmark::DoNotOptimize(Read(file));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(file.size()));
}
BENCHMARK_CAPTURE(BM_ReadCsv, numeric, NumericFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_ReadCsv, mixed, MixedFile())->Unit(benchmark::kMillisecond);

void BM_Profile(benchmark::State& state, const std::string& file) {
  const Table table = Read(file);
  for (auto _ : state) benchmark::DoNotOptimize(ProfileOf(table));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(file.size()));
}
BENCHMARK_CAPTURE(BM_Profile, numeric, NumericFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Profile, mixed, MixedFile())->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace serin
