// What does it cost to turn the bytes of a file into typed columns, and to describe them?
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/ingest/read_table.h"
#include "core/ingest/table_reader.h"
#include "core/profile/table_profiler.h"

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

std::string JsonLinesFile() {
  std::mt19937_64 random(1);
  std::string file;
  for (int row = 0; row < kRows; ++row) {
    absl::StrAppend(&file, "{\"id\": ", row, ", \"colour\": \"", random() % 2 ? "red" : "blue",
                    "\", \"price\": ", random() % 10'000, ".5, \"active\": true}\n");
  }
  return file;
}

std::string LibsvmFile() {
  std::mt19937_64 random(1);
  std::string file;
  for (int row = 0; row < kRows; ++row) {
    absl::StrAppend(&file, row % 2);
    for (uint64_t index = 1 + random() % 10; index < 100; index += 1 + random() % 20) {
      absl::StrAppend(&file, " ", index, ":", random() % 1000, ".25");
    }
    file += '\n';
  }
  return file;
}

// All rows, batch by batch, as an upload does.
int64_t Read(const std::string& file) {
  const auto sink = [](Table batch) {
    benchmark::DoNotOptimize(batch);
    return absl::OkStatus();
  };
  auto reader = TableReader::Create({}, {}, {}, sink);
  for (size_t at = 0; at < file.size(); at += kPieceBytes) {
    if (!(*reader)->Push(absl::string_view(file).substr(at, kPieceBytes)).ok()) std::abort();
  }
  return (*reader)->Finish()->row_count;
}

void BM_Read(benchmark::State& state, const std::string& file) {
  for (auto _ : state) benchmark::DoNotOptimize(Read(file));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(file.size()));
}
BENCHMARK_CAPTURE(BM_Read, numeric_csv, NumericFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Read, mixed_csv, MixedFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Read, json_lines, JsonLinesFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Read, libsvm, LibsvmFile())->Unit(benchmark::kMillisecond);

void BM_Profile(benchmark::State& state, const std::string& file) {
  const Table table = *ReadTable(file);
  for (auto _ : state) benchmark::DoNotOptimize(ProfileOf(table));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(file.size()));
}
BENCHMARK_CAPTURE(BM_Profile, numeric, NumericFile())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Profile, mixed, MixedFile())->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace serin
