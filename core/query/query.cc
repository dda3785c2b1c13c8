#include "core/query/query.h"

#include <sqlite3.h>

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/query/answer_column.h"
#include "core/query/connection.h"
#include "core/query/virtual_table.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr int kMaxTables = 64;  // As many as SQLite joins.
constexpr int64_t kRowsThatSayTheType = 1000;
constexpr int64_t kMaxBatchRows = 8192;
constexpr int64_t kMaxBatchBytes = 1 << 20;
constexpr int64_t kMaxRowBytes = 2 << 20;

// An error of SQLite about the statement, as one of the request's field.
absl::Status InSql(const absl::Status& error) {
  if (!absl::IsInvalidArgument(error) || !ReasonOf(error).empty()) return error;
  return InvalidField("sql", error.message());
}

int Bind(sqlite3_stmt* statement, int number, const QueryParameterValue& value) {
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return sqlite3_bind_int64(statement, number, *integer);
  }
  if (const auto* const real = std::get_if<double>(&value)) {
    return sqlite3_bind_double(statement, number, *real);
  }
  if (const auto* const text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, number, text->data(), text->size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, number);
}

}  // namespace

class Query::Impl {
 public:
  Impl(QueryStatement statement, const QueryLimits& limits, QueryEnvironment environment)
      : sql_(std::move(statement)),
        limits_(limits),
        environment_(std::move(environment)),
        context_{.memory = MemoryAccount(limits.max_bytes), .check = [this] { return Check(); }} {}

  ~Impl() {
    const MemoryScope scope(&context_.memory);
    statement_ = nullptr;
    connection_ = nullptr;
  }

  absl::Status Start() {
    const Stretch stretch(this);
    return InSql(Prepare());
  }

  absl::StatusOr<const TableBatch*> Next() {
    const Stretch stretch(this);
    if (columns_.empty()) MakeColumns();
    if (const absl::Status status = ReadBatch(); !status.ok()) return InSql(status);
    return batch_.row_count == 0 ? nullptr : &batch_;
  }

  const v1::Schema& schema() const { return schema_; }

 private:
  // While the query works: its memory is counted, and its time.
  class Stretch {
   public:
    explicit Stretch(Impl* query) : query_(query), scope_(&query->context_.memory) {
      query->work_began_ = query->environment_.clock->Now();
    }
    ~Stretch() { query_->worked_ += query_->environment_.clock->Now() - query_->work_began_; }

   private:
    Impl* const query_;
    const MemoryScope scope_;
  };

  absl::Status Check() const {
    if (environment_.cancelled && environment_.cancelled()) {
      return absl::CancelledError("the query was cancelled");
    }
    if (worked_ + (environment_.clock->Now() - work_began_) <= limits_.max_time) {
      return absl::OkStatus();
    }
    return absl::ResourceExhaustedError(absl::StrCat("a query may take ",
                                                     absl::FormatDuration(limits_.max_time),
                                                     ", and this one needs longer"));
  }

  absl::Status Prepare() {
    SERIN_RETURN_IF_ERROR(Check());
    SERIN_ASSIGN_OR_RETURN(connection_, Connection::Open(&context_));
    SERIN_RETURN_IF_ERROR(FindTables());
    return BindParameters();
  }

  // Tables are looked for as SQLite misses them: only it knows which names are tables.
  absl::Status FindTables() {
    absl::flat_hash_set<std::string> found;
    while (true) {
      absl::StatusOr<Statement> statement = connection_->Prepare(sql_.sql);
      if (statement.ok()) {
        statement_ = *std::move(statement);
        return absl::OkStatus();
      }
      const std::optional<std::string> missing = connection_->missing_table();
      if (!missing || !found.insert(*missing).second) return statement.status();
      if (found.size() > kMaxTables) {
        return absl::InvalidArgumentError(
            absl::StrCat("a statement may read ", kMaxTables, " tables, this one has more"));
      }
      SERIN_ASSIGN_OR_RETURN(std::shared_ptr<const TableSource> source,
                             environment_.find_table(*missing));
      SERIN_RETURN_IF_ERROR(connection_->AddTable(*missing, MakeChunkedTable(std::move(source))));
    }
  }

