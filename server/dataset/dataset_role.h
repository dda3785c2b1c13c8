#ifndef SERIN_SERVER_DATASET_DATASET_ROLE_H_
#define SERIN_SERVER_DATASET_DATASET_ROLE_H_

#include <memory>

#include "absl/status/status.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/storage/store.h"
#include "server/dataset/upload_session.h"

namespace grpc {
class Service;
}
namespace prometheus {
class Registry;
}

namespace serin {

// The role that keeps tables: DatasetService on a store.
class DatasetRole {
 public:
  // All must outlive the role. It adds `serin_dataset_bytes` and LiveMetrics to `registry`.
  DatasetRole(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Registry* registry,
              const DatasetOptions& options = DatasetOptions());
  // Only after the server that has the service was shut down.
  ~DatasetRole();

  // Puts the store in order after a crash. Call once, before the service takes calls.
  absl::Status Recover();

  grpc::Service* service();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_ROLE_H_
