#ifndef SERIN_TESTS_UNIT_LAYERING_LAYERING_H_
#define SERIN_TESTS_UNIT_LAYERING_LAYERING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace serin {

// Which folder may include which: the arrows of docs/architecture.md.
//
// Returns one line for each include in `text`, the content of the file at `path` (relative to the
// project), that points the wrong way.
std::vector<std::string> CheckIncludes(absl::string_view path, absl::string_view text);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_LAYERING_LAYERING_H_
