#include "core/interchange/import_names.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/category_codes.h"

namespace serin {
namespace {

constexpr absl::string_view kDefaultTarget = "prediction";

std::string Field(absl::string_view list, int index, absl::string_view field) {
  return absl::StrCat(list, "[", index, "].", field);
}

using Names = absl::flat_hash_set<std::string>;

// The features whose categories the caller lists.
Names NamesWithCategories(const v1::ImportSpec& spec) {
  Names names;
  for (const v1::FeatureCategories& categories : spec.categories()) {
    names.insert(categories.feature());
  }
  return names;
}

// The type that a feature gets, which the file has as `of_file`.
absl::StatusOr<v1::ColumnType> TypeOf(const v1::ColumnSchema& wanted, int index,
                                      const Names& with_categories, v1::ColumnType of_file) {
  switch (wanted.type()) {
    case v1::COLUMN_TYPE_UNSPECIFIED:
      return of_file;
    case v1::COLUMN_TYPE_INTEGER:
    case v1::COLUMN_TYPE_NUMBER:
    case v1::COLUMN_TYPE_BOOLEAN:
    case v1::COLUMN_TYPE_TIMESTAMP:
      if (of_file == v1::COLUMN_TYPE_CATEGORY) break;
      return wanted.type() == v1::COLUMN_TYPE_INTEGER ? v1::COLUMN_TYPE_NUMBER : wanted.type();
    case v1::COLUMN_TYPE_CATEGORY:
      if (of_file == v1::COLUMN_TYPE_CATEGORY) return of_file;
      if (with_categories.contains(wanted.name())) return of_file;
      return InvalidField(Field("features.columns", index, "type"),
                          "is CATEGORY, of which the model takes codes: `categories` must list "
                          "them, in order of their codes");
    default:
      break;
  }
  return InvalidField(
      Field("features.columns", index, "type"),
      absl::StrCat("is ", v1::ColumnType_Name(wanted.type()), "; the model takes a ",
                   of_file == v1::COLUMN_TYPE_CATEGORY ? "category" : "number, or its code"));
}

absl::Status NameFeatures(const v1::ImportSpec& spec, v1::Schema* features) {
  if (!spec.has_features()) return absl::OkStatus();
  const int count = features->columns_size();
  if (spec.features().columns_size() != count) {
    return InvalidField("features",
                        absl::StrCat("must name the ", count, " features of the model, names ",
                                     spec.features().columns_size()));
  }
  const Names with_categories = NamesWithCategories(spec);
  for (int i = 0; i < count; ++i) {
    v1::ColumnSchema& column = *features->mutable_columns(i);
    const v1::ColumnSchema& wanted = spec.features().columns(i);
    SERIN_ASSIGN_OR_RETURN(const v1::ColumnType type,
                           TypeOf(wanted, i, with_categories, column.type()));
    column.set_name(wanted.name());
    column.set_type(type);
  }
  return absl::OkStatus();
}

absl::Status ApplyCategories(const v1::ImportSpec& spec, internal::v1::Predictor* predictor) {
  const auto& columns = predictor->features().columns();
  // Those whose categories are not used yet.
  absl::flat_hash_map<std::string, int> indexes;
  for (int i = 0; i < columns.size(); ++i) indexes.emplace(columns[i].name(), i);
  SERIN_RETURN_IF_ERROR(CheckCategoryWork(spec.categories_size(), predictor->trees()));
  for (int i = 0; i < spec.categories_size(); ++i) {
    const v1::FeatureCategories& wanted = spec.categories(i);
    const auto index = indexes.find(wanted.feature());
    if (index == indexes.end()) {
      return InvalidField(
          Field("categories", i, "feature"),
          absl::StrCat("must be a feature, each once, is ", QuoteForError(wanted.feature())));
    }
    if (columns[index->second].type() == v1::COLUMN_TYPE_CATEGORY) {
      return InvalidField(
          Field("categories", i, "feature"),
          absl::StrCat("the file has the categories of ", QuoteForError(wanted.feature())));
    }
    const std::vector<std::string> categories(wanted.categories().begin(),
                                              wanted.categories().end());
    SERIN_RETURN_IF_ERROR(PrefixField(absl::StrCat("categories[", i, "]"),
                                      UseCategories(index->second, categories, predictor)));
    indexes.erase(index);
  }
  return absl::OkStatus();
}

absl::Status NameClasses(const v1::ImportSpec& spec, internal::v1::Predictor* predictor) {
  if (spec.classes().empty()) return absl::OkStatus();
  if (predictor->task() == v1::TASK_REGRESSION) {
    return InvalidField("classes", "must be empty: the model is a regression");
  }
  if (spec.classes_size() != predictor->classes_size()) {
    return InvalidField("classes",
                        absl::StrCat("must name the ", predictor->classes_size(),
                                     " classes of the model, names ", spec.classes_size()));
  }
  *predictor->mutable_classes() = spec.classes();
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyNames(const v1::ImportSpec& spec, internal::v1::Predictor* predictor) {
  SERIN_RETURN_IF_ERROR(NameFeatures(spec, predictor->mutable_features()));
  SERIN_RETURN_IF_ERROR(ApplyCategories(spec, predictor));
  SERIN_RETURN_IF_ERROR(NameClasses(spec, predictor));
  v1::ColumnSchema& target = *predictor->mutable_target();
  target.set_name(spec.target().empty() ? std::string(kDefaultTarget) : spec.target());
  target.set_type(predictor->task() == v1::TASK_REGRESSION ? v1::COLUMN_TYPE_NUMBER
                                                           : v1::COLUMN_TYPE_CATEGORY);
  return absl::OkStatus();
}

}  // namespace serin
