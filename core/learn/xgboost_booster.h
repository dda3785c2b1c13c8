#ifndef SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_
#define SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_

#include <xgboost/c_api.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/learn/xgboost_matrix.h"

// XGBoost's C API with owners for its handles and statuses for its errors.

namespace serin {
using XgboostParameters = std::vector<std::pair<std::string, std::string>>;

// A model that is being trained. The matrices have to outlive it. Not thread-safe.
class XgboostBooster {
 public:
  // The evaluation metric on both matrices.
  struct Losses {
    double training;
    std::optional<double> validation;
  };

  // `validation` may be null: then there are no losses on it.
  static absl::StatusOr<XgboostBooster> Create(const XgboostMatrix& training,
                                               const XgboostMatrix* validation,
                                               const XgboostParameters& parameters);

  // Adds one tree per output, by the objective; `round` counts from 0.
  absl::Status Boost(int round);

  // Adds one tree per output by the first and second derivatives of a loss: rows x outputs, row by
  // row.
  absl::Status Boost(std::vector<float>* gradients, std::vector<float>* hessians);

  absl::StatusOr<Losses> Evaluate(int round);

  absl::StatusOr<std::string> SaveAsUbjson();

 private:
  struct Free {
    void operator()(BoosterHandle handle) const { XGBoosterFree(handle); }
  };
  XgboostBooster(BoosterHandle handle, std::vector<DMatrixHandle> matrices)
      : handle_(handle), matrices_(std::move(matrices)) {}

  std::unique_ptr<std::remove_pointer_t<BoosterHandle>, Free> handle_;
  std::vector<DMatrixHandle> matrices_;  // Training first, then validation, if there is one.
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_XGBOOST_BOOSTER_H_
