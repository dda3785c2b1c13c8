#ifndef SERIN_CLIENT_CLI_STEP_ARGUMENTS_H_
#define SERIN_CLIENT_CLI_STEP_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// The words of a step: arguments with a space between them, each a list of items with a comma
// between them, quotes around what holds either.

namespace serin {

struct StepItem {
  std::string text;
  // Its first character stands outside of quotes.
  bool begins_bare = false;
};

// NAME=ITEM,ITEM or ITEM,ITEM.
struct StepArgument {
  std::string name;  // Empty: none was given.
  std::vector<StepItem> items;
};

// INVALID_ARGUMENT for a quote that is not closed. Within quotes, two of them stand for one.
absl::StatusOr<std::vector<StepArgument>> ParseStepArguments(absl::string_view text);

// The text as an item, in quotes where it needs them.
std::string QuoteStepItem(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_STEP_ARGUMENTS_H_
