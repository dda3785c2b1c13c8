#include "core/query/row_filter.h"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/query/chunk.h"
#include "core/query/connection.h"

namespace serin {
namespace {

constexpr char kTableName[] = "rows";

// Whatever table the pointer points to at the time.
class CurrentBatch : public ChunkedTable {
 public:
  CurrentBatch(v1::Schema schema, const Table* const* batch)
      : schema_(std::move(schema)), batch_(batch) {}

  const v1::Schema& schema() const override { return schema_; }
  int64_t row_count() const override { return 64 << 10; }  // About; for SQLite's planner.

  bool changes() const override { return true; }

  absl::StatusOr<std::unique_ptr<ChunkReader>> Read(ReadPlan) const override {
    return std::make_unique<Reader>(**batch_);
  }

 private:
  class Reader : public ChunkReader {
   public:
    explicit Reader(const Table& table) {
      chunk_.row_count = static_cast<int64_t>(table.row_count());
      for (const ColumnData& column : table.columns) chunk_.columns.push_back(&column);
    }

    absl::StatusOr<const Chunk*> Next() override {
      if (done_ || chunk_.row_count == 0) return nullptr;
      done_ = true;
      return &chunk_;
    }

   private:
    Chunk chunk_;
    bool done_ = false;
  };

  const v1::Schema schema_;
  const Table* const* const batch_;
};

}  // namespace

class RowFilter::Impl {
 public:
  explicit Impl(std::function<bool()> cancelled)
      : context_{.memory = MemoryAccount(std::numeric_limits<int64_t>::max()),
                 .check = [cancelled = std::move(cancelled)] { return CheckCancelled(cancelled); },
                 .repeatable = true} {}

  // The expression stands alone: what closes a bracket that it did not open would not be one in
  // both of these places.
  absl::Status Compile(absl::string_view expression, const v1::Schema& schema) {
    const MemoryScope scope(&context_.memory);
    SERIN_ASSIGN_OR_RETURN(connection_, Connection::Open(&context_));
    SERIN_RETURN_IF_ERROR(
        connection_->AddTable(kTableName, std::make_unique<CurrentBatch>(schema, &batch_)));
    const std::string opening = "select rowid from rows where (";
    SERIN_RETURN_IF_ERROR(connection_->Prepare(absl::StrCat(opening, expression, "\n)")).status());
    SERIN_RETURN_IF_ERROR(
        connection_
            ->Prepare(absl::StrCat("select 1 from rows where ifnull((", expression, "\n), 0)"))
            .status());
    SERIN_ASSIGN_OR_RETURN(statement_,
                           connection_->Prepare(absl::StrCat(opening, expression, "\n)")));
    return CheckExpression();
  }

  absl::StatusOr<std::vector<uint32_t>> Select(const Table& batch) {
    const MemoryScope scope(&context_.memory);
    batch_ = &batch;
    context_.error = absl::OkStatus();
    std::vector<uint32_t> rows;
    absl::Status status = ReadRows(rows);
    sqlite3_reset(statement_.get());
    batch_ = nullptr;
    if (!status.ok()) return status;
    // With `or`, SQLite may scan once for each side and visit what only the second one finds last.
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  ~Impl() {
    const MemoryScope scope(&context_.memory);
    statement_ = nullptr;
    connection_ = nullptr;
  }

 private:
  static absl::Status CheckCancelled(const std::function<bool()>& cancelled) {
    return cancelled() ? absl::CancelledError("the caller has gone away") : absl::OkStatus();
  }

  absl::Status CheckExpression() const {
    if (connection_->selects() > 1) {
      return absl::InvalidArgumentError("must be an expression over columns, without a select");
    }
    if (sqlite3_bind_parameter_count(statement_.get()) > 0) {
      return absl::InvalidArgumentError("must be an expression over columns, without parameters");
    }
    return absl::OkStatus();
  }

  absl::Status ReadRows(std::vector<uint32_t>& rows) {
    while (true) {
      SERIN_ASSIGN_OR_RETURN(const bool has_row, connection_->Step(statement_.get()));
      if (!has_row) return absl::OkStatus();
      rows.push_back(static_cast<uint32_t>(sqlite3_column_int64(statement_.get(), 0)));
    }
  }

  ScanContext context_;
  const Table* batch_ = nullptr;
  std::unique_ptr<Connection> connection_;
  Statement statement_;
};

RowFilter::RowFilter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RowFilter::~RowFilter() = default;

absl::StatusOr<std::unique_ptr<RowFilter>> RowFilter::Compile(absl::string_view expression,
                                                              const v1::Schema& schema,
                                                              std::function<bool()> cancelled) {
  auto impl = std::make_unique<Impl>(std::move(cancelled));
  SERIN_RETURN_IF_ERROR(impl->Compile(expression, schema));
  return std::unique_ptr<RowFilter>(new RowFilter(std::move(impl)));
}

absl::StatusOr<std::vector<uint32_t>> RowFilter::Select(const Table& batch) {
  return impl_->Select(batch);
}

}  // namespace serin
