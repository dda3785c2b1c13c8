#include "core/pipeline/indicator_step.h"

namespace serin {
namespace {

class IndicatorStep final : public ColumnStep {
 public:
  size_t output_count() const override { return 1; }
  bool can_yield_nan() const override { return false; }

  void Apply(const ColumnData& column, const std::vector<int32_t>& categories,
             const StepBlock& block) const override {
    double* out = block.out;
    for (size_t row = block.begin; row < block.end; ++row, out += block.stride) {
      const bool missing = column.missing(row);
      const bool unseen =
          !missing && column.is_string() && categories[column.codes[row]] == kUnseenCategory;
      *out = missing || unseen ? 1 : 0;
    }
  }
};

}  // namespace

std::unique_ptr<const ColumnStep> MakeIndicatorStep() { return std::make_unique<IndicatorStep>(); }

}  // namespace serin
