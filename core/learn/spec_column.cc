#include "core/learn/spec_column.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/learn/suggestion.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr size_t kMaxQuotedName = 64;

std::vector<std::string> NamesOf(const v1::Schema& schema) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& column : schema.columns()) names.push_back(column.name());
  return names;
}

absl::Status CheckFeature(const std::string& field, const std::string& name,
                          const std::string& target, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* column, ColumnNamed(field, name, schema));
  if (name == target) return InvalidField(field, absl::StrCat(QuotedName(name), " is the target"));
  if (column->type() != v1::COLUMN_TYPE_TEXT) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("column ", QuotedName(name),
                                          " is free text, which cannot be a feature; leave it "
                                          "out, or upload the dataset with type category for it"));
}

absl::Status CheckFeatures(const v1::TrainingSpec& spec, const v1::Schema& schema) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < spec.features_size(); ++i) {
    const std::string field = absl::StrCat("features[", i, "]");
    SERIN_RETURN_IF_ERROR(CheckFeature(field, spec.features(i), spec.target(), schema));
    if (!seen.insert(spec.features(i)).second) {
      return InvalidField(field, absl::StrCat("names ", QuotedName(spec.features(i)), " again"));
    }
  }
  return absl::OkStatus();
}

bool IsFeatureByDefault(const v1::ColumnSchema& column, const v1::TrainingSpec& spec) {
  return column.name() != spec.target() && column.name() != spec.evaluation().column() &&
         column.type() != v1::COLUMN_TYPE_TEXT;
}

}  // namespace

std::string QuotedName(absl::string_view name) { return QuoteForError(name, kMaxQuotedName); }

absl::StatusOr<const v1::ColumnSchema*> ColumnNamed(absl::string_view field,
                                                    const std::string& name,
                                                    const v1::Schema& schema) {
  const v1::ColumnSchema* column = FindColumn(schema, name);
  if (column != nullptr) return column;
  return InvalidField(field,
                      absl::StrCat("the dataset has no column ", QuotedName(name), "; it has ",
                                   ListColumnNames(schema), DidYouMean(name, NamesOf(schema))));
}

absl::Status ResolveFeatures(const v1::Schema& schema, v1::TrainingSpec* spec) {
  if (!spec->features().empty()) return CheckFeatures(*spec, schema);
  for (const v1::ColumnSchema& column : schema.columns()) {
    if (IsFeatureByDefault(column, *spec)) spec->add_features(column.name());
  }
  if (!spec->features().empty()) return absl::OkStatus();
  return InvalidField("features",
                      "there are none: the dataset has no column other than the target, text and "
                      "what the evaluation splits by");
}

}  // namespace serin
