#include "tests/testing/small_model.h"

namespace serin {
namespace {

void AddColumn(const char* name, v1::ColumnType type, v1::Schema* schema) {
  v1::ColumnSchema* column = schema->add_columns();
  column->set_name(name);
  column->set_type(type);
}

internal::v1::Predictor ModelOf(const char* target, v1::ColumnType type, v1::Task task) {
  internal::v1::Predictor model;
  model.set_task(task);
  AddColumn("x", v1::COLUMN_TYPE_NUMBER, model.mutable_features());
  AddColumn("c", v1::COLUMN_TYPE_CATEGORY, model.mutable_features());
  model.mutable_target()->set_name(target);
  model.mutable_target()->set_type(type);
  return model;
}

void AddLeaf(float value, internal::v1::Tree* tree) {
  tree->add_features(0);
  tree->add_thresholds(value);
  tree->add_left_children(-1);
  tree->add_right_children(-1);
  tree->add_missing_left(false);
}

// A tree of one split, at the root.
void AddStump(int feature, float threshold, float left, float right,
              internal::v1::TreeEnsemble* trees) {
  internal::v1::Tree* tree = trees->add_trees();
  tree->add_features(feature);
  tree->add_thresholds(threshold);
  tree->add_left_children(1);
  tree->add_right_children(2);
  tree->add_missing_left(true);
  AddLeaf(left, tree);
  AddLeaf(right, tree);
}

}  // namespace

internal::v1::Predictor SmallLinearModel() {
  internal::v1::Predictor model = ModelOf("y", v1::COLUMN_TYPE_NUMBER, v1::TASK_REGRESSION);
  auto* numeric = model.mutable_pipeline()->add_columns()->mutable_numeric();
  numeric->set_fill(1);
  numeric->set_offset(1);
  numeric->set_scale(1);
  auto* one_hot = model.mutable_pipeline()->add_columns()->mutable_one_hot();
  one_hot->add_categories("blue");
  one_hot->add_categories("red");
  for (const double weight : {2, 10, 20}) model.mutable_linear()->add_weights(weight);
  model.mutable_linear()->add_intercepts(0.5);
  return model;
}

internal::v1::Predictor SmallTreeModel() {
  internal::v1::Predictor model =
      ModelOf("answer", v1::COLUMN_TYPE_CATEGORY, v1::TASK_CLASSIFICATION);
  model.add_classes("no");
  model.add_classes("yes");
  model.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
  auto* code = model.mutable_pipeline()->add_columns()->mutable_category_code();
  code->add_categories("blue");
  code->add_categories("red");
  model.mutable_trees()->set_output_count(1);
  model.mutable_trees()->add_base_scores(0);
  AddStump(0, 5, -1, 1, model.mutable_trees());
  AddStump(1, 0.5, 0, 0.5, model.mutable_trees());
  return model;
}

internal::v1::Bundle SmallBundle() {
  internal::v1::Bundle bundle;
  *bundle.mutable_predictor() = SmallLinearModel();
  v1::Column* x = bundle.mutable_golden_rows()->add_columns();
  x->set_name("x");
  for (const double value : {3.0, 0.0}) x->mutable_numbers()->add_values(value);
  x->add_missing_rows(1);
  v1::Column* c = bundle.mutable_golden_rows()->add_columns();
  c->set_name("c");
  for (const char* value : {"red", "blue"}) c->mutable_strings()->add_values(value);
  for (const double output : {24.5, 10.5}) bundle.mutable_golden_rows()->add_outputs(output);
  bundle.mutable_evaluation()->set_holdout_rows(7);
  bundle.mutable_evaluation()->mutable_regression()->set_rmse(1.5);
  v1::Lineage* lineage = bundle.mutable_lineage();
  lineage->set_job("jobs/1");
  lineage->mutable_spec()->set_algorithm("ridge_regression");
  for (const char* name : {"l2", "another", "third"}) {
    (*lineage->mutable_spec()->mutable_hyperparameters()->mutable_fields())[name].set_number_value(
        1);
  }
  return bundle;
}

}  // namespace serin
