#ifndef SERIN_CORE_STORAGE_RECORD_SCAN_H_
#define SERIN_CORE_STORAGE_RECORD_SCAN_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/storage/store.h"

namespace serin {

// Visits the records whose keys begin with `prefix`, from `start` on, in order of their keys until
// `visit` returns false. DATA_LOSS for one that cannot be read.
template <typename Record>
absl::Status ForEachRecord(
    const StoreReader& store, const std::string& prefix, absl::string_view start,
    absl::FunctionRef<bool(absl::string_view key, absl::string_view value, const Record&)> visit) {
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(
      store.Scan(prefix, start, [&](absl::string_view key, absl::string_view value) {
        const auto record = ParseRecord<Record>(key, value);
        parsed = record.status();
        return parsed.ok() && visit(key, value, *record);
      }));
  return parsed;
}

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_RECORD_SCAN_H_
