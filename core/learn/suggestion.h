#ifndef SERIN_CORE_LEARN_SUGGESTION_H_
#define SERIN_CORE_LEARN_SUGGESTION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace serin {

// "; did you mean 'sepal_width'?" for the known name that is at most two edits (one character
// inserted, deleted or replaced) from `name`, else the empty string. The end of an error message.
std::string DidYouMean(absl::string_view name, const std::vector<std::string>& known);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SUGGESTION_H_
