#include "server/predict/prediction_log.h"

#include <malloc.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/hmac.h"
#include "core/bundle/bundle.h"
#include "core/table/table_appender.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Keeps what is appended, as the dataset role does: once for each request id.
class FakeSink final : public RowSink {
 public:
  absl::Status Append(const RowsToAppend& rows) override {
    ++calls;
    const absl::Status error = before(rows);
    if (!error.ok()) return error;
    if (seen_.insert(rows.request_id).second) {
      tables[rows.dataset].Append(*rows.table, rows.begin, rows.end);
    }
    return after(rows);
  }

  const Table& table() { return tables["predictions.flower"].table(); }
  size_t row_count() { return table().row_count(); }

  int calls = 0;
  std::map<std::string, TableAppender> tables;
  // An answer instead of the append, and one although it was done.
  std::function<absl::Status(const RowsToAppend&)> before = [](const auto&) {
    return absl::OkStatus();
  };
  std::function<absl::Status(const RowsToAppend&)> after = before;

 private:
  std::set<std::string> seen_;
};

size_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

class PredictionLogTest : public testing::Test {
 protected:
  PredictionLogTest() {
    Set([](v1::PredictionLog*) {});
  }

  // A setting that differs from the default in what `change` does.
  void Set(const std::function<void(v1::PredictionLog*)>& change) {
    internal::v1::ClusterState state;
    auto* model = state.add_models();
    model->set_project("default");
    model->set_model("flower");
    model->mutable_prediction_log()->set_sampling_percent(100);
    model->set_log_hash_key(key_);
    change(model->mutable_prediction_log());
    settings_.Apply(state);
  }

  // A call of rows with these widths, all red.
  void Record(const std::vector<double>& widths, const std::string& id = "") {
    RecordIn(log_, widths, id);
  }
  void RecordIn(PredictionLog& log, const std::vector<double>& widths, const std::string& id) {
    Table rows;
    rows.columns = {
        {"width", v1::COLUMN_TYPE_NUMBER, widths, {}, {}},
        {"color", v1::COLUMN_TYPE_CATEGORY, {}, std::vector<int32_t>(widths.size()), {"red"}}};
    const std::string prediction_id = id.empty() ? ids_.Next() : id;
    log.Record(model_,
               {.prediction_id = prediction_id,
                .request_id = "request",
                .key = "alice",
                .caller = "127.0.0.1:7",
                .version = 3,
                .time = absl::FromUnixSeconds(1'000),
                .latency = absl::Milliseconds(2)},
               rows, *model_->predictor->Score(rows));
  }

  double Counted(const std::string& name, const std::string& outcome = "") {
    for (const auto& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const auto& metric : family.metric) {
        const auto& label = metric.label.back();
        if (outcome.empty() || label.value == outcome) return metric.counter.value;
      }
    }
    return -1;
  }
  double Served() { return Counted("serin_prediction_log_served_rows_total"); }
  double Outcome(const std::string& outcome) {
    return Counted("serin_prediction_log_rows_total", outcome);
  }
  void ExpectBooksBalance() {
    EXPECT_EQ(Served(), Outcome("logged") + Outcome("sampled_out") + Outcome("dropped"));
    EXPECT_EQ(Outcome("logged"), static_cast<double>(sink_.row_count()));
  }

  const ColumnData& Column(const std::string& name) {
    for (const ColumnData& column : sink_.table().columns) {
      if (column.name == name) return column;
    }
    ADD_FAILURE() << "no column " << name;
    return sink_.table().columns[0];
  }
  std::string HashOfText(const std::string& text) {
    return absl::BytesToHexString(HmacSha256(key_, text).substr(0, 16));
  }
  std::string Text(const std::string& name, size_t row) {
    const ColumnData& column = Column(name);
    return column.dictionary[column.codes[row]];
  }

  std::string key_ = "a key";
  prometheus::Registry registry_;
  PredictMetrics predict_metrics_{&registry_};
  LogMetrics metrics_{&registry_};
  LogSettings settings_{&metrics_};
  FakeSink sink_;
  SimulatedClock clock_;
  const absl::Time start_ = clock_.Now();
  IdGenerator ids_{&clock_};
  int backlogs_ = 0;
  std::shared_ptr<const LoadedModel> model_ = std::make_shared<const LoadedModel>(
      "default", "flower", 3, *LoadPredictor(TinyClassifier()),
      /*explainer=*/nullptr, /*drift=*/nullptr, predict_metrics_.For("default", "flower", 3));
  PredictionLog log_{&settings_,
                     &sink_,
                     &ids_,
                     [this] { ++backlogs_; },
                     {.max_bytes = 100'000, .backlog_bytes = 50'000, .max_append_rows = 100}};
};

