#include "core/transform/join_step.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/transform/joined_rows.h"
#include "core/transform/row_key.h"

namespace serin {
namespace {

constexpr absl::string_view kDefaultSuffix = "_right";

// What a join is about, by position.
struct JoinColumns {
  std::vector<int> keys;          // Here.
  std::vector<int> other_keys;    // There, as many.
  std::vector<int> other_values;  // There, all others.
};

class JoinedStream : public BatchStream {
 public:
  JoinedStream(std::unique_ptr<BatchStream> input, const JoinedRows* other,
               const std::vector<int>* keys, const v1::Schema* schema, bool keep_all,
               const std::function<bool()>* cancelled)
      : input_(std::move(input)),
        other_(other),
        keys_(keys),
        schema_(schema),
        keep_all_(keep_all),
        cancelled_(cancelled),
        batch_rows_(RowsPerBatch(static_cast<size_t>(schema->columns_size()))) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    while (true) {
      // One batch of the input may make any number of batches.
      if ((*cancelled_)()) return absl::CancelledError("the caller has gone away");
      if (next_row_ == batch_.row_count()) {
        SERIN_ASSIGN_OR_RETURN(std::optional<Table> batch, input_->Next());
        if (!batch) return std::nullopt;
        Begin(*std::move(batch));
      }
      PairRows();
      if (!rows_.empty()) return TakePairs();
    }
  }

 private:
  void Begin(Table batch) {
    batch_ = std::move(batch);
    next_row_ = 0;
    RowKeys keys(batch_, *keys_);
    partner_.resize(batch_.row_count());
    for (size_t row = 0; row < partner_.size(); ++row) {
      const std::optional<RowKey> key = keys.OfComplete(row);
      partner_[row] = key ? other_->First(*key) : other_->none();
    }
    within_row_ = false;
  }

  // The next pairs of a row here and a row there.
  void PairRows() {
    for (; next_row_ < partner_.size(); ++next_row_, within_row_ = false) {
      size_t& partner = partner_[next_row_];
      if (partner == other_->none() && keep_all_ && !within_row_) Pair(partner);
      for (; partner != other_->none(); partner = other_->After(partner), within_row_ = true) {
        if (rows_.size() == batch_rows_) return;
        Pair(partner);
      }
      if (rows_.size() >= batch_rows_) {
        ++next_row_;
        within_row_ = false;
        return;
      }
    }
  }

  void Pair(size_t partner) {
    rows_.push_back(next_row_);
    partners_.push_back(partner);
  }

  Table TakePairs() {
    Table table = TakeRows(batch_, rows_.data(), rows_.data() + rows_.size());
    Table values =
        TakeRows(other_->values(), partners_.data(), partners_.data() + partners_.size());
    for (ColumnData& column : values.columns) {
      column.name = schema_->columns(static_cast<int>(table.columns.size())).name();
      table.columns.push_back(std::move(column));
    }
    rows_.clear();
    partners_.clear();
    return table;
  }

  const std::unique_ptr<BatchStream> input_;
  const JoinedRows* const other_;
  const std::vector<int>* const keys_;
  const v1::Schema* const schema_;
  const bool keep_all_;  // Rows without a partner too.
  const std::function<bool()>* const cancelled_;
  const size_t batch_rows_;

  Table batch_;
  std::vector<size_t> partner_;  // By row of batch_: the next one to pair it with.
  size_t next_row_ = 0;          // The row of batch_ to be paired next.
  bool within_row_ = false;      // It was paired already.
  std::vector<size_t> rows_;     // Paired, and with what.
  std::vector<size_t> partners_;
};

class JoinStep : public Step {
 public:
  JoinStep(StepContext context, v1::Schema schema, JoinColumns columns, bool keep_all,
           std::shared_ptr<const TableSource> other, std::function<bool()> cancelled)
      : Step(std::move(context), std::move(schema)),
        columns_(std::move(columns)),
        keep_all_(keep_all),
        other_(std::move(other)),
        cancelled_(std::move(cancelled)),
        rows_(&this->context()) {}

  absl::Status Prepare(OpenInput /*open_input*/) override {
    // Where the other table has no rows, its columns are to be there all the same.
    SERIN_RETURN_IF_ERROR(
        rows_.Add(EmptyTable(other_->schema()), columns_.other_keys, columns_.other_values));
    SERIN_RETURN_IF_ERROR(ForEachBatch([&] { return ReadAll(*other_, cancelled_); },
                                       [&](const Table& batch) {
                                         return rows_.Add(batch, columns_.other_keys,
                                                          columns_.other_values);
                                       }));
    rows_.Finish();
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput open_input) const override {
    SERIN_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> input, open_input());
    return std::make_unique<JoinedStream>(std::move(input), &rows_, &columns_.keys, &schema(),
                                          keep_all_, &cancelled_);
  }

