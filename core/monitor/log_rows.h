#ifndef SERIN_CORE_MONITOR_LOG_ROWS_H_
#define SERIN_CORE_MONITOR_LOG_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

// A call that was answered, without its rows.
struct LoggedCall {
  absl::string_view prediction_id;
  absl::string_view request_id;
  absl::string_view key;
  absl::string_view caller;
  int32_t version = 0;
  absl::Time time;
  absl::Duration latency;
};

// Rows of the prediction log that one model version has answered, column by column, in little
// memory: appending is on the way of every prediction. Not thread-safe.
//
// A class has a column of its own for its probability where there are at most 100 of them.
class LogRows {
 public:
  // `model`: its features, target and classes; pipeline and estimator are not looked at. It must
  // outlive the rows. `log` says which features are left out, and which are hashed with `hash_key`.
  LogRows(const internal::v1::Predictor* model, const v1::PredictionLog& log, std::string hash_key);

  // Adds the rows of a call: `features` has the model's features, in order, and `outputs` holds
  // rows x outputs, row by row: the probability of each class, or the value.
  void Append(const LoggedCall& call, const Table& features, absl::Span<const double> outputs);

  size_t row_count() const { return row_count_; }

  // The rows, named as log_columns.h says, hashed where they are to be: until then it has them as
  // they were. Call once.
  Table Take();

 private:
  // A column of features; its source in the tables given to Append.
  struct Feature {
    size_t source;
    size_t column;
    bool hashed;
  };

  size_t AddColumn(absl::string_view name, v1::ColumnType type);
  void AddFeatures(const v1::PredictionLog& log);
  void AddAnswer();
  void AppendCall(const LoggedCall& call, size_t rows);
  void AppendPredictionId(absl::string_view id, size_t rows);
  void AppendText(size_t column, absl::string_view text, size_t rows);
  void AppendFeature(const ColumnData& from, ColumnData& to, size_t column);
  void AppendAnswer(absl::Span<const double> outputs);
  void AppendClass(absl::Span<const double> probabilities);

  const internal::v1::Predictor* const model_;
  const std::string hash_key_;
  Table table_;
  std::vector<std::unique_ptr<DictionaryIndex>> indexes_;  // Null: no strings.
  std::vector<Feature> features_;
  size_t first_answer_ = 0;
  size_t row_count_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_LOG_ROWS_H_
