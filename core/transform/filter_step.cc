#include "core/transform/filter_step.h"

#include <string>
#include <utility>

#include "core/base/status_macros.h"
#include "core/query/row_filter.h"

namespace serin {
namespace {

// What is wrong with an expression concerns that field.
absl::Status AboutExpression(const StepContext& context, const absl::Status& error) {
  if (!absl::IsInvalidArgument(error)) return error;
  return context.Invalid("expression", error.message());
}

// Compiles with the first batch, as a step makes its choosers where nothing can go wrong.
class RowsThatMatch : public RowChooser {
 public:
  RowsThatMatch(const StepContext* context, const std::string* expression, const v1::Schema* schema,
                const std::function<bool()>* cancelled)
      : context_(context), expression_(expression), schema_(schema), cancelled_(cancelled) {}

  absl::Status Choose(const Table& batch, std::vector<size_t>* kept) override {
    if (!filter_) {
      SERIN_ASSIGN_OR_RETURN(filter_, RowFilter::Compile(*expression_, *schema_, *cancelled_));
    }
    const absl::StatusOr<std::vector<uint32_t>> rows = filter_->Select(batch);
    if (!rows.ok()) return AboutExpression(*context_, rows.status());
    kept->assign(rows->begin(), rows->end());
    return absl::OkStatus();
  }

 private:
  const StepContext* const context_;
  const std::string* const expression_;
  const v1::Schema* const schema_;
  const std::function<bool()>* const cancelled_;
  std::unique_ptr<RowFilter> filter_;
};

class FilterStep : public ChoosingStep {
 public:
  FilterStep(StepContext context, const v1::Schema& schema, std::string expression,
             std::function<bool()> cancelled)
      : ChoosingStep(std::move(context), schema),
        expression_(std::move(expression)),
        cancelled_(std::move(cancelled)) {}

  std::unique_ptr<RowChooser> NewChooser() const override {
    return std::make_unique<RowsThatMatch>(&context(), &expression_, &schema(), &cancelled_);
  }

 private:
  const std::string expression_;
  const std::function<bool()> cancelled_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeFilter(const v1::TransformStep::Filter& step,
                                                 StepContext context, const v1::Schema& schema,
                                                 std::function<bool()> cancelled) {
  if (step.expression().empty()) return context.Invalid("expression", "is required");
  const absl::Status compiled = RowFilter::Compile(step.expression(), schema).status();
  SERIN_RETURN_IF_ERROR(AboutExpression(context, compiled));
  return std::make_unique<FilterStep>(std::move(context), schema, step.expression(),
                                      std::move(cancelled));
}

}  // namespace serin
