#ifndef SERIN_CORE_BASE_VERSION_H_
#define SERIN_CORE_BASE_VERSION_H_

#include "absl/strings/string_view.h"

namespace serin {

// The version of this Serin, such as "0.1.0": the project's in CMakeLists.txt.
absl::string_view Version();

}  // namespace serin

#endif  // SERIN_CORE_BASE_VERSION_H_
