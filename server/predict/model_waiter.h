#ifndef SERIN_SERVER_PREDICT_MODEL_WAITER_H_
#define SERIN_SERVER_PREDICT_MODEL_WAITER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "server/predict/loaded_model.h"

namespace serin {

// Who waits for a version to be in memory (ModelHost::Await).
class ModelWaiter {
 public:
  // Once for each wait, on any thread: the version, which stays while it is held, or why it cannot
  // be had. May take as long as answering a call does.
  virtual void OnModel(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) = 0;

 protected:
  ~ModelWaiter() = default;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_MODEL_WAITER_H_
