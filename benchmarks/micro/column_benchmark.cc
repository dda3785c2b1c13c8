// How fast does a column of a stored dataset come back? Bytes are those of the values in memory.
#include <benchmark/benchmark.h>
#include <prometheus/gauge.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/storage/leveldb_store.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/stored_table.h"
#include "server/dataset/version_writer.h"

namespace serin {
namespace {

constexpr size_t kBatchRows = 64 << 10;
constexpr size_t kBatches = 160;

// A column per kind of value: doubles of all digits, amounts of money, counts, and few strings.
enum Kind : int { kNoise, kAmount, kCount, kColour, kKinds };

ColumnData MakeColumn(Kind kind, std::mt19937_64& random) {
  static constexpr absl::string_view kNames[] = {"noise", "amount", "count", "colour"};
  ColumnData column;
  column.name = std::string(kNames[kind]);
  column.type = kind == kColour ? v1::COLUMN_TYPE_CATEGORY : v1::COLUMN_TYPE_NUMBER;
  if (kind == kColour) column.dictionary = {"blue", "green", "red"};
  for (size_t row = 0; row < kBatchRows; ++row) {
    const uint64_t x = random();
    switch (kind) {
      case kNoise:
        column.numbers.push_back(static_cast<double>(x) / 3);
        break;
      case kAmount:
        column.numbers.push_back(static_cast<double>(x % 1'000'000) / 100);
        break;
      case kCount:
        column.numbers.push_back(static_cast<double>(x % 1000));
        break;
      default:
        column.codes.push_back(static_cast<int32_t>(x % 3));
    }
  }
  return column;
}

// A store on disk, of one dataset with a column of each kind. Ends the program where that fails.
class Fixture {
 public:
  Fixture() : directory_(std::filesystem::temp_directory_path() / "serin_column_benchmark") {
    std::filesystem::remove_all(directory_);
    store_ = OpenLevelDbStore(directory_.string()).value();
    DatasetCatalog catalog(store_.get(), Clock::Real(), &ids_, &bytes_);
    auto writer = VersionWriter::Create(&catalog, {.project = "default", .dataset = "t"}).value();
    std::mt19937_64 random(1);
    for (size_t batch = 0; batch < kBatches; ++batch) {
      Table table;
      for (int kind = 0; kind < kKinds; ++kind) {
        table.columns.push_back(MakeColumn(static_cast<Kind>(kind), random));
      }
      if (!writer->Append(std::move(table)).ok()) std::abort();
    }
    if (!writer->Commit({}, [] { return false; }).ok()) std::abort();
  }
  ~Fixture() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::shared_ptr<const StoredTable> Open() const {
    return OpenTable(*store_, "default", {.id = "t"}).value();
  }

 private:
  const std::filesystem::path directory_;
  std::unique_ptr<Store> store_;
  IdGenerator ids_{Clock::Real()};
  prometheus::Gauge bytes_;
};

void BM_ReadStoredColumn(benchmark::State& state) {
  static const Fixture fixture;
  const std::shared_ptr<const StoredTable> table = fixture.Open();
  int64_t bytes = 0;
  for (auto _ : state) {
    const auto cursor = table->Read({.columns = {static_cast<int>(state.range(0))}}).value();
    while (const TableBatch* batch = cursor->Next().value()) {
      const ColumnData& column = batch->table.columns[0];
      bytes += static_cast<int64_t>(column.numbers.size() * sizeof(double) +
                                    column.integers.size() * sizeof(int64_t) +
                                    column.codes.size() * sizeof(int32_t));
      benchmark::DoNotOptimize(column.numbers.data());
    }
  }
  state.SetBytesProcessed(bytes);
  state.SetLabel(table->schema().columns(static_cast<int>(state.range(0))).name());
}
BENCHMARK(BM_ReadStoredColumn)->DenseRange(0, kKinds - 1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace serin
