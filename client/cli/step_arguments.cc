#include "client/cli/step_arguments.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

bool IsQuote(char c) { return c == '"' || c == '\''; }

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// `columns` of `columns=a,b`, with the equals sign; nothing where the argument has no name.
std::string TakeName(absl::string_view* text) {
  size_t end = 0;
  while (end < text->size() && IsNameCharacter((*text)[end])) ++end;
  if (end == 0 || end == text->size() || (*text)[end] != '=') return "";
  std::string name(text->substr(0, end));
  text->remove_prefix(end + 1);
  return name;
}

// What is between quotes, to which `text` points.
absl::Status TakeQuoted(absl::string_view* text, std::string* out) {
  const absl::string_view all = *text;
  const char quote = all[0];
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i] != quote) {
      out->push_back(all[i]);
    } else if (i + 1 < all.size() && all[i + 1] == quote) {
      out->push_back(all[i++]);
    } else {
      text->remove_prefix(i + 1);
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("the quote at ", all, " is not closed"));
}

absl::StatusOr<StepItem> TakeItem(absl::string_view* text) {
  StepItem item{.begins_bare = text->empty() || !IsQuote(text->front())};
  while (!text->empty() && text->front() != ',' && !absl::ascii_isspace(text->front())) {
    if (IsQuote(text->front())) {
      SERIN_RETURN_IF_ERROR(TakeQuoted(text, &item.text));
    } else {
      item.text.push_back(text->front());
      text->remove_prefix(1);
    }
  }
  return item;
}

absl::StatusOr<StepArgument> TakeArgument(absl::string_view* text) {
  StepArgument argument{.name = TakeName(text)};
  while (true) {
    SERIN_ASSIGN_OR_RETURN(StepItem item, TakeItem(text));
    argument.items.push_back(std::move(item));
    if (text->empty() || text->front() != ',') return argument;
    text->remove_prefix(1);
  }
}

}  // namespace

absl::StatusOr<std::vector<StepArgument>> ParseStepArguments(absl::string_view text) {
  std::vector<StepArgument> arguments;
  text = absl::StripAsciiWhitespace(text);
  while (!text.empty()) {
    SERIN_ASSIGN_OR_RETURN(StepArgument argument, TakeArgument(&text));
    arguments.push_back(std::move(argument));
    text = absl::StripLeadingAsciiWhitespace(text);
  }
  return arguments;
}

std::string QuoteStepItem(absl::string_view text) {
  const bool bare = !text.empty() && text[0] != '-' &&
                    text.find_first_of(" \t\n\r\v\f,='\"") == absl::string_view::npos;
  if (bare) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace serin
