#ifndef SERIN_CORE_BASE_RESOURCE_NAME_H_
#define SERIN_CORE_BASE_RESOURCE_NAME_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Names of resources, https://google.aip.dev/122, and the short forms that people type.

namespace serin {

// The project of callers that name none.
inline constexpr absl::string_view kDefaultProject = "default";

// Checks a name that a user gives to a project, dataset or model: 1 to 63 characters of a-z, 0-9,
// '-', '_' and '.', the first a letter or digit. The error is InvalidField(field, ...).
absl::Status ValidateName(absl::string_view field, absl::string_view name);

// Checks an alias: formed as names are, but not all digits, which would read as a version.
absl::Status ValidateAlias(absl::string_view field, absl::string_view alias);

// A dataset or model, and which version of it: none named, a number, or (models only) an alias.
struct VersionedRef {
  std::string id;
  int32_t version = 0;  // 0: no number was given.
  std::string alias;    // Empty: no alias was given.

  bool names_version() const { return version != 0 || !alias.empty(); }
};

// Parses `iris`, `iris@3`, `datasets/iris`, `datasets/iris@3` and `datasets/iris/versions/3`.
// The error is InvalidField(field, ...).
absl::StatusOr<VersionedRef> ParseDatasetRef(absl::string_view field, absl::string_view text);

// The same for models, where `iris@champion` names an alias.
absl::StatusOr<VersionedRef> ParseModelRef(absl::string_view field, absl::string_view text);

// Parses `jobs/{job}` or `{job}`; returns {job}.
absl::StatusOr<std::string> ParseJobName(absl::string_view field, absl::string_view text);

// Parses `schedules/{schedule}` or `{schedule}`; returns {schedule}.
absl::StatusOr<std::string> ParseScheduleName(absl::string_view field, absl::string_view text);

// As the parsers above, for requests that mean a dataset or model as a whole, or exactly one
// version of it; the error says so.
absl::StatusOr<std::string> ParseDatasetName(absl::string_view field, absl::string_view text);
absl::StatusOr<std::string> ParseModelName(absl::string_view field, absl::string_view text);

std::string DatasetName(absl::string_view dataset);                          // datasets/iris
std::string DatasetVersionName(absl::string_view dataset, int32_t version);  // .../versions/3
std::string ModelName(absl::string_view model);                              // models/iris
std::string ModelVersionName(absl::string_view model, int32_t version);      // .../versions/2
std::string JobName(absl::string_view job);                                  // jobs/01j...
std::string ScheduleName(absl::string_view schedule);                        // schedules/nightly

}  // namespace serin

#endif  // SERIN_CORE_BASE_RESOURCE_NAME_H_
