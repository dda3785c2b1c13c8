#ifndef SERIN_CORE_STORAGE_RECORDS_H_
#define SERIN_CORE_STORAGE_RECORDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/status_macros.h"
#include "core/storage/store.h"

// Records: protobuf messages as the values of a store.

namespace serin {

// The message that a value holds; DATA_LOSS, with the key, where it holds none.
template <typename Message>
absl::StatusOr<Message> ParseRecord(absl::string_view key, absl::string_view value) {
  Message message;
  if (message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return message;
  return absl::DataLossError(absl::StrCat("storage: the value of key \"", absl::CHexEscape(key),
                                          "\" is no ", Message::descriptor()->full_name()));
}

// The record under `key`; NOT_FOUND as of StoreReader::Get.
template <typename Message>
absl::StatusOr<Message> GetRecord(const StoreReader& reader, absl::string_view key) {
  SERIN_ASSIGN_OR_RETURN(const std::string value, reader.Get(key));
  return ParseRecord<Message>(key, value);
}

// Adds to `batch` that `message` be the record under `key`.
template <typename Message>
// NOLINTNEXTLINE(performance-unnecessary-value-param): moved from, which it misses in templates.
void PutRecord(WriteBatch& batch, std::string key, const Message& message) {
  batch.PutValue(std::move(key), message.SerializeAsString());
}

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_RECORDS_H_
