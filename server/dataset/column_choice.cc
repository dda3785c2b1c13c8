#include "server/dataset/column_choice.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

absl::StatusOr<int> ColumnIndex(const v1::DatasetVersion& version, int position,
                                const std::string& name, const std::vector<int>& chosen) {
  const std::string field = absl::StrCat("columns[", position, "]");
  const auto& columns = version.schema().columns();
  const auto column = std::find_if(columns.begin(), columns.end(),
                                   [&](const auto& column) { return column.name() == name; });
  if (column == columns.end()) {
    return InvalidField(field,
                        absl::StrCat(version.name(), " has no column ", QuoteForError(name)));
  }
  const int index = static_cast<int>(column - columns.begin());
  if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) return index;
  return InvalidField(field, absl::StrCat("must be named once only, is ", QuoteForError(name)));
}

}  // namespace

absl::StatusOr<std::vector<int>> ChooseColumns(
    const v1::DatasetVersion& version,
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<int> columns;
  if (names.empty()) {
    for (int i = 0; i < version.schema().columns_size(); ++i) columns.push_back(i);
  }
  for (int i = 0; i < names.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const int column, ColumnIndex(version, i, names[i], columns));
    columns.push_back(column);
  }
  return columns;
}

}  // namespace serin
