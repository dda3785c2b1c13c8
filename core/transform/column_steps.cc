#include "core/transform/column_steps.h"

#include <utility>
#include <vector>

#include "core/base/status_macros.h"

namespace serin {
namespace {

// Keeps some of the columns, in any order.
class SelectStep : public MappingStep {
 public:
  SelectStep(StepContext context, const v1::Schema& input, std::vector<int> columns)
      : MappingStep(std::move(context), Selected(input, columns)), columns_(std::move(columns)) {}

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    Table selected;
    for (const int column : columns_) {
      selected.columns.push_back(std::move(batch->columns[static_cast<size_t>(column)]));
    }
    *batch = std::move(selected);
    return absl::OkStatus();
  }

 private:
  static v1::Schema Selected(const v1::Schema& input, const std::vector<int>& columns) {
    v1::Schema schema;
    for (const int column : columns) *schema.add_columns() = input.columns(column);
    return schema;
  }

  const std::vector<int> columns_;
};

class RenameStep : public MappingStep {
 public:
  RenameStep(StepContext context, v1::Schema schema, int column)
      : MappingStep(std::move(context), std::move(schema)), column_(column) {}

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    batch->columns[static_cast<size_t>(column_)].name = schema().columns(column_).name();
    return absl::OkStatus();
  }

 private:
  const int column_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeSelect(const v1::TransformStep::Select& step,
                                                 StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         ColumnsNamed(context, "columns", step.columns(), schema));
  return std::make_unique<SelectStep>(std::move(context), schema, std::move(columns));
}

absl::StatusOr<std::unique_ptr<Step>> MakeDrop(const v1::TransformStep::Drop& step,
                                               StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> dropped,
                         ColumnsNamed(context, "columns", step.columns(), schema));
  std::vector<bool> kept(static_cast<size_t>(schema.columns_size()), true);
  for (const int column : dropped) kept[static_cast<size_t>(column)] = false;
  std::vector<int> columns;
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (kept[static_cast<size_t>(i)]) columns.push_back(i);
  }
  if (columns.empty()) return context.Invalid("columns", "must leave a column, leaves none");
  return std::make_unique<SelectStep>(std::move(context), schema, std::move(columns));
}

absl::StatusOr<std::unique_ptr<Step>> MakeRename(const v1::TransformStep::Rename& step,
                                                 StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const int column, ColumnNamed(context, "column", step.column(), schema));
  SERIN_RETURN_IF_ERROR(CheckNewName(context, "to", step.to(), schema));
  v1::Schema renamed = schema;
  renamed.mutable_columns(column)->set_name(step.to());
  return std::make_unique<RenameStep>(std::move(context), std::move(renamed), column);
}

}  // namespace serin
