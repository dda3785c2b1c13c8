#include "core/transform/step.h"

#include <optional>

#include "core/base/status_macros.h"

namespace serin {
namespace {

class MappedStream : public BatchStream {
 public:
  MappedStream(const MappingStep* step, std::unique_ptr<BatchStream> input)
      : step_(step), input_(std::move(input)) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    SERIN_ASSIGN_OR_RETURN(std::optional<Table> batch, input_->Next());
    if (!batch) return batch;
    const int64_t first_row = next_row_;
    next_row_ += static_cast<int64_t>(batch->row_count());
    SERIN_RETURN_IF_ERROR(step_->Map(first_row, &*batch));
    return batch;
  }

 private:
  const MappingStep* const step_;
  const std::unique_ptr<BatchStream> input_;
  int64_t next_row_ = 0;
};

class ChosenStream : public BatchStream {
 public:
  ChosenStream(std::unique_ptr<RowChooser> chooser, std::unique_ptr<BatchStream> input)
      : chooser_(std::move(chooser)), input_(std::move(input)) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    while (true) {
      SERIN_ASSIGN_OR_RETURN(std::optional<Table> batch, input_->Next());
      if (!batch) return batch;
      kept_.clear();
      SERIN_RETURN_IF_ERROR(chooser_->Choose(*batch, &kept_));
      if (kept_.size() == batch->row_count()) return batch;
      if (!kept_.empty()) return TakeRows(*batch, kept_.data(), kept_.data() + kept_.size());
    }
  }

 private:
  const std::unique_ptr<RowChooser> chooser_;
  const std::unique_ptr<BatchStream> input_;
  std::vector<size_t> kept_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchStream>> MappingStep::Open(OpenInput open_input) const {
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> input, open_input());
  return std::make_unique<MappedStream>(this, std::move(input));
}

absl::StatusOr<std::unique_ptr<BatchStream>> ChoosingStep::Open(OpenInput open_input) const {
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> input, open_input());
  return std::make_unique<ChosenStream>(NewChooser(), std::move(input));
}

absl::Status ForEachBatch(Step::OpenInput open_input,
                          absl::FunctionRef<absl::Status(const Table& batch)> visit) {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<BatchStream> input, open_input());
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const std::optional<Table> batch, input->Next());
    if (!batch) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(visit(*batch));
  }
}

}  // namespace serin
