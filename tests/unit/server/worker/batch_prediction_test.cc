#include "server/worker/batch_prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/worker/fake_roles.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const grpc::Status kUnavailable{grpc::StatusCode::UNAVAILABLE, "restarting"};

// Blocks have 65,536 rows; the dataset has two and a half.
class BatchPredictionTest : public testing::Test {
 protected:
  static constexpr int64_t kBlock = 65'536;
  static constexpr int64_t kRows = 2 * kBlock + 1000;

  BatchPredictionTest() {
    Table& table = dataset_.table;
    table.columns.push_back({.name = "id", .type = v1::COLUMN_TYPE_INTEGER});
    table.columns.push_back(
        {.name = "c", .type = v1::COLUMN_TYPE_CATEGORY, .dictionary = {"red", "blue"}});
    table.columns.push_back({.name = "x", .type = v1::COLUMN_TYPE_NUMBER});
    for (int64_t row = 0; row < kRows; ++row) {
      table.columns[0].integers.push_back(7 * row);
      table.columns[1].codes.push_back(static_cast<int32_t>(row % 2));
      table.columns[2].numbers.push_back(static_cast<double>(row));
    }
    dataset_.batch_rows = 10'000;
    wanted_.set_model_version("models/m/versions/3");
    wanted_.set_dataset("datasets/d/versions/1");
    wanted_.set_output_dataset("datasets/out");
    wanted_.set_row_count(kRows);
  }

  absl::StatusOr<int64_t> Run() {
    const BatchSetup setup = {.dataset = server_.channel(),
                              .project = "default",
                              .job = "jobs/j7",
                              .input_create_time = input_create_time_,
                              .threads = 3,
                              .sleep = [](absl::Duration) {}};
    return WriteBatchPredictions(setup, *predictor_, wanted_, [&](int64_t rows, double share) {
      reports_.push_back(rows);
      shares_.push_back(share);
      return goes_on_;
    });
  }

  std::vector<std::string> RequestIds() const {
    std::vector<std::string> ids;
    for (const auto& one : dataset_.appended) ids.push_back(one.spec.request_id());
    return ids;
  }

  // All appended values of a column of numbers, in order.
  std::vector<double> Numbers(const std::string& name) const {
    std::vector<double> all;
    ForEach(name, [&](const v1::Column& column) {
      all.insert(all.end(), column.numbers().values().begin(), column.numbers().values().end());
    });
    return all;
  }
  std::vector<int64_t> Integers(const std::string& name) const {
    std::vector<int64_t> all;
    ForEach(name, [&](const v1::Column& column) {
      all.insert(all.end(), column.integers().values().begin(), column.integers().values().end());
    });
    return all;
  }

  const std::unique_ptr<const Predictor> predictor_ = Predictor::Create(SmallLinearModel()).value();
  FakeDataset dataset_;
  InProcessServer server_{&dataset_};
  v1::BatchPrediction wanted_;
  std::optional<absl::Time> input_create_time_;
  std::vector<int64_t> reports_;
  std::vector<double> shares_;
  bool goes_on_ = true;

 private:
  template <typename Visit>
  void ForEach(const std::string& name, Visit visit) const {
    for (const auto& one : dataset_.appended) {
      for (const v1::RowBatch& rows : one.rows) {
        for (const v1::Column& column : rows.columns()) {
          if (column.name() == name) visit(column);
        }
      }
    }
  }
};

TEST_F(BatchPredictionTest, AllRowsAreThere_InOrder_WithTheModelsAnswers) {
  wanted_.add_keep_columns("id");
  EXPECT_EQ(Run().value_or(-1), kRows);
  EXPECT_THAT(RequestIds(), ElementsAre("batch-j7-0", "batch-j7-1", "batch-j7-2"));
  EXPECT_THAT(reports_, ElementsAre(kBlock, 2 * kBlock, kRows));
  EXPECT_EQ(shares_.back(), 1);
  const std::vector<double> predictions = Numbers("prediction");
  const std::vector<int64_t> source_rows = Integers("source_row");
  const std::vector<int64_t> ids = Integers("id");
  ASSERT_EQ(predictions.size(), static_cast<size_t>(kRows));
  ASSERT_EQ(ids.size(), predictions.size());
  for (int64_t row = 0; row < kRows; ++row) {
    const double color = row % 2 == 0 ? 20 : 10;
    ASSERT_EQ(predictions[row], 2.0 * (static_cast<double>(row) - 1) + color + 0.5) << row;
    ASSERT_EQ(source_rows[row], row);
    ASSERT_EQ(ids[row], 7 * row);
  }
  const v1::AppendRowsSpec& spec = dataset_.appended[0].spec;
  EXPECT_EQ(spec.dataset(), "datasets/out");
  EXPECT_EQ(spec.row_count(), kBlock);
  EXPECT_EQ(spec.schema().columns(0).name(), "id");
  EXPECT_EQ(spec.schema().columns(1).name(), "prediction");
}

