#include "core/transform/step_context.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// Names have to be recognisable in an error.
std::string Quoted(absl::string_view name) { return QuoteForError(name, kMaxColumnNameLength); }

std::string Element(absl::string_view field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

int FindPosition(const v1::Schema& schema, absl::string_view name) {
  const v1::ColumnSchema* const column = FindColumn(schema, name);
  if (column == nullptr) return -1;
  const auto& columns = schema.columns();
  return static_cast<int>(std::find_if(columns.begin(), columns.end(),
                                       [&](const auto& other) { return &other == column; }) -
                          columns.begin());
}

}  // namespace

absl::Status StepContext::Invalid(absl::string_view step_field,
                                  absl::string_view description) const {
  return InvalidField(step_field.empty() ? field : absl::StrCat(field, ".", step_field),
                      description);
}

absl::Status StepContext::OverMemory() const {
  return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                        field, ": the rows that have to be in memory at once take more than ",
                        memory->limit() >> 20,
                        " MiB, the server's limit for a transformation; fewer columns or rows "
                        "before this step would do")),
                    "TRANSFORM_OVER_MEMORY");
}

absl::Status StepContext::RowsChanged() const {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        field,
                        ": other rows came than when they were counted; a filter before it "
                        "must not ask what time it is ('now')")),
                    "ROWS_CHANGED");
}

absl::StatusOr<int> ColumnNamed(const StepContext& context, absl::string_view step_field,
                                absl::string_view name, const v1::Schema& schema) {
  if (name.empty()) return context.Invalid(step_field, "is required");
  const int position = FindPosition(schema, name);
  if (position >= 0) return position;
  return context.Invalid(
      step_field, absl::StrCat("must be a column, is ", Quoted(name), "; at this step there are ",
                               ListColumnNames(schema)));
}

absl::StatusOr<std::vector<int>> ColumnsNamed(const StepContext& context,
                                              absl::string_view step_field,
                                              const ColumnNames& names, const v1::Schema& schema) {
  if (names.empty()) return context.Invalid(step_field, "is required");
  std::vector<int> positions;
  std::vector<bool> named(static_cast<size_t>(schema.columns_size()), false);
  for (int i = 0; i < names.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const int position,
                           ColumnNamed(context, Element(step_field, i), names[i], schema));
    if (named[static_cast<size_t>(position)]) {
      return context.Invalid(Element(step_field, i),
                             absl::StrCat("must be unique, is ", Quoted(names[i]), " again"));
    }
    named[static_cast<size_t>(position)] = true;
    positions.push_back(position);
  }
  return positions;
}

absl::StatusOr<std::vector<int>> ColumnsNamedOrAll(const StepContext& context,
                                                   absl::string_view step_field,
                                                   const ColumnNames& names,
                                                   const v1::Schema& schema) {
  if (!names.empty()) return ColumnsNamed(context, step_field, names, schema);
  std::vector<int> all(static_cast<size_t>(schema.columns_size()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

absl::StatusOr<std::vector<int>> NumericColumnsNamed(const StepContext& context,
                                                     absl::string_view step_field,
                                                     const ColumnNames& names,
                                                     const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> positions,
                         ColumnsNamed(context, step_field, names, schema));
  for (size_t i = 0; i < positions.size(); ++i) {
    SERIN_RETURN_IF_ERROR(CheckType(context, Element(step_field, static_cast<int>(i)),
                                    schema.columns(positions[i]),
                                    {v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_INTEGER}));
  }
  return positions;
}

absl::Status CheckType(const StepContext& context, absl::string_view step_field,
                       const v1::ColumnSchema& column, const std::vector<v1::ColumnType>& types) {
  if (std::find(types.begin(), types.end(), column.type()) != types.end()) return absl::OkStatus();
  const auto name_of = [](std::string* out, v1::ColumnType type) {
    absl::StrAppend(out, TypeName(type));
  };
  return context.Invalid(
      step_field, absl::StrCat("must name a column of type ", absl::StrJoin(types, " or ", name_of),
                               "; ", Quoted(column.name()), " is ", TypeName(column.type())));
}

absl::Status CheckNewName(const StepContext& context, absl::string_view step_field,
                          absl::string_view name, const v1::Schema& schema) {
  if (name.empty()) return context.Invalid(step_field, "is required");
  if (name.size() > kMaxColumnNameLength || !IsUtf8(name)) {
    return context.Invalid(
        step_field, absl::StrCat("must name columns in at most ", kMaxColumnNameLength,
                                 " bytes of UTF-8, has ", name.size(), ": ", QuoteForError(name)));
  }
  if (FindPosition(schema, name) < 0) return absl::OkStatus();
  return context.Invalid(step_field, absl::StrCat("must make columns of new names; ", Quoted(name),
                                                  " is a column already"));
}

}  // namespace serin
