#include "serin/values.h"

namespace serin {
namespace {

v1::Column NamedColumn(absl::string_view name) {
  v1::Column column;
  column.set_name(std::string(name));
  return column;
}

}  // namespace

v1::Row MakeRow(std::initializer_list<std::pair<absl::string_view, FeatureValue>> features) {
  v1::Row row;
  for (const auto& [name, feature] : features) {
    (*row.mutable_features())[std::string(name)] = feature.value();
  }
  return row;
}

v1::Column NumberColumn(absl::string_view name, const std::vector<double>& values) {
  v1::Column column = NamedColumn(name);
  column.mutable_numbers()->mutable_values()->Assign(values.begin(), values.end());
  return column;
}

v1::Column StringColumn(absl::string_view name, std::vector<std::string> values) {
  v1::Column column = NamedColumn(name);
  for (std::string& value : values) column.mutable_strings()->add_values(std::move(value));
  return column;
}

v1::Column BooleanColumn(absl::string_view name, const std::vector<bool>& values) {
  v1::Column column = NamedColumn(name);
  column.mutable_booleans()->mutable_values()->Assign(values.begin(), values.end());
  return column;
}

void SetHyperparameter(v1::TrainingSpec& spec, absl::string_view name, double value) {
  auto& fields = *spec.mutable_hyperparameters()->mutable_fields();
  fields[std::string(name)].set_number_value(value);
}

}  // namespace serin
