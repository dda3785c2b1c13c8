#ifndef SERIN_TESTS_UNIT_SERVER_DATASET_LIVE_DATASET_FIXTURE_H_
#define SERIN_TESTS_UNIT_SERVER_DATASET_LIVE_DATASET_FIXTURE_H_

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/storage/memory_store.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/live_datasets.h"
#include "server/dataset/live_maintenance.h"
#include "server/dataset/profile_call.h"
#include "server/dataset/stored_table.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {

// Runs something whenever it is asked for the time.
class HookedClock final : public Clock {
 public:
  absl::Time Now() const override {
    if (hook_) hook_();
    return absl::FromUnixSeconds(1'800'007'200);  // Two hours after the rows were appended.
  }
  void set_hook(std::function<void()> hook) { hook_ = std::move(hook); }

 private:
  std::function<void()> hook_;
};

// A dataset `log` to which rows are appended, on a store that a crash leaves behind.
class LiveDatasetTest : public testing::Test {
 protected:
  static constexpr char kProject[] = "default";

  static bool Never() { return false; }

  // Integers [begin, end).
  static std::vector<int64_t> Range(int64_t begin, int64_t end) {
    std::vector<int64_t> values(static_cast<size_t>(end - begin));
    std::iota(values.begin(), values.end(), begin);
    return values;
  }

  LiveDatasetTest() : bytes_(&prometheus::BuildGauge().Name("bytes").Register(registry_).Add({})) {
    Restart();
  }

  // A new process on the same store.
  void Restart() {
    catalog_ = std::make_unique<DatasetCatalog>(&store_, &clock_, &ids_, bytes_);
    live_ = std::make_unique<LiveDatasets>(catalog_.get(), &clock_, &metrics_);
    maintenance_ = std::make_unique<LiveMaintenance>(catalog_.get(), &clock_, &metrics_);
    EXPECT_THAT(catalog_->Recover(), IsOk());
  }

  // Of the dataset `log`, unless the fields name another one.
  static v1::AppendRowsSpec Spec(const std::string& fields = "") {
    v1::AppendRowsSpec spec;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } "
        "columns { name: 'c' type: COLUMN_TYPE_CATEGORY } } " +
            fields,
        &spec));
    if (spec.dataset().empty()) spec.set_dataset("log");
    return spec;
  }

  // Appends rows with n in [begin, end).
  absl::StatusOr<v1::AppendRowsResponse> Append(int64_t begin, int64_t end,
                                                const std::string& fields = "") {
    Table table;
    table.columns = {
        {.name = "n", .type = v1::COLUMN_TYPE_INTEGER, .integers = Range(begin, end)},
        {.name = "c", .type = v1::COLUMN_TYPE_CATEGORY, .dictionary = {"even", "odd"}}};
    for (const int64_t n : table.columns[0].integers) {
      table.columns[1].codes.push_back(static_cast<int32_t>(n % 2));
    }
    return live_->Append(kProject, Spec(fields), table, Never);
  }

  std::shared_ptr<const StoredTable> Open() {
    auto table = OpenTable(store_, kProject, {.id = "log"});
    EXPECT_THAT(table, IsOk());
    return table.ok() ? *table : nullptr;
  }

  // The values of n that a table has, in order; each with the right c.
  static std::vector<int64_t> ValuesOf(const StoredTable& table) {
    std::vector<int64_t> values;
    const auto cursor = table.Read({.columns = {0, 1}});
    while (true) {
      const auto batch = (*cursor)->Next();
      EXPECT_THAT(batch, IsOk());
      if (!batch.ok() || *batch == nullptr) return values;
      EXPECT_EQ((*batch)->first_row, static_cast<int64_t>(values.size()));
      const auto& columns = (*batch)->table.columns;
      for (size_t row = 0; row < columns[0].size(); ++row) {
        values.push_back(columns[0].integers[row]);
        EXPECT_EQ(columns[1].dictionary[columns[1].codes[row]],
                  values.back() % 2 == 0 ? "even" : "odd");
      }
    }
  }
  std::vector<int64_t> Values() { return ValuesOf(*Open()); }

  void Maintain() {
    for (int steps = 0; maintenance_->Step().value(); ++steps) ASSERT_LT(steps, 1000);
  }

  int CountKeys(const std::string& containing = "") {
    int count = 0;
    EXPECT_THAT(store_.Scan("", "",
                            [&](absl::string_view key, auto) {
                              if (key.find(containing) != key.npos) ++count;
                              return true;
                            }),
                IsOk());
    return count;
  }

  absl::StatusOr<v1::DatasetProfile> Profile(const v1::GetProfileRequest& request) {
    return ProfileVersion(store_, live_profiles_, kProject, request, Never);
  }
  absl::StatusOr<v1::DatasetProfile> Profile() {
    v1::GetProfileRequest request;
    request.set_name("log");
    return Profile(request);
  }

  // Deletes all keys that contain this.
  void Lose(const std::string& containing) {
    WriteBatch batch;
    EXPECT_THAT(store_.Scan("", "",
                            [&](absl::string_view key, auto) {
                              if (key.find(containing) != key.npos) {
                                batch.DeleteKey(std::string(key));
                              }
                              return true;
                            }),
                IsOk());
    EXPECT_THAT(store_.Write(batch), IsOk());
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  LiveMetrics metrics_{&registry_};
  LiveProfiles live_profiles_;
  prometheus::Gauge* const bytes_;
  std::unique_ptr<DatasetCatalog> catalog_;
  std::unique_ptr<LiveDatasets> live_;
  std::unique_ptr<LiveMaintenance> maintenance_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_DATASET_LIVE_DATASET_FIXTURE_H_
