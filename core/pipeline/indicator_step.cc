#include "core/pipeline/indicator_step.h"

#include "core/pipeline/output_step.h"

namespace serin {
namespace {

class IndicatorStep final : public OutputStep<IndicatorStep> {
 public:
  static constexpr bool kSparse = true;

  size_t output_count() const override { return 1; }
  bool can_yield_nan() const override { return false; }

  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                     size_t end, const Emit& emit) const {
    for (size_t row = begin; row < end; ++row) {
      const bool missing = column.missing(row);
      const bool unseen =
          !missing && column.is_string() && categories[column.codes[row]] == kUnseenCategory;
      if (missing || unseen) emit(row, 0, 1);
    }
  }
};

}  // namespace

std::unique_ptr<const ColumnStep> MakeIndicatorStep() { return std::make_unique<IndicatorStep>(); }

}  // namespace serin
