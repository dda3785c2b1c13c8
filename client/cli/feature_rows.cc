#include "client/cli/feature_rows.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/flags.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/ingest/read_table.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/table/wire.h"
#include "google/protobuf/util/json_util.h"

namespace serin {
namespace {

using google::protobuf::Value;

// The version with the greatest weight, or the newest where none has any.
int32_t MainVersion(const v1::Model& model) {
  int32_t version = model.latest_version();
  int32_t weight = 0;
  for (const v1::TrafficWeight& share : model.traffic()) {
    if (share.weight() <= weight) continue;
    version = share.version();
    weight = share.weight();
  }
  return version;
}

absl::Status NotA(absl::string_view type, absl::string_view assignment) {
  return absl::InvalidArgumentError(absl::StrCat("'", assignment, "': the feature takes a ", type));
}

absl::StatusOr<Value> ValueOf(absl::string_view text, v1::ColumnType type,
                              absl::string_view assignment) {
  Value value;
  if (IsMissing(text)) {
    value.set_null_value(google::protobuf::NULL_VALUE);
  } else if (type == v1::COLUMN_TYPE_NUMBER) {
    const auto number = ParseNumber(text);
    if (!number) return NotA("number", assignment);
    value.set_number_value(*number);
  } else if (type == v1::COLUMN_TYPE_BOOLEAN) {
    const auto flag = ParseBoolean(text);
    if (!flag) return NotA("truth value: true or false", assignment);
    value.set_bool_value(*flag);
  } else {
    value.set_string_value(std::string(text));
  }
  return value;
}

// The parser's message is between its code and, in lines of their own, the text and an arrow.
std::string NotJson(absl::string_view error) {
  absl::ConsumePrefix(&error, "INVALID_ARGUMENT:");
  return absl::StrCat("--json: is no JSON: ", error.substr(0, error.find('\n')));
}

v1::Row RowOf(google::protobuf::Struct object) {
  v1::Row row;
  row.mutable_features()->swap(*object.mutable_fields());
  return row;
}

absl::StatusOr<std::string> ReadAll(std::istream& file) {
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return absl::DataLossError("the input cannot be read to its end");
  return text.str();
}

absl::Status CheckNoExtras(const Table& table, const v1::Schema& features) {
  for (const ColumnData& column : table.columns) {
    if (FindColumn(features, column.name) != nullptr) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("column '", column.name,
                     "' is no feature of the model; --ignore-extra leaves such columns out"));
  }
  return absl::OkStatus();
}

void DropExtras(const v1::Schema& features, Table* table) {
  std::erase_if(table->columns, [&](const ColumnData& column) {
    return FindColumn(features, column.name) == nullptr;
  });
}

absl::Status AppendBatch(const v1::ReadRowsResponse& batch, Table* table) {
  for (int i = 0; i < batch.columns_size(); ++i) {
    SERIN_RETURN_IF_ERROR(AppendWire(batch.columns(i), batch.row_count(), &table->columns[i]));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ModelVersion> VersionToAsk(const Client& client, const std::string& model) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("MODEL", model));
  if (ref.names_version()) return client.GetModelVersion(model);
  SERIN_ASSIGN_OR_RETURN(const v1::Model known, client.GetModel(model));
  return client.GetModelVersion(ModelVersionName(ref.id, MainVersion(known)));
}

absl::StatusOr<v1::Row> RowFromAssignments(const std::vector<std::string>& assignments,
                                           const v1::Schema& features) {
  v1::Row row;
  for (const std::string& assignment : assignments) {
    SERIN_ASSIGN_OR_RETURN(const auto parts, ParseAssignment(assignment));
    const v1::ColumnSchema* feature = FindColumn(features, parts.first);
    const v1::ColumnType type = feature == nullptr ? v1::COLUMN_TYPE_CATEGORY : feature->type();
    SERIN_ASSIGN_OR_RETURN((*row.mutable_features())[parts.first],
                           ValueOf(TrimValue(parts.second), type, assignment));
  }
  return row;
}

absl::StatusOr<std::vector<v1::Row>> RowsFromJson(absl::string_view text) {
  Value parsed;
  const auto status =
      google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, &parsed);
  if (!status.ok()) return absl::InvalidArgumentError(NotJson(status.ToString()));
  if (parsed.has_struct_value()) return std::vector<v1::Row>{RowOf(parsed.struct_value())};
  std::vector<v1::Row> rows;
  for (const Value& element : parsed.list_value().values()) {
    if (!element.has_struct_value()) break;
    rows.push_back(RowOf(element.struct_value()));
  }
  const bool all_objects =
      !rows.empty() && rows.size() == static_cast<size_t>(parsed.list_value().values_size());
  if (all_objects) return rows;
  return absl::InvalidArgumentError(
      "--json: must be an object with the features of a row, or an array of such objects");
}

absl::StatusOr<Table> FeaturesFromCsv(std::istream& file, const v1::Schema& features,
                                      bool ignore_extra) {
  SERIN_ASSIGN_OR_RETURN(const std::string text, ReadAll(file));
  IngestOptions options;
  options.format.set_kind(v1::FileFormat::KIND_CSV);
  SERIN_ASSIGN_OR_RETURN(Table table, ReadTable(text, options, features));
  if (!ignore_extra) SERIN_RETURN_IF_ERROR(CheckNoExtras(table, features));
  DropExtras(features, &table);
  return table;
}

absl::StatusOr<Table> FeaturesFromDataset(const Client& client, const std::string& dataset,
                                          const v1::Schema& features, int64_t limit) {
  ReadRowsOptions options{.limit = limit};
  for (const v1::ColumnSchema& feature : features.columns()) {
    options.columns.push_back(feature.name());
  }
  Table table = EmptyTable(features);
  absl::Status appended;
  SERIN_RETURN_IF_ERROR(client.ReadRows(dataset, options, [&](const v1::ReadRowsResponse& batch) {
    appended = AppendBatch(batch, &table);
    return appended.ok();
  }));
  SERIN_RETURN_IF_ERROR(appended);
  return table;
}

v1::PredictRequest RequestFor(const std::string& model, const Table& rows, size_t begin,
                              size_t end) {
  v1::PredictRequest request;
  request.set_model(model);
  for (const ColumnData& column : rows.columns) {
    *request.add_columns() = ToWire(column, begin, end);
  }
  return request;
}

}  // namespace serin