  absl::Status BindParameters() {
    const int wanted = sqlite3_bind_parameter_count(statement_.get());
    if (wanted != static_cast<int>(sql_.parameters.size())) {
      return InvalidField("parameters", absl::StrCat("must be as many as the statement has, ",
                                                     wanted, ", are ", sql_.parameters.size()));
    }
    for (int i = 0; i < wanted; ++i) {
      if (Bind(statement_.get(), i + 1, sql_.parameters[i]) != SQLITE_OK) {
        return InvalidField(absl::StrCat("parameters[", i, "]"), "is longer than a value may be");
      }
    }
    return absl::OkStatus();
  }

  void MakeColumns() {
    absl::flat_hash_set<std::string> taken;
    const int count = sqlite3_column_count(statement_.get());
    for (int i = 0; i < count; ++i) {
      columns_.emplace_back(UniqueName(i, taken),
                            TypeOfDeclaration(sqlite3_column_decltype(statement_.get(), i)));
    }
  }

  std::string UniqueName(int index, absl::flat_hash_set<std::string>& taken) const {
    const char* const given = sqlite3_column_name(statement_.get(), index);
    std::string base = given == nullptr || *given == 0 ? absl::StrCat("column", index + 1) : given;
    if (base.size() > kMaxColumnNameLength - 8)
      base.resize(Utf8Prefix(base, kMaxColumnNameLength - 8).size());
    std::string name = base;
    for (int i = 2; !taken.insert(name).second; ++i) name = absl::StrCat(base, "_", i);
    return name;
  }

  absl::Status ReadBatch() {
    batch_ = TableBatch{.first_row = rows_};
    while (!done_ && !IsFull()) {
      SERIN_ASSIGN_OR_RETURN(const bool has_row, connection_->Step(statement_.get()));
      done_ = !has_row;
      if (has_row) SERIN_RETURN_IF_ERROR(ReadRow());
    }
    batch_.row_count = rows_ - batch_.first_row;
    if (schema_.columns().empty()) MakeSchema();
    for (AnswerColumn& column : columns_) batch_.table.columns.push_back(column.Take());
    return absl::OkStatus();
  }

  bool IsFull() const {
    return rows_ - batch_.first_row >= kMaxBatchRows || BatchBytes() >= kMaxBatchBytes;
  }

  int64_t BatchBytes() const {
    int64_t bytes = 0;
    for (const AnswerColumn& column : columns_) bytes += column.bytes();
    return bytes;
  }

  absl::Status ReadRow() {
    if (rows_ == limits_.max_rows) {
      return absl::ResourceExhaustedError(
          absl::StrCat("an answer may have ", limits_.max_rows,
                       " rows, and this one has more; `limit` cuts it"));
    }
    int64_t bytes = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      // Before the next value is copied: many columns may be the same large one.
      const int64_t before = columns_[i].bytes();
      SERIN_RETURN_IF_ERROR(columns_[i].Append(statement_.get(), static_cast<int>(i), rows_));
      bytes += columns_[i].bytes() - before;
      if (bytes > kMaxRowBytes) return TooLongARow();
    }
    ++rows_;
    if (rows_ == kRowsThatSayTheType && schema_.columns().empty()) MakeSchema();
    return absl::OkStatus();
  }

  absl::Status TooLongARow() const {
    return absl::ResourceExhaustedError(absl::StrCat("row ", rows_,
                                                     " of the answer is longer than ", kMaxRowBytes,
                                                     " bytes; select fewer of its columns"));
  }

  void MakeSchema() {
    for (AnswerColumn& column : columns_) {
      column.ChooseType();
      v1::ColumnSchema& added = *schema_.add_columns();
      added.set_name(column.name());
      added.set_type(column.type());
    }
  }

  const QueryStatement sql_;
  const QueryLimits limits_;
  const QueryEnvironment environment_;
  absl::Time work_began_;
  absl::Duration worked_;
  ScanContext context_;
  std::unique_ptr<Connection> connection_;
  Statement statement_;

  std::vector<AnswerColumn> columns_;
  v1::Schema schema_;
  int64_t rows_ = 0;
  bool done_ = false;
  TableBatch batch_;
};

Query::Query(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Query::~Query() = default;

absl::StatusOr<std::unique_ptr<Query>> Query::Start(QueryStatement statement,
                                                    const QueryLimits& limits,
                                                    QueryEnvironment environment) {
  auto impl = std::make_unique<Impl>(std::move(statement), limits, std::move(environment));
  SERIN_RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<Query>(new Query(std::move(impl)));
}

absl::StatusOr<const TableBatch*> Query::Next() { return impl_->Next(); }

const v1::Schema& Query::schema() const { return impl_->schema(); }

}  // namespace serin
