#ifndef SERIN_SERVER_DATASET_PAGING_H_
#define SERIN_SERVER_DATASET_PAGING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Pages of a list, https://google.aip.dev/158: 100 entries where none are asked for, at most 1000,
// and fewer where they are large.

namespace serin {

// How many entries the page may have; an error where `page_size` is negative.
absl::StatusOr<size_t> PageSizeOf(int32_t page_size);

// The token of the page that follows after the entry of key `last`, in a list with this filter.
std::string PageTokenAfter(absl::string_view last, absl::string_view filter = "");

// The `last` that a token was made of, empty for an empty token. An error where that key does not
// begin with `prefix`, or the filter was another: the token is of another list, or none.
absl::StatusOr<std::string> ParsePageToken(absl::string_view token, absl::string_view prefix,
                                           absl::string_view filter = "");

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_PAGING_H_
