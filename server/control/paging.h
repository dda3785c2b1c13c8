#ifndef SERIN_SERVER_CONTROL_PAGING_H_
#define SERIN_SERVER_CONTROL_PAGING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/storage/store.h"

// Pages of a listing, https://google.aip.dev/158.

namespace serin {

// All records whose keys begin with `prefix`, in order of the keys or backward.
struct Listing {
  std::string prefix;
  bool backward = false;
};

// Visits the records of the page that a request asks for: at most `page_size` (0 means 100; more
// than 1000 means 1000), after those of the page whose answer gave `page_token`. Returns the token
// of the next page, empty on the last. A token goes on behind the last record of its page, so that
// records that come and go between two pages are neither seen twice nor hide others.
//
// `visit` says whether a record belongs to the listing, and takes it if there is room on the page.
//
// Errors: InvalidField of `page_size` for a negative number, and of `page_token` for a token of no
// or of another listing; what `visit` and the store return.
using VisitRecord = absl::FunctionRef<absl::StatusOr<bool>(absl::string_view key,
                                                           absl::string_view value, bool room)>;
absl::StatusOr<std::string> ScanPage(const StoreReader& reader, const Listing& listing,
                                     int32_t page_size, absl::string_view page_token,
                                     VisitRecord visit);

// The same for those records of one type for which `matches(record)` is true.
template <typename Record, typename Matches, typename Add>
absl::StatusOr<std::string> ScanMatchingRecords(const StoreReader& reader, const Listing& listing,
                                                int32_t page_size, absl::string_view page_token,
                                                Matches matches, Add add) {
  return ScanPage(
      reader, listing, page_size, page_token,
      [&](absl::string_view key, absl::string_view value, bool room) -> absl::StatusOr<bool> {
        SERIN_ASSIGN_OR_RETURN(Record record, ParseRecord<Record>(key, value));
        if (!matches(record)) return false;
        if (room) add(record);
        return true;
      });
}

// The same for all records of one type.
template <typename Record, typename Add>
absl::StatusOr<std::string> ScanRecordPage(const StoreReader& reader, const Listing& listing,
                                           int32_t page_size, absl::string_view page_token,
                                           Add add) {
  return ScanMatchingRecords<Record>(
      reader, listing, page_size, page_token, [](const Record&) { return true; }, add);
}

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_PAGING_H_
