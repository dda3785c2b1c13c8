#ifndef SERIN_SERVER_DATASET_DATASET_KEYS_H_
#define SERIN_SERVER_DATASET_DATASET_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/storage/keys.h"

// The keys of the dataset role; core/storage/KEYS.md says what is under them.

namespace serin {

inline std::string DatasetPrefix(absl::string_view project) {
  return KeyPrefix({project, "dataset"});
}
inline std::string DatasetKey(absl::string_view project, absl::string_view dataset) {
  return Key({project, "dataset", dataset});
}

inline std::string VersionPrefix(absl::string_view project, absl::string_view dataset) {
  return KeyPrefix({project, "dataset-version", dataset});
}
inline std::string VersionKey(absl::string_view project, absl::string_view dataset,
                              int32_t version) {
  return Key({project, "dataset-version", dataset, KeyNumber(version)});
}

inline std::string RequestPrefix(absl::string_view project, absl::string_view dataset) {
  return KeyPrefix({project, "dataset-request", dataset});
}
inline std::string RequestKey(absl::string_view project, absl::string_view dataset,
                              absl::string_view request_id) {
  return Key({project, "dataset-request", dataset, request_id});
}

inline std::string ProfileKey(absl::string_view project, absl::string_view storage_id) {
  return Key({project, "dataset-profile", storage_id});
}

inline std::string SegmentPrefix(absl::string_view project, absl::string_view storage_id) {
  return KeyPrefix({project, "dataset-segment", storage_id});
}
inline std::string SegmentKey(absl::string_view project, absl::string_view storage_id,
                              int32_t index) {
  return Key({project, "dataset-segment", storage_id, KeyNumber(index)});
}

inline std::string ChunkPrefix(absl::string_view project, absl::string_view storage_id) {
  return KeyPrefix({project, "dataset-chunk", storage_id});
}
inline std::string ChunkKey(absl::string_view project, absl::string_view storage_id,
                            int32_t number) {
  return Key({project, "dataset-chunk", storage_id, KeyNumber(number)});
}

inline std::string SourceKey(absl::string_view project, absl::string_view storage_id) {
  return Key({project, "dataset-source", storage_id});
}

// The number of a row as a component: nineteen digits, for what may come to more than ten.
inline std::string KeyRow(int64_t row) {
  const std::string digits = absl::StrCat(row);
  return std::string(19 - digits.size(), '0') + digits;
}

// The row that ends a key.
inline absl::StatusOr<int64_t> ParseKeyRow(absl::string_view key) {
  int64_t row = 0;
  if (absl::SimpleAtoi(key.substr(key.rfind('/') + 1), &row)) return row;
  return absl::DataLossError(absl::StrCat("storage: key \"", absl::CHexEscape(key),
                                          "\" does not end with the number of a row"));
}

inline std::string AppendedPrefix(absl::string_view project, absl::string_view storage_id) {
  return KeyPrefix({project, "dataset-appended", storage_id});
}
inline std::string AppendedKey(absl::string_view project, absl::string_view storage_id,
                               int64_t first_row) {
  return Key({project, "dataset-appended", storage_id, KeyRow(first_row)});
}

inline std::string AppendRequestPrefix(absl::string_view project, absl::string_view storage_id) {
  return KeyPrefix({project, "dataset-append-request", storage_id});
}
inline std::string AppendRequestKey(absl::string_view project, absl::string_view storage_id,
                                    int64_t first_row) {
  return Key({project, "dataset-append-request", storage_id, KeyRow(first_row)});
}

inline std::string PendingPrefix(absl::string_view project) {
  return KeyPrefix({project, "dataset-pending"});
}
inline std::string PendingKey(absl::string_view project, absl::string_view storage_id) {
  return Key({project, "dataset-pending", storage_id});
}

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_KEYS_H_
