#ifndef SERIN_CORE_PROFILE_TABLE_PROFILER_H_
#define SERIN_CORE_PROFILE_TABLE_PROFILER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "core/profile/column_profiler.h"
#include "core/profile/row_sample.h"
#include "core/table/table.h"
#include "serin/internal/v1/profile_record.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Statistics of a table (serin.v1.DatasetProfile) in one pass over its rows and bounded memory:
// about 100 KB a column, less in tables of more than 256 columns. What is exact while a column has
// few different values, and the sketches that take over, column_profiler.h says.
//
// Parts of a table may be profiled apart and merged: what is exact is then the same however the
// table was cut, what is approximate keeps its bound.
//
// The type of a column may widen from batch to batch: from INTEGER to NUMBER, and between CATEGORY
// and TEXT either way; while all its values are missing, any type may follow. Where it changes
// otherwise (numbers that turn out to be strings), the values are to be read again by another
// profiler; Finish says so.
//
// Not thread-safe; different profilers may be used at the same time.
class TableProfiler {
 public:
  // The rows follow upon those added before. All batches have the same columns in the same order,
  // or the first of them: rows of a batch have no value in those that it lacks, nor have earlier
  // rows in a column that comes later.
  void Add(const Table& batch);

  // The rows of `later`, of a part of the same table, follow upon those of this profiler.
  void Merge(const TableProfiler& later);

  // All that is known, to go on with later. FromRecord returns DATA_LOSS where `record` is none
  // that ToRecord made.
  internal::v1::TableProfileRecord ToRecord() const;
  static absl::StatusOr<TableProfiler> FromRecord(const internal::v1::TableProfileRecord& record);

  // The profile, with the warnings that need no target; `schema` has the columns of the batches
  // with the types they ended with; those that no batch had come last, and are without a value.
  // FAILED_PRECONDITION where values of a column cannot be of its type.
  absl::StatusOr<v1::DatasetProfile> Finish(const v1::Schema& schema) const;

  int64_t row_count() const { return row_count_; }

 private:
  void AddColumns(size_t column_count);
  ColumnProfiler WithoutValues() const;

  int64_t row_count_ = 0;
  std::vector<ColumnProfiler> columns_;
  RowSample rows_;
};

// The profile of a table in memory.
v1::DatasetProfile ProfileOf(const Table& table);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_TABLE_PROFILER_H_