 private:
  const JoinColumns columns_;
  const bool keep_all_;
  const std::shared_ptr<const TableSource> other_;
  const std::function<bool()> cancelled_;
  JoinedRows rows_;
};

// What values are compared as: numbers and integers with each other, categories and text too.
v1::ColumnType ComparedAs(v1::ColumnType type) {
  if (type == v1::COLUMN_TYPE_INTEGER) return v1::COLUMN_TYPE_NUMBER;
  return type == v1::COLUMN_TYPE_TEXT ? v1::COLUMN_TYPE_CATEGORY : type;
}

absl::Status CheckComparable(const StepContext& context, int index, const v1::ColumnSchema& key,
                             const v1::ColumnSchema& other) {
  if (ComparedAs(key.type()) == ComparedAs(other.type())) return absl::OkStatus();
  return context.Invalid(absl::StrCat("keys[", index, "]"),
                         absl::StrCat("must have the type of the other dataset's key, which is ",
                                      TypeName(other.type()), "; is ", TypeName(key.type())));
}

absl::StatusOr<JoinColumns> FindColumns(const v1::TransformStep::Join& step,
                                        const StepContext& context, const v1::Schema& schema,
                                        const v1::Schema& other) {
  JoinColumns columns;
  const bool same_names = step.other_keys().empty();
  SERIN_ASSIGN_OR_RETURN(columns.keys, ColumnsNamed(context, "keys", step.keys(), schema));
  if (!same_names && step.other_keys_size() != step.keys_size()) {
    return context.Invalid("other_keys", absl::StrCat("must be as many as keys, ", step.keys_size(),
                                                      ", or none; are ", step.other_keys_size()));
  }
  SERIN_ASSIGN_OR_RETURN(columns.other_keys,
                         same_names
                             ? ColumnsNamed(context, "keys", step.keys(), other)
                             : ColumnsNamed(context, "other_keys", step.other_keys(), other));
  for (int i = 0; i < step.keys_size(); ++i) {
    SERIN_RETURN_IF_ERROR(CheckComparable(context, i, schema.columns(columns.keys[i]),
                                          other.columns(columns.other_keys[i])));
  }
  for (int i = 0; i < other.columns_size(); ++i) {
    const auto& keys = columns.other_keys;
    if (std::find(keys.begin(), keys.end(), i) == keys.end()) columns.other_values.push_back(i);
  }
  return columns;
}

absl::StatusOr<v1::Schema> JoinedSchema(const v1::TransformStep::Join& step,
                                        const StepContext& context, v1::Schema schema,
                                        const v1::Schema& other, const JoinColumns& columns) {
  const std::string suffix = step.suffix().empty() ? std::string(kDefaultSuffix) : step.suffix();
  for (const int index : columns.other_values) {
    v1::ColumnSchema column = other.columns(index);
    if (FindColumn(schema, column.name()) != nullptr) column.set_name(column.name() + suffix);
    SERIN_RETURN_IF_ERROR(CheckNewName(context, "suffix", column.name(), schema));
    *schema.add_columns() = std::move(column);
  }
  return schema;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeJoin(const v1::TransformStep::Join& step,
                                               StepContext context, const v1::Schema& schema,
                                               std::shared_ptr<const TableSource> other,
                                               std::function<bool()> cancelled) {
  if (step.kind() != v1::TransformStep::Join::KIND_INNER &&
      step.kind() != v1::TransformStep::Join::KIND_LEFT) {
    return context.Invalid("kind", "must be KIND_INNER or KIND_LEFT");
  }
  SERIN_ASSIGN_OR_RETURN(JoinColumns columns, FindColumns(step, context, schema, other->schema()));
  SERIN_ASSIGN_OR_RETURN(v1::Schema joined,
                         JoinedSchema(step, context, schema, other->schema(), columns));
  const bool keep_all = step.kind() == v1::TransformStep::Join::KIND_LEFT;
  return std::make_unique<JoinStep>(std::move(context), std::move(joined), std::move(columns),
                                    keep_all, std::move(other), std::move(cancelled));
}

}  // namespace serin