TEST_F(BatchPredictionTest, GoesOnBehindTheRowsWritten) {
  dataset_.output_rows = 2 * kBlock;
  wanted_.set_rows(2 * kBlock);
  EXPECT_EQ(Run().value_or(-1), kRows);
  EXPECT_THAT(RequestIds(), ElementsAre("batch-j7-2"));
  EXPECT_EQ(Integers("source_row").front(), 2 * kBlock);
  EXPECT_THAT(reports_, ElementsAre(kRows));
}

TEST_F(BatchPredictionTest, JobWhoseRowsAreAllWritten_CountsThemOnce) {
  EXPECT_EQ(Run().value_or(-1), kRows);
  wanted_.set_rows(kRows);
  EXPECT_EQ(Run().value_or(-1), kRows);
  EXPECT_EQ(Integers("source_row").size(), static_cast<size_t>(kRows));
}

TEST_F(BatchPredictionTest, BlockWhoseAnswerWasLost_IsThereOnce) {
  dataset_.append_ends = {grpc::Status::OK, kUnavailable, kUnavailable};
  dataset_.unavailable_calls = 2;
  EXPECT_EQ(Run().value_or(-1), kRows);
  EXPECT_THAT(RequestIds(), ElementsAre("batch-j7-0", "batch-j7-1", "batch-j7-2"));
  EXPECT_EQ(Integers("source_row").size(), static_cast<size_t>(kRows));
}

TEST_F(BatchPredictionTest, OfNoRows_TheOutputIsMadeAllTheSame) {
  for (ColumnData& column : dataset_.table.columns) {
    column.numbers.clear();
    column.integers.clear();
    column.codes.clear();
  }
  wanted_.set_row_count(0);
  EXPECT_EQ(Run().value_or(-1), 0);
  ASSERT_THAT(RequestIds(), ElementsAre("batch-j7-none"));
  EXPECT_EQ(dataset_.appended[0].spec.schema().columns(0).name(), "prediction");
  EXPECT_THAT(dataset_.appended[0].rows, IsEmpty());
}

TEST_F(BatchPredictionTest, StopsWhenToldTo_AndAtTheFirstError) {
  goes_on_ = false;
  EXPECT_THAT(Run(), IsError(absl::StatusCode::kCancelled, "predicting was stopped"));
  EXPECT_THAT(RequestIds(), ElementsAre("batch-j7-0"));
  goes_on_ = true;
  dataset_.append_ends = {{grpc::StatusCode::RESOURCE_EXHAUSTED, "the disk is full"}};
  EXPECT_THAT(Run(), IsError(absl::StatusCode::kResourceExhausted, "the disk is full"));
}

TEST_F(BatchPredictionTest, DeletedInput_IsNamed) {
  dataset_.deleted = true;
  EXPECT_THAT(Run(), IsError(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("datasets/d/versions/1 has been deleted")));
  EXPECT_THAT(dataset_.appended, IsEmpty());
}

TEST_F(BatchPredictionTest, InputMadeAgain_IsNotPredictedFor) {
  input_create_time_ = dataset_.create_time;
  dataset_.made_again_after_reads = 0;
  EXPECT_THAT(Run(), IsError(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("datasets/d/versions/1 has been deleted and made again")));
  EXPECT_THAT(dataset_.appended, IsEmpty());
}

TEST_F(BatchPredictionTest, InputMadeAgainWhileItIsRead_GivesNoRowOfTheOtherOne) {
  input_create_time_ = dataset_.create_time;
  dataset_.made_again_after_reads = 1;
  EXPECT_THAT(Run(),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("made again (at 1970")));
  EXPECT_THAT(dataset_.appended, IsEmpty()) << "the first block may be the other one's too";
}

TEST_F(BatchPredictionTest, WideOutputs_GoInSmallerBlocks) {
  EXPECT_EQ(BatchBlockRows(3), 65'536);
  EXPECT_EQ(BatchBlockRows(64), 65'536);
  EXPECT_EQ(BatchBlockRows(65), 32'768);
  EXPECT_EQ(BatchBlockRows(10'000), 256);
}

TEST_F(BatchPredictionTest, OutputThatIsDeletedMeanwhile_IsNotTakenForWhole) {
  dataset_.output_deleted_before = "batch-j7-1";
  EXPECT_THAT(Run(), IsError(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("datasets/out has been deleted while the job ran, with the "
                                       "first 65536 rows of its predictions")));
  EXPECT_THAT(RequestIds(), ElementsAre("batch-j7-1"));
}

}  // namespace
}  // namespace serin
