#include "core/table/schema.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr int kListedNames = 20;
constexpr size_t kListedBytes = 400;

std::string FieldOf(int column, absl::string_view field) {
  return absl::StrCat("columns[", column, "].", field);
}

absl::Status ValidateColumn(int index, const v1::ColumnSchema& column) {
  if (column.name().empty()) return InvalidField(FieldOf(index, "name"), "is required");
  if (column.name().size() > kMaxColumnNameLength) {
    return InvalidField(FieldOf(index, "name"),
                        absl::StrCat("must have at most ", kMaxColumnNameLength, " bytes, has ",
                                     column.name().size()));
  }
  if (v1::ColumnType_IsValid(column.type())) return absl::OkStatus();
  return InvalidField(FieldOf(index, "type"),
                      absl::StrCat("is no type of column: ", static_cast<int>(column.type())));
}

}  // namespace

v1::Schema SchemaOf(const Table& table) {
  v1::Schema schema;
  for (const ColumnData& column : table.columns) {
    v1::ColumnSchema* out = schema.add_columns();
    out->set_name(column.name);
    out->set_type(column.type);
  }
  return schema;
}

Table EmptyTable(const v1::Schema& schema) {
  Table table;
  for (const v1::ColumnSchema& column : schema.columns()) {
    ColumnData& out = table.columns.emplace_back();
    out.name = column.name();
    out.type = column.type();
  }
  return table;
}

const v1::ColumnSchema* FindColumn(const v1::Schema& schema, absl::string_view name) {
  const auto& columns = schema.columns();
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const auto& column) { return column.name() == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::string ListColumnNames(const v1::Schema& schema) {
  std::string list;
  int listed = 0;
  for (; listed < std::min(schema.columns_size(), kListedNames); ++listed) {
    const std::string& name = schema.columns(listed).name();
    if (list.size() + name.size() > kListedBytes) break;
    absl::StrAppend(&list, listed == 0 ? "" : ", ", name);
  }
  const int hidden = schema.columns_size() - listed;
  if (hidden > 0) absl::StrAppend(&list, " and ", hidden, " more");
  return list;
}

absl::string_view TypeName(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_NUMBER:
      return "number";
    case v1::COLUMN_TYPE_CATEGORY:
      return "category";
    case v1::COLUMN_TYPE_BOOLEAN:
      return "boolean";
    case v1::COLUMN_TYPE_TIMESTAMP:
      return "timestamp";
    case v1::COLUMN_TYPE_TEXT:
      return "text";
    case v1::COLUMN_TYPE_INTEGER:
      return "integer";
    default:
      return "unspecified";
  }
}

v1::Schema ModelSchemaOf(v1::Schema schema) {
  for (v1::ColumnSchema& column : *schema.mutable_columns()) {
    if (column.type() == v1::COLUMN_TYPE_INTEGER) column.set_type(v1::COLUMN_TYPE_NUMBER);
  }
  return schema;
}

absl::Status ValidateSchema(const v1::Schema& schema) {
  absl::flat_hash_map<absl::string_view, int> first_with;
  for (int i = 0; i < schema.columns_size(); ++i) {
    SERIN_RETURN_IF_ERROR(ValidateColumn(i, schema.columns(i)));
    const auto [other, inserted] = first_with.emplace(schema.columns(i).name(), i);
    if (inserted) continue;
    return InvalidField(FieldOf(i, "name"), absl::StrCat("must be unique, is '", other->first,
                                                         "' like columns[", other->second, "]"));
  }
  return absl::OkStatus();
}

}  // namespace serin
