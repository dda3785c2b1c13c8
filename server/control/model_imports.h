#ifndef SERIN_SERVER_CONTROL_MODEL_IMPORTS_H_
#define SERIN_SERVER_CONTROL_MODEL_IMPORTS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/storage/store.h"
#include "serin/v1/model_service.pb.h"
#include "server/control/model_registry.h"

namespace serin {

// Makes versions of model files, and bounds what all files on their way take in memory.
// Thread-safe.
class ModelImports {
 public:
  // What a file is to become, with the names checked.
  struct Wanted {
    std::string project;
    std::string model;
    v1::ImportSpec spec;
  };

  // Both must outlive it; `store` is the one that the registry writes.
  ModelImports(const StoreReader* store, ModelRegistry* registry, size_t max_held_bytes)
      : store_(store), registry_(registry), max_held_bytes_(max_held_bytes) {}

  // INVALID_ARGUMENT where the model or the request's id is malformed. Errors name fields of
  // ImportModelRequest, also below.
  static absl::StatusOr<Wanted> Check(std::string project, const v1::ImportSpec& spec);

  // Room for so many more bytes of a file, from or to a caller. RESOURCE_EXHAUSTED with
  // google.rpc.RetryInfo where other files have it.
  absl::Status Hold(size_t bytes) ABSL_LOCKS_EXCLUDED(budget_mutex_);
  void Release(size_t bytes) ABSL_LOCKS_EXCLUDED(budget_mutex_);

  // Makes a version of the file, or returns the one that the same request_id made before for the
  // same model, as long as that exists. One at a time. Errors: as of serin::ImportModel, and the
  // store's.
  absl::StatusOr<v1::ModelVersion> Import(const Wanted& wanted, absl::string_view file)
      ABSL_LOCKS_EXCLUDED(import_mutex_);

 private:
  absl::StatusOr<std::optional<v1::ModelVersion>> FindMade(const Wanted& wanted) const;

  const StoreReader* const store_;
  ModelRegistry* const registry_;
  const size_t max_held_bytes_;

  // Held for a whole import: of two requests with the same id the second finds what the first made.
  absl::Mutex import_mutex_;
  absl::Mutex budget_mutex_;
  size_t held_bytes_ ABSL_GUARDED_BY(budget_mutex_) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_MODEL_IMPORTS_H_
