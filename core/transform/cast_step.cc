#include "core/transform/cast_step.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/transform/cell_parser.h"

namespace serin {
namespace {

class CastStep : public MappingStep {
 public:
  CastStep(StepContext context, v1::Schema schema, int column, bool missing_on_error)
      : MappingStep(std::move(context), std::move(schema)),
        column_(column),
        missing_on_error_(missing_on_error) {}

  absl::Status Map(int64_t first_row, Table* batch) const override {
    ColumnData& from = batch->columns[static_cast<size_t>(column_)];
    const v1::ColumnType type = schema().columns(column_).type();
    if (from.type == type) return absl::OkStatus();
    CellParser to(from.name, type);
    for (size_t row = 0; row < from.size(); ++row) {
      if (to.Append(from, row)) continue;
      if (!missing_on_error_) return NoValue(first_row + static_cast<int64_t>(row), from, row);
      to.AppendMissing();
    }
    from = std::move(to).Finish();
    return absl::OkStatus();
  }

 private:
  absl::Status NoValue(int64_t row, const ColumnData& from, size_t row_in_batch) const {
    return context().Invalid(
        "column", absl::StrCat("must hold values that can be read as ",
                               TypeName(schema().columns(column_).type()), "; row ", row, " of ",
                               QuoteForError(from.name, kMaxColumnNameLength), " is ",
                               QuoteForError(FormatValue(from, row_in_batch))));
  }

  const int column_;
  const bool missing_on_error_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeCast(const v1::TransformStep::Cast& step,
                                               StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const int column, ColumnNamed(context, "column", step.column(), schema));
  if (step.type() == v1::COLUMN_TYPE_UNSPECIFIED) return context.Invalid("type", "is required");
  if (!v1::ColumnType_IsValid(step.type())) {
    return context.Invalid("type",
                           absl::StrCat("is no type of column: ", static_cast<int>(step.type())));
  }
  if (!v1::TransformStep::Cast::OnError_IsValid(step.on_error())) {
    return context.Invalid("on_error", absl::StrCat("must be one of FAIL and MISSING, is ",
                                                    static_cast<int>(step.on_error())));
  }
  v1::Schema cast = schema;
  cast.mutable_columns(column)->set_type(step.type());
  const bool missing = step.on_error() == v1::TransformStep::Cast::ON_ERROR_MISSING;
  return std::make_unique<CastStep>(std::move(context), std::move(cast), column, missing);
}

}  // namespace serin
