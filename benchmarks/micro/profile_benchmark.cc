// What does it cost to profile a batch of 64 Ki rows, by the kind of the column? A new profiler per
// million rows, so that each kind is seen both counted exactly and by the sketches. Time per item
// is time per value.
#include <benchmark/benchmark.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"
#include "core/profile/table_profiler.h"

namespace serin {
namespace {

constexpr int kRows = 64 << 10;
constexpr int kBatches = 16;

using Fill = std::function<void(RandomBits& random, ColumnData& column)>;

void Profile(benchmark::State& state, const ColumnData& shape, const Fill& fill) {
  RandomBits random(1);
  std::vector<Table> batches(kBatches);
  for (Table& batch : batches) {
    batch.columns = {shape};
    for (int row = 0; row < kRows; ++row) fill(random, batch.columns[0]);
  }
  for (auto _ : state) {
    TableProfiler profiler;
    for (const Table& batch : batches) profiler.Add(batch);
    benchmark::DoNotOptimize(profiler);
  }
  const int64_t values = int64_t{kRows} * kBatches * state.iterations();
  state.SetItemsProcessed(values);
  state.counters["ns_per_value"] =
      benchmark::Counter(static_cast<double>(values) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_ProfileNumbers(benchmark::State& state) {  // All different.
  Profile(state, {.name = "x", .type = v1::COLUMN_TYPE_NUMBER},
          [](RandomBits& random, ColumnData& column) { column.numbers.push_back(random.Unit()); });
}
BENCHMARK(BM_ProfileNumbers)->Unit(benchmark::kMillisecond);

void BM_ProfileNumbersOfWhichATenthIsMissing(benchmark::State& state) {
  Profile(state, {.name = "x", .type = v1::COLUMN_TYPE_NUMBER},
          [](RandomBits& random, ColumnData& column) {
            const double value = random.Unit();
            column.numbers.push_back(value < 0.1 ? std::nan("") : value);
          });
}
BENCHMARK(BM_ProfileNumbersOfWhichATenthIsMissing)->Unit(benchmark::kMillisecond);

void BM_ProfileIntegers(benchmark::State& state) {
  const auto distinct = static_cast<uint32_t>(state.range(0));
  Profile(state, {.name = "x", .type = v1::COLUMN_TYPE_INTEGER},
          [distinct](RandomBits& random, ColumnData& column) {
            column.integers.push_back(random.Below(distinct));
          });
}
BENCHMARK(BM_ProfileIntegers)->Arg(50)->Arg(3'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// Of strings of 20 bytes.
void BM_ProfileStrings(benchmark::State& state) {
  const auto distinct = static_cast<int32_t>(state.range(0));
  ColumnData shape{.name = "x", .type = v1::COLUMN_TYPE_CATEGORY};
  for (int i = 0; i < distinct; ++i) {
    shape.dictionary.push_back(absl::StrCat("category ", 10'000'000'000 + i));
  }
  Profile(state, shape, [distinct](RandomBits& random, ColumnData& column) {
    column.codes.push_back(static_cast<int32_t>(random.Below(distinct)));
  });
}
BENCHMARK(BM_ProfileStrings)->Arg(10)->Arg(3'000)->Arg(50'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace serin
