#include "server/predict/decode_columns.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/wire.h"
#include "server/predict/decode_rows.h"

namespace serin {
namespace {

using Columns = google::protobuf::RepeatedPtrField<v1::Column>;

std::string ColumnPath(int index) { return absl::StrCat("columns[", index, "]"); }

std::string Quoted(absl::string_view name) { return QuoteForError(name, kMaxColumnNameLength); }

// For each feature the column of the request that holds it.
absl::StatusOr<std::vector<int>> ArrangeByFeature(const Columns& columns,
                                                  const FeatureIndex& features) {
  constexpr int kAbsent = -1;
  std::vector<int> order(features.size(), kAbsent);
  for (int i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i].name();
    const auto feature = features.Find(name);
    if (!feature) {
      return InvalidField(ColumnPath(i),
                          absl::StrCat(Quoted(name), ": ", features.WhyUnknown(name)));
    }
    if (order[*feature] != kAbsent) {
      return InvalidField(ColumnPath(i), absl::StrCat(Quoted(name), " is given already, by ",
                                                      ColumnPath(order[*feature])));
    }
    order[*feature] = i;
  }
  for (size_t f = 0; f < order.size(); ++f) {
    if (order[f] != kAbsent) continue;
    return InvalidField("columns", absl::StrCat("must have one for each feature, lack ",
                                                Quoted(features[f].name())));
  }
  return order;
}

absl::StatusOr<size_t> CommonLength(const Columns& columns) {
  const size_t length = RowCountOf(columns[0]);
  if (length == 0 || length > kMaxPredictRows) {
    return InvalidField(ColumnPath(0),
                        absl::StrCat("must have 1 to ", kMaxPredictRows, " values, has ", length));
  }
  for (int i = 1; i < columns.size(); ++i) {
    if (RowCountOf(columns[i]) == length) continue;
    return InvalidField(ColumnPath(i),
                        absl::StrCat("must have ", length, " values as columns[0] has, has ",
                                     RowCountOf(columns[i])));
  }
  return length;
}

}  // namespace

absl::Status DecodeColumns(const Columns& columns, const FeatureIndex& features, Table* rows) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> order, ArrangeByFeature(columns, features));
  SERIN_ASSIGN_OR_RETURN(const size_t row_count, CommonLength(columns));
  for (size_t f = 0; f < features.size(); ++f) {
    const absl::Status appended = AppendWire(columns[order[f]], row_count, &rows->columns[f]);
    if (!appended.ok()) return PrefixField(ColumnPath(order[f]), appended);
  }
  return absl::OkStatus();
}

}  // namespace serin
