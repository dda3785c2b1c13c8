#ifndef SERIN_SERVER_PREDICT_ROW_SINK_H_
#define SERIN_SERVER_PREDICT_ROW_SINK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "core/table/table.h"
#include "google/protobuf/duration.pb.h"

namespace serin {

// Rows [begin, end) of a table on their way into a live dataset.
struct RowsToAppend {
  std::string project;
  std::string dataset;
  std::string description;  // Of a dataset that is new.
  google::protobuf::Duration max_age;
  // The rows are there once, however often they are appended with the same id.
  std::string request_id;
  // A column that the dataset has with another type is INVALID_ARGUMENT; else it gets another name
  // (FitIntoDataset).
  bool keep_names = false;
  const Table* table = nullptr;
  size_t begin = 0;
  size_t end = 0;
};

// Takes rows to live datasets, which are made where they are new, get the columns that they lack,
// and keep rows for as long as the last who appended said. For threads that may wait. Thread-safe.
class RowSink {
 public:
  virtual ~RowSink() = default;

  // OK: they are on disk. Otherwise see WorthRetrying.
  virtual absl::Status Append(const RowsToAppend& rows) = 0;
};

// Whether the same append may succeed later on.
bool WorthRetrying(const absl::Status& error);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ROW_SINK_H_
