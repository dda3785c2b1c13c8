#ifndef SERIN_CORE_PROFILE_COLUMN_SAMPLE_H_
#define SERIN_CORE_PROFILE_COLUMN_SAMPLE_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/table/table.h"
#include "core/table/table_source.h"

namespace serin {

// At most `most` rows of a table, ascending: all, or of `most` runs of consecutive rows of (nearly)
// equal length one each, drawn at random, the same at every call.
std::vector<int64_t> SampleRows(int64_t row_count, int64_t most);

// Some values of a column, as numbers or, of strings and truth values, as codes of categories.
class ColumnSample {
 public:
  explicit ColumnSample(v1::ColumnType type);

  // Rows of a batch, by their places in it.
  void Append(const ColumnData& column, absl::Span<const int64_t> rows);

  bool is_category() const { return is_category_; }
  size_t size() const { return is_category_ ? categories_.size() : numbers_.size(); }
  bool missing(size_t i) const {
    return is_category_ ? categories_[i] == kMissing : std::isnan(numbers_[i]);
  }
  double number(size_t i) const { return numbers_[i]; }
  int32_t category(size_t i) const { return categories_[i]; }  // From 0 on.

 private:
  static constexpr int32_t kMissing = -1;

  void AppendTexts(const ColumnData& column, absl::Span<const int64_t> rows);
  int32_t CategoryOf(uint64_t hash);

  bool is_category_;
  std::vector<double> numbers_;                   // NaN where missing.
  std::vector<int32_t> categories_;               // kMissing where missing.
  absl::flat_hash_map<uint64_t, int32_t> known_;  // Category by hash of the value.
};

// The values in `rows` (ascending) of these columns of a table, in one pass over them.
absl::StatusOr<std::vector<ColumnSample>> ReadSamples(const TableSource& table,
                                                      const std::vector<int>& columns,
                                                      absl::Span<const int64_t> rows);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_COLUMN_SAMPLE_H_
