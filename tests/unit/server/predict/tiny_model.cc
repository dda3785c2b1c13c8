#include "tests/unit/server/predict/tiny_model.h"

#include "core/bundle/bundle.h"
#include "core/engine/predictor.h"
#include "core/table/table.h"

namespace serin {
namespace {

void AddColumn(v1::Schema& schema, const char* name, v1::ColumnType type) {
  auto* column = schema.add_columns();
  column->set_name(name);
  column->set_type(type);
}

internal::v1::Predictor Linear(double bias) {
  internal::v1::Predictor model;
  AddColumn(*model.mutable_features(), "width", v1::COLUMN_TYPE_NUMBER);
  AddColumn(*model.mutable_features(), "color", v1::COLUMN_TYPE_CATEGORY);
  auto* numeric = model.mutable_pipeline()->add_columns()->mutable_numeric();
  numeric->set_fill(0);
  numeric->set_scale(1);
  auto* one_hot = model.mutable_pipeline()->add_columns()->mutable_one_hot();
  one_hot->add_categories("blue");
  one_hot->add_categories("red");
  for (const double weight : {1, 0, 1}) model.mutable_linear()->add_weights(weight);
  model.mutable_linear()->add_intercepts(bias);
  model.mutable_target()->set_name("size");
  return model;
}

// With one golden row: width 2, color red.
internal::v1::Bundle Bundled(internal::v1::Predictor model) {
  internal::v1::Bundle bundle;
  *bundle.mutable_predictor() = model;
  auto* width = bundle.mutable_golden_rows()->add_columns();
  width->set_name("width");
  width->mutable_numbers()->add_values(2);
  auto* color = bundle.mutable_golden_rows()->add_columns();
  color->set_name("color");
  color->mutable_strings()->add_values("red");

  Table rows;
  rows.columns.push_back({.name = "width", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {2}});
  rows.columns.push_back(
      {.name = "color", .type = v1::COLUMN_TYPE_CATEGORY, .codes = {0}, .dictionary = {"red"}});
  const Scores scores = (*Predictor::Create(model))->Score(rows).value();
  bundle.mutable_golden_rows()->mutable_outputs()->Add(scores.values.begin(), scores.values.end());
  return bundle;
}

}  // namespace

internal::v1::Bundle TinyClassifier(double bias) {
  internal::v1::Predictor model = Linear(bias);
  model.set_task(v1::TASK_CLASSIFICATION);
  model.mutable_target()->set_type(v1::COLUMN_TYPE_CATEGORY);
  model.add_classes("small");
  model.add_classes("large");
  return Bundled(std::move(model));
}

internal::v1::Bundle TinyRegressor(double bias) {
  internal::v1::Predictor model = Linear(bias);
  model.set_task(v1::TASK_REGRESSION);
  model.mutable_target()->set_type(v1::COLUMN_TYPE_NUMBER);
  return Bundled(std::move(model));
}

StoredBundle::StoredBundle(const internal::v1::Bundle& bundle)
    : bytes(EncodeBundle(bundle).value()), sha256(Sha256Hex(bytes)) {}

}  // namespace serin
