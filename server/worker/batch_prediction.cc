#include "server/worker/batch_prediction.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/batch/answer_columns.h"
#include "server/worker/batch_dataset.h"
#include "server/worker/batch_scoring.h"

namespace serin {
namespace {

// Hands blocks out in order, and lets them be appended in that order.
class BlockTurns {
 public:
  BlockTurns(int64_t first, int64_t end) : next_(first), turn_(first), end_(end) {}

  // The next block; none when there is none, or one has failed.
  std::optional<int64_t> Take() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (next_ == end_ || !error_.ok()) return std::nullopt;
    return next_++;
  }

  // Waits until those before are done; false when one has failed.
  bool Await(int64_t block) ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto ready = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return turn_ == block || !error_.ok();
    };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&ready));
    return error_.ok();
  }

  // What became of the block whose turn it is, or of any that failed.
  void Done(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    error_.Update(status);
    ++turn_;
  }

  absl::Status error() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return error_;
  }

 private:
  mutable absl::Mutex mutex_;
  int64_t next_ ABSL_GUARDED_BY(mutex_);
  int64_t turn_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  const int64_t end_;
};

// From an open dataset to the end of its rows.
class BatchRun {
 public:
  BatchRun(const BatchSetup& setup, const BatchDataset& dataset, const BatchScoring& scoring,
           const v1::BatchPrediction& wanted, const WrittenSink& written)
      : setup_(setup),
        dataset_(dataset),
        scoring_(scoring),
        written_(written),
        end_(dataset.first_row() + wanted.row_count()),
        row_count_(std::max<int64_t>(wanted.row_count(), 1)),
        block_rows_(BatchBlockRows(scoring.output().columns_size())),
        rows_(dataset.live() ? 0 : wanted.rows() / block_rows_ * block_rows_),
        turns_((dataset.first_row() + rows_) / block_rows_,
               (end_ + block_rows_ - 1) / block_rows_) {}

  absl::StatusOr<int64_t> Run() {
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < setup_.threads; ++i) threads.emplace_back([this] { Work(); });
    }
    SERIN_RETURN_IF_ERROR(turns_.error());
    // A dataset that others read, though there was nothing to predict for.
    if (rows_ == 0) SERIN_RETURN_IF_ERROR(Append("none", {}));
    return rows_;
  }

 private:
  void Work() {
    while (const std::optional<int64_t> block = turns_.Take()) {
      const absl::StatusOr<std::vector<v1::RowBatch>> answers = Answer(*block);
      if (!answers.ok()) return turns_.Done(answers.status());
      if (!turns_.Await(*block)) return;
      turns_.Done(Finish(*block, *answers));
    }
  }

  absl::StatusOr<std::vector<v1::RowBatch>> Answer(int64_t block) const {
    const int64_t begin = std::max(block * block_rows_, dataset_.first_row());
    const int64_t end = std::min((block + 1) * block_rows_, end_);
    std::vector<v1::RowBatch> answers;
    if (begin >= end) return answers;
    SERIN_ASSIGN_OR_RETURN(std::vector<v1::ReadRowsResponse> rows,
                           dataset_.Read(begin, end, scoring_.columns()));
    for (v1::ReadRowsResponse& batch : rows) {
      SERIN_ASSIGN_OR_RETURN(answers.emplace_back(), scoring_.Answer(std::move(batch)));
    }
    return answers;
  }

  // `part`: of the rows, by which the request is known when it comes again.
  absl::Status Append(absl::string_view part, const std::vector<v1::RowBatch>& answers) const {
    SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("job", setup_.job));
    return dataset_.Append(scoring_.output(), answers, rows_,
                           absl::StrCat("batch-", job, "-", part));
  }

  // In the block's turn, so that `rows_` is one thread's.
  absl::Status Finish(int64_t block, const std::vector<v1::RowBatch>& answers) {
    int64_t count = 0;
    for (const v1::RowBatch& batch : answers) count += batch.row_count();
    if (count > 0) SERIN_RETURN_IF_ERROR(Append(absl::StrCat(block), answers));
    rows_ += count;
    const double share = static_cast<double>(rows_) / static_cast<double>(row_count_);
    if (written_(rows_, std::min(share, 1.0))) return absl::OkStatus();
    return absl::CancelledError("predicting was stopped");
  }

  const BatchSetup& setup_;
  const BatchDataset& dataset_;
  const BatchScoring& scoring_;
  const WrittenSink& written_;
  const int64_t end_;  // Number of the row behind the last.
  const int64_t row_count_;
  const int64_t block_rows_;
  int64_t rows_;  // In the output, of the blocks before the one whose turn it is.
  BlockTurns turns_;
};

}  // namespace

int64_t BatchBlockRows(int column_count) {
  constexpr int64_t kMaxRows = 65'536;
  constexpr int64_t kMaxValues = 4 << 20;
  int64_t rows = kMaxRows;
  while (rows > 1 && rows * column_count > kMaxValues) rows /= 2;
  return rows;
}

absl::StatusOr<int64_t> WriteBatchPredictions(const BatchSetup& setup, const Predictor& predictor,
                                              const v1::BatchPrediction& wanted,
                                              const WrittenSink& written) {
  SERIN_ASSIGN_OR_RETURN(const BatchDataset dataset, BatchDataset::Open(setup, wanted));
  SERIN_ASSIGN_OR_RETURN(const BatchScoring scoring,
                         BatchScoring::Create(predictor, wanted, dataset.schema()));
  return BatchRun(setup, dataset, scoring, wanted, written).Run();
}

}  // namespace serin
