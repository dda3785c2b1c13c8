#include "core/transform/sort_step.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/transform/row_collector.h"

namespace serin {
namespace {

// Compares rows by one column.
class KeyOrder {
 public:
  KeyOrder(const ColumnData* column, bool descending) : column_(column), descending_(descending) {
    if (column->is_string()) ranks_ = RanksOf(column->dictionary);
  }

  // Less than 0 where row `a` comes before row `b`, 0 where it does not matter.
  int Compare(size_t a, size_t b) const {
    const bool a_missing = column_->missing(a);
    const bool b_missing = column_->missing(b);
    if (a_missing || b_missing) return static_cast<int>(a_missing) - static_cast<int>(b_missing);
    const int order = CompareValues(a, b);
    return descending_ ? -order : order;
  }

 private:
  template <typename Value>
  static int ThreeWay(Value a, Value b) {
    return static_cast<int>(b < a) - static_cast<int>(a < b);
  }

  int CompareValues(size_t a, size_t b) const {
    if (column_->is_string()) return ThreeWay(RankOf(a), RankOf(b));
    if (column_->is_integer()) return ThreeWay(column_->integers[a], column_->integers[b]);
    return ThreeWay(column_->numbers[a], column_->numbers[b]);
  }

  int32_t RankOf(size_t row) const { return ranks_[static_cast<size_t>(column_->codes[row])]; }

  // By code: how many strings come before, in order of their bytes.
  static std::vector<int32_t> RanksOf(const std::vector<std::string>& dictionary) {
    std::vector<int32_t> codes(dictionary.size());
    std::iota(codes.begin(), codes.end(), 0);
    const auto text = [&](int32_t code) -> const std::string& {
      return dictionary[static_cast<size_t>(code)];
    };
    std::sort(codes.begin(), codes.end(), [&](int32_t a, int32_t b) { return text(a) < text(b); });
    std::vector<int32_t> ranks(dictionary.size());
    for (size_t rank = 0; rank < codes.size(); ++rank) {
      ranks[static_cast<size_t>(codes[rank])] = static_cast<int32_t>(rank);
    }
    return ranks;
  }

  const ColumnData* column_;
  bool descending_;
  std::vector<int32_t> ranks_;
};

// Rows of a table in an order of their own.
class OrderedStream : public BatchStream {
 public:
  OrderedStream(const Table* table, const std::vector<size_t>* rows)
      : table_(table), rows_(rows), batch_rows_(RowsPerBatch(table->columns.size())) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    const size_t count = std::min(batch_rows_, rows_->size() - next_);
    if (count == 0) return std::nullopt;
    const size_t* const begin = rows_->data() + next_;
    next_ += count;
    return TakeRows(*table_, begin, begin + count);
  }

 private:
  const Table* const table_;
  const std::vector<size_t>* const rows_;
  const size_t batch_rows_;
  size_t next_ = 0;
};

struct SortKey {
  size_t column;
  bool descending;
};

class SortStep : public Step {
 public:
  SortStep(StepContext context, const v1::Schema& schema, std::vector<SortKey> keys)
      : Step(std::move(context), schema), keys_(std::move(keys)) {}

  absl::Status Prepare(OpenInput open_input) override {
    constexpr int64_t kOrderBytes = 2 * sizeof(size_t);  // std::stable_sort takes as much again.
    RowCollector collector(&context(), kOrderBytes);
    SERIN_RETURN_IF_ERROR(
        ForEachBatch(open_input, [&](const Table& batch) { return collector.Append(batch); }));
    table_ = collector.Take();
    SortRows();
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput /*open_input*/) const override {
    return std::make_unique<OrderedStream>(&table_, &rows_);
  }

 private:
  void SortRows() {
    rows_.resize(table_.row_count());
    if (rows_.empty()) return;
    std::iota(rows_.begin(), rows_.end(), size_t{0});
    std::vector<KeyOrder> orders;
    for (const SortKey& key : keys_)
      orders.emplace_back(&table_.columns[key.column], key.descending);
    std::stable_sort(rows_.begin(), rows_.end(), [&](size_t a, size_t b) {
      for (const KeyOrder& order : orders) {
        if (const int compared = order.Compare(a, b); compared != 0) return compared < 0;
      }
      return false;
    });
  }

  const std::vector<SortKey> keys_;
  Table table_;
  std::vector<size_t> rows_;  // Of table_, sorted.
};

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeSort(const v1::TransformStep::Sort& step,
                                               StepContext context, const v1::Schema& schema) {
  if (step.keys().empty()) return context.Invalid("keys", "is required");
  std::vector<SortKey> keys;
  for (int i = 0; i < step.keys_size(); ++i) {
    const std::string field = absl::StrCat("keys[", i, "].column");
    SERIN_ASSIGN_OR_RETURN(const int column,
                           ColumnNamed(context, field, step.keys(i).column(), schema));
    const auto same = [&](const SortKey& key) { return key.column == static_cast<size_t>(column); };
    if (std::any_of(keys.begin(), keys.end(), same)) {
      return context.Invalid(field, "must not be the column of another key");
    }
    keys.push_back({static_cast<size_t>(column), step.keys(i).descending()});
  }
  return std::make_unique<SortStep>(std::move(context), schema, std::move(keys));
}

}  // namespace serin
