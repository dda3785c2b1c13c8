#include "core/transform/transform.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/transform/batch_stream.h"
#include "core/transform/make_step.h"
#include "core/transform/step.h"

namespace serin {
namespace {

// The steps bound so far, each to what the one before it makes.
class Pipeline {
 public:
  Pipeline(const TableSource& table, const TransformEnvironment& environment)
      : table_(table), environment_(environment), memory_(environment.limits.max_memory_bytes) {}

  absl::Status Bind(const TransformSteps& steps) {
    if (steps.empty()) return InvalidField("steps", "is required");
    if (steps.size() > environment_.limits.max_steps) {
      return InvalidField("steps", absl::StrCat("must have at most ", environment_.limits.max_steps,
                                                " steps, has ", steps.size()));
    }
    for (const v1::TransformStep& step : steps) {
      SERIN_RETURN_IF_ERROR(Add(step));
      if (steps_.back()->schema_follows_from_rows()) SERIN_RETURN_IF_ERROR(Prepare());
      SERIN_RETURN_IF_ERROR(CheckColumnCount());
    }
    return Prepare();
  }

  absl::StatusOr<std::unique_ptr<BatchStream>> Open() const { return OpenBehind(steps_.size()); }

 private:
  const v1::Schema& schema() const {
    return steps_.empty() ? table_.schema() : steps_.back()->schema();
  }

  absl::Status Add(const v1::TransformStep& step) {
    StepContext context{.field = absl::StrCat("steps[", steps_.size(), "]"),
                        .limits = environment_.limits,
                        .memory = &memory_};
    SERIN_ASSIGN_OR_RETURN(
        std::unique_ptr<Step> bound,
        MakeStep(step, std::move(context), schema(), environment_.resolve, environment_.cancelled));
    steps_.push_back(std::move(bound));
    return absl::OkStatus();
  }

  absl::Status CheckColumnCount() const {
    const int columns = schema().columns_size();
    const std::string field = absl::StrCat("steps[", steps_.size() - 1, "]");
    if (columns == 0) return InvalidField(field, "must leave a column, leaves none");
    if (columns <= environment_.limits.max_columns) return absl::OkStatus();
    return InvalidField(
        field, absl::StrCat("must make a table of at most ", environment_.limits.max_columns,
                            " columns, makes ", columns));
  }

  // Of the steps that are not yet.
  absl::Status Prepare() {
    for (; prepared_ < steps_.size(); ++prepared_) {
      const auto open_input = [&] { return OpenBehind(prepared_); };
      SERIN_RETURN_IF_ERROR(steps_[prepared_]->Prepare(open_input));
    }
    return absl::OkStatus();
  }

  // The rows behind the first `count` steps.
  absl::StatusOr<std::unique_ptr<BatchStream>> OpenBehind(size_t count) const {
    if (count == 0) return ReadAll(table_, environment_.cancelled);
    return steps_[count - 1]->Open([&] { return OpenBehind(count - 1); });
  }

  const TableSource& table_;
  const TransformEnvironment& environment_;
  MemoryBudget memory_;
  std::vector<std::unique_ptr<Step>> steps_;
  size_t prepared_ = 0;
};

absl::Status CheckRowCount(int64_t rows, int64_t limit) {
  if (rows <= limit) return absl::OkStatus();
  return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                        "steps: make more than ", limit,
                        " rows, the server's limit for a transformation; a join on keys that are "
                        "not unique multiplies rows")),
                    "TRANSFORM_OVER_ROWS");
}

}  // namespace

absl::StatusOr<int64_t> Transform(const TableSource& table, const TransformSteps& steps,
                                  const TransformEnvironment& environment, BatchSink sink) {
  Pipeline pipeline(table, environment);
  SERIN_RETURN_IF_ERROR(pipeline.Bind(steps));
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<BatchStream> rows, pipeline.Open());
  int64_t count = 0;
  while (true) {
    SERIN_ASSIGN_OR_RETURN(std::optional<Table> batch, rows->Next());
    if (!batch) return count;
    count += static_cast<int64_t>(batch->row_count());
    SERIN_RETURN_IF_ERROR(CheckRowCount(count, environment.limits.max_rows));
    SERIN_RETURN_IF_ERROR(sink(*std::move(batch)));
  }
}

}  // namespace serin
