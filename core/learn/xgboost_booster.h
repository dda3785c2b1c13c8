#ifndef SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_
#define SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_

#include <xgboost/c_api.h>

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/learn/algorithm.h"

// XGBoost's C API with owners for its handles and statuses for its errors.

namespace serin {

// INTERNAL with XGBoost's own message if a call has failed.
absl::Status XgboostStatus(int code, absl::string_view call);

// The inputs (NaN: missing) and targets of a training set, in single precision.
class XgboostMatrix {
 public:
  static absl::StatusOr<XgboostMatrix> Create(const TrainingSet& data, int threads);

  DMatrixHandle handle() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(DMatrixHandle handle) const { XGDMatrixFree(handle); }
  };
  explicit XgboostMatrix(DMatrixHandle handle) : handle_(handle) {}

  std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, Free> handle_;
};

// A model that is being trained. `matrix` has to outlive it. Not thread-safe.
class XgboostBooster {
 public:
  static absl::StatusOr<XgboostBooster> Create(const XgboostMatrix& matrix);

  absl::Status SetParameter(const std::string& name, const std::string& value);

  // Adds one tree per output; `round` counts from 0.
  absl::Status Boost(int round);

  // The evaluation metric on the training set.
  absl::StatusOr<double> Loss(int round);

  absl::StatusOr<std::string> SaveAsUbjson();

 private:
  struct Free {
    void operator()(BoosterHandle handle) const { XGBoosterFree(handle); }
  };
  XgboostBooster(BoosterHandle handle, DMatrixHandle matrix) : handle_(handle), matrix_(matrix) {}

  std::unique_ptr<std::remove_pointer_t<BoosterHandle>, Free> handle_;
  DMatrixHandle matrix_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_
