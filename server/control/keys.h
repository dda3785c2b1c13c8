#ifndef SERIN_SERVER_CONTROL_KEYS_H_
#define SERIN_SERVER_CONTROL_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/storage/keys.h"

// The keys of control's store, as core/storage/KEYS.md lists them.

namespace serin {

inline std::string ModelKey(absl::string_view project, absl::string_view model) {
  return Key({project, "model", model});
}
inline std::string ModelsPrefix(absl::string_view project) { return KeyPrefix({project, "model"}); }

// The highest version number that the model ever had. Outlives the model.
inline std::string ModelNumberKey(absl::string_view project, absl::string_view model) {
  return Key({project, "model-number", model});
}

inline std::string ModelVersionKey(absl::string_view project, absl::string_view model,
                                   int32_t version) {
  return Key({project, "model-version", model, KeyNumber(version)});
}
inline std::string ModelVersionsPrefix(absl::string_view project, absl::string_view model) {
  return KeyPrefix({project, "model-version", model});
}

// Requests to import versions of a model.
inline std::string ImportRequestKey(absl::string_view project, absl::string_view model,
                                    absl::string_view request_id) {
  return Key({project, "import-request", model, request_id});
}
inline std::string ImportRequestsPrefix(absl::string_view project, absl::string_view model) {
  return KeyPrefix({project, "import-request", model});
}

inline std::string BundleChunkKey(absl::string_view project, absl::string_view sha256,
                                  int32_t chunk) {
  return Key({project, "bundle", sha256, KeyNumber(chunk)});
}

inline std::string JobKey(absl::string_view project, absl::string_view job) {
  return Key({project, "job", job});
}
inline std::string JobsPrefix(absl::string_view project) { return KeyPrefix({project, "job"}); }

inline std::string JobRequestKey(absl::string_view project, absl::string_view request_id) {
  return Key({project, "job-request", request_id});
}

inline std::string ScheduleKey(absl::string_view project, absl::string_view schedule) {
  return Key({project, "schedule", schedule});
}
inline std::string SchedulesPrefix(absl::string_view project) {
  return KeyPrefix({project, "schedule"});
}

// Belongs to no project; no project's name begins with '_'.
inline std::string RevisionKey() { return Key({"_cluster", "revision"}); }

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_KEYS_H_