TEST_F(PredictionLogTest, VersionThatIsUnloaded_IsGone_ThoughItsRowsWait) {
  Record({1}, "p1");
  const std::weak_ptr<const LoadedModel> unloaded = model_;
  model_.reset();
  EXPECT_TRUE(unloaded.expired());
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(Text("prediction", 0), "large");
}

TEST_F(PredictionLogTest, ARowHasTheCall_TheFeatures_AndTheAnswer) {
  Record({1, 0}, "p1");
  EXPECT_TRUE(log_.Step());
  ASSERT_EQ(sink_.row_count(), 2);
  EXPECT_EQ(Text("prediction_id", 1), "p1");
  EXPECT_EQ(Text("request_id", 1), "request");
  EXPECT_EQ(Text("key", 0), "alice");
  EXPECT_EQ(Text("caller", 0), "127.0.0.1:7");
  EXPECT_EQ(Text("color", 1), "red");
  EXPECT_EQ(Text("prediction", 0), "large");
  EXPECT_THAT(Column("row").integers, ElementsAre(0, 1));
  EXPECT_THAT(Column("version").integers, ElementsAre(3, 3));
  EXPECT_THAT(Column("time").numbers, ElementsAre(1000, 1000));
  EXPECT_THAT(Column("latency_seconds").numbers, ElementsAre(0.002, 0.002));
  EXPECT_THAT(Column("width").numbers, ElementsAre(1, 0));
  // Log odds of 2 and 1.
  EXPECT_NEAR(Column("probability_large").numbers[0], 0.880797, 1e-6);
  EXPECT_NEAR(Column("probability").numbers[1], 0.731059, 1e-6);
  ExpectBooksBalance();
}

TEST_F(PredictionLogTest, AModelWithoutALog_KeepsNothing) {
  settings_.Apply({});
  Record({1});
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(sink_.calls, 0);
  EXPECT_EQ(Served(), -1) << "its counters are gone";
}

TEST_F(PredictionLogTest, DroppedFeatures_AreNotThere) {
  Set([](v1::PredictionLog* log) { log->add_drop_features("width"); });
  Record({1, 2});
  EXPECT_TRUE(log_.Step());
  for (const ColumnData& column : sink_.table().columns) EXPECT_NE(column.name, "width");
  EXPECT_EQ(Text("color", 1), "red");
}

TEST_F(PredictionLogTest, HashedFeatures_AreThereAsHashes_OfTheKeyOfTheSetting) {
  const auto hash = [](v1::PredictionLog* log) {
    log->add_hash_features("width");
    log->add_hash_features("color");
  };
  Set(hash);
  Record({1, 2, 1});
  EXPECT_TRUE(log_.Step());
  Record({1});
  EXPECT_TRUE(log_.Step());
  EXPECT_THAT(Column("width").numbers, IsEmpty());
  EXPECT_EQ(Text("width", 0), HashOfText("1"));
  EXPECT_EQ(Text("width", 1), HashOfText("2"));
  EXPECT_EQ(Text("width", 2), Text("width", 0));
  EXPECT_EQ(Text("width", 3), Text("width", 0));
  EXPECT_EQ(Text("color", 3), HashOfText("red"));

  key_ = "that of a model of the same name, after this one was deleted";
  Set(hash);
  Record({1});
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(Text("width", 4), HashOfText("1"));
  EXPECT_NE(Text("width", 4), Text("width", 0));
  ExpectBooksBalance();
}

TEST_F(PredictionLogTest, Sampling_CountsWhatItLeavesOut) {
  Set([](v1::PredictionLog* log) { log->set_sampling_percent(25); });
  for (int i = 0; i < 1'000; ++i) {
    Record({1});
    if (i % 100 == 0) {
      EXPECT_TRUE(log_.Step());
    }
  }
  EXPECT_TRUE(log_.Step());
  // Four standard deviations.
  EXPECT_NEAR(Outcome("logged"), 250, 55);
  EXPECT_EQ(Outcome("dropped"), 0);
  ExpectBooksBalance();
}

