#include "core/transform/deduplicate_step.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/base/status_macros.h"
#include "core/transform/row_key.h"

namespace serin {
namespace {

// A hash set of 16-byte keys between an eighth and seven eighths full, while it grows.
constexpr int64_t kBytesPerKey = 48;

class FirstOfEqualRows : public RowChooser {
 public:
  FirstOfEqualRows(const StepContext* context, const std::vector<int>* columns)
      : context_(context), columns_(columns) {}
  ~FirstOfEqualRows() override { context_->memory->Release(reserved_bytes_); }

  absl::Status Choose(const Table& batch, std::vector<size_t>* kept) override {
    RowKeys keys(batch, *columns_);
    for (size_t row = 0; row < batch.row_count(); ++row) {
      if (seen_.insert(keys.Of(row)).second) kept->push_back(row);
    }
    const int64_t bytes = static_cast<int64_t>(kept->size()) * kBytesPerKey;
    if (!context_->memory->Reserve(bytes)) return context_->OverMemory();
    reserved_bytes_ += bytes;
    return absl::OkStatus();
  }

 private:
  const StepContext* const context_;
  const std::vector<int>* const columns_;
  absl::flat_hash_set<RowKey> seen_;
  int64_t reserved_bytes_ = 0;
};

class DeduplicateStep : public ChoosingStep {
 public:
  DeduplicateStep(StepContext context, const v1::Schema& schema, std::vector<int> columns)
      : ChoosingStep(std::move(context), schema), columns_(std::move(columns)) {}

  std::unique_ptr<RowChooser> NewChooser() const override {
    return std::make_unique<FirstOfEqualRows>(&context(), &columns_);
  }

 private:
  const std::vector<int> columns_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeDeduplicate(const v1::TransformStep::Deduplicate& step,
                                                      StepContext context,
                                                      const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         ColumnsNamedOrAll(context, "columns", step.columns(), schema));
  return std::make_unique<DeduplicateStep>(std::move(context), schema, std::move(columns));
}

}  // namespace serin
