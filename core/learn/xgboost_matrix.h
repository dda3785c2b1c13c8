#ifndef SERIN_CORE_LEARN_XGBOOST_MATRIX_H_
#define SERIN_CORE_LEARN_XGBOOST_MATRIX_H_

#include <xgboost/c_api.h>

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/learn/algorithm.h"

namespace serin {

// INTERNAL with XGBoost's own message if a call has failed.
absl::Status XgboostStatus(int code, absl::string_view call);

// What is given to XGBoost as truth, and counted by how much.
struct XgboostTruth {
  std::vector<float> labels;   // One per row.
  std::vector<float> weights;  // One per row, or none where all count the same.
};

// Inputs (NaN: missing), cut into bins, and the truth. Holds a byte or two per input: XGBoost's
// trees look at nothing else.
class XgboostMatrix {
 public:
  struct Options {
    int threads = 1;
    // Of each input.
    size_t max_bins = 256;
    // Inputs with at most so many categories are split by sets of them, all others as numbers.
    size_t max_categories = 0;
  };

  // The inputs of some rows of `data`, in this order. The bins are those of `like` or, if that is
  // null, of these rows: quantiles, which XGBoost sketches for small matrices; for large ones we
  // take the exact ones, in a tenth of the time.
  static absl::StatusOr<XgboostMatrix> Create(const TrainingSet& data,
                                              absl::Span<const size_t> rows,
                                              const XgboostTruth& truth, const Options& options,
                                              const XgboostMatrix* like);

  DMatrixHandle handle() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(DMatrixHandle handle) const { XGDMatrixFree(handle); }
  };
  explicit XgboostMatrix(DMatrixHandle handle) : handle_(handle) {}

  std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, Free> handle_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_XGBOOST_MATRIX_H_