TEST_F(PredictionLogTest, DatasetRoleAway_RowsAreKept_ThenDropped_AndMemoryIsBounded) {
  sink_.before = [](const auto&) { return absl::UnavailableError("away"); };
  for (int i = 0; i < 10'000; ++i) {
    Record({1});
    if (i % 100 == 0) {
      EXPECT_FALSE(log_.Step());
    }
  }
  const double dropped = Outcome("dropped");
  EXPECT_GT(dropped, 9'000) << "a row takes more than 100 of the 100,000 bytes";
  EXPECT_LT(dropped, 9'900);
  EXPECT_EQ(backlogs_, 1);
  sink_.before = [](const auto&) { return absl::OkStatus(); };
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(Outcome("dropped"), dropped);
  ExpectBooksBalance();

  Record({1});
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(Outcome("dropped"), dropped) << "there is room again";
  ExpectBooksBalance();
}

// Ten minutes of 50 calls a second, in each of which the thread tries once.
TEST_F(PredictionLogTest, DatasetRoleAwayForMinutes_TheOldestRowsAreKept_AndItGoesOnFromThere) {
  const auto second = [this] {
    clock_.Advance(absl::Seconds(1));
    for (int i = 0; i < 50; ++i) Record({absl::ToDoubleSeconds(clock_.Now() - start_)});
    return log_.Step();
  };
  EXPECT_TRUE(second());
  sink_.before = [](const auto&) { return absl::UnavailableError("away"); };
  sink_.calls = 0;
  for (int i = 0; i < 600; ++i) EXPECT_FALSE(second());
  EXPECT_EQ(sink_.calls, 600) << "one try a second, of one append";
  EXPECT_EQ(Served(), 601 * 50);
  const double dropped = Outcome("dropped");
  EXPECT_GT(dropped, 29'000);

  sink_.before = [](const auto&) { return absl::OkStatus(); };
  EXPECT_TRUE(log_.Step());
  EXPECT_TRUE(second());
  ExpectBooksBalance();
  EXPECT_EQ(Outcome("dropped"), dropped) << "there is room again";
  // The second before, those that there was room for, and the one behind.
  const std::vector<double>& seconds = Column("width").numbers;
  EXPECT_TRUE(std::is_sorted(seconds.begin(), seconds.end()));
  EXPECT_EQ(std::count(seconds.begin(), seconds.end(), 1), 50);
  EXPECT_EQ(std::count(seconds.begin(), seconds.end(), 2), 50);
  EXPECT_EQ(std::count(seconds.begin(), seconds.end(), 602), 50);
  EXPECT_EQ(std::count(seconds.begin(), seconds.end(), 300), 0);
}

TEST_F(PredictionLogTest, WhatIsHeld_TakesNoMoreMemoryThanItMay) {
  constexpr size_t kMax = size_t{8} << 20;
  PredictionLog log(&settings_, &sink_, &ids_, [] {}, {.max_bytes = kMax});
  sink_.before = [](const auto&) { return absl::UnavailableError("away"); };
  const size_t before = HeapBytes();
  for (int i = 0; i < 200'000; ++i) {
    RecordIn(log, {1}, "");
    if (i % 1'000 == 0) {
      EXPECT_FALSE(log.Step());
    }
  }
  EXPECT_GT(Outcome("dropped"), 0);
  EXPECT_LT(HeapBytes() - before, kMax);
}

TEST_F(PredictionLogTest, AnAppendWhoseAnswerIsLost_IsThereOnce) {
  sink_.after = [](const auto&) { return absl::DeadlineExceededError("no answer"); };
  Record({1});
  EXPECT_FALSE(log_.Step());
  Record({2});
  EXPECT_FALSE(log_.Step());
  sink_.after = [](const auto&) { return absl::OkStatus(); };
  EXPECT_TRUE(log_.Step());
  EXPECT_THAT(Column("width").numbers, ElementsAre(1, 2));
  ExpectBooksBalance();
}

TEST_F(PredictionLogTest, ManyRows_GoInSeveralAppends_OfWhichOneMayBeRefused) {
  sink_.before = [](const RowsToAppend& rows) {
    return rows.begin == 100 ? absl::InvalidArgumentError("no") : absl::OkStatus();
  };
  Record(std::vector<double>(250, 1));
  EXPECT_TRUE(log_.Step());
  EXPECT_EQ(sink_.calls, 3);
  EXPECT_EQ(Outcome("dropped"), 100);
  EXPECT_EQ(Outcome("logged"), 150);
  ExpectBooksBalance();
}

TEST_F(PredictionLogTest, ThreadsThatAnswer_LoseNothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 50; ++i) Record({static_cast<double>(t * 50 + i)});
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(log_.Step());
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(log_.Step());
  std::vector<double> widths = Column("width").numbers;
  std::sort(widths.begin(), widths.end());
  ASSERT_THAT(widths, SizeIs(200));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(widths[i], i);
  ExpectBooksBalance();
}

}  // namespace
}  // namespace serin
