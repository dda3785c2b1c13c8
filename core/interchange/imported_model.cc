#include "core/interchange/imported_model.h"

#include "absl/strings/str_cat.h"

namespace serin {

void AddNumber(absl::string_view name, internal::v1::Predictor* predictor) {
  v1::ColumnSchema& column = *predictor->mutable_features()->add_columns();
  column.set_name(std::string(name));
  column.set_type(v1::COLUMN_TYPE_NUMBER);
  predictor->mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
}

void NumberClasses(int count, internal::v1::Predictor* predictor) {
  predictor->clear_classes();
  for (int i = 0; i < count; ++i) predictor->add_classes(absl::StrCat(i));
}

}  // namespace serin
