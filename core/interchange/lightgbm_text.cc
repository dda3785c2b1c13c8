#include "core/interchange/lightgbm_text.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

// Of a block; LightGBM writes some twenty.
constexpr size_t kMaxKeys = 256;

bool Parse(absl::string_view text, double* number) { return absl::SimpleAtod(text, number); }
bool Parse(absl::string_view text, int64_t* number) { return absl::SimpleAtoi(text, number); }

template <typename Number>
absl::StatusOr<std::vector<Number>> ParseList(const LightgbmBlock& block, absl::string_view key,
                                              size_t count) {
  std::vector<Number> numbers;
  for (const absl::string_view text : absl::StrSplit(block.Text(key), ' ', absl::SkipEmpty())) {
    Number number;
    if (!Parse(text, &number)) {
      return block.Invalid(key, absl::StrCat(QuoteForError(text), " is no number"));
    }
    numbers.push_back(number);
    if (numbers.size() > count) break;
  }
  if (numbers.size() == count) return numbers;
  return block.Invalid(key, absl::StrCat("has not ", count, " numbers"));
}

// The next line, without its end; `rest` is what follows.
absl::string_view NextLine(absl::string_view* rest) {
  const size_t end = rest->find('\n');
  const absl::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == absl::string_view::npos ? rest->size() : end + 1);
  return absl::StripSuffix(line, "\r");
}

}  // namespace

absl::StatusOr<LightgbmBlock> LightgbmBlock::Read(std::string name, absl::string_view lines) {
  LightgbmBlock block(std::move(name));
  while (!lines.empty()) {
    const absl::string_view line = NextLine(&lines);
    if (line.empty()) continue;
    const size_t sign = line.find('=');
    if (block.values_.size() == kMaxKeys) {
      return block.Invalid(QuoteForError(line.substr(0, sign)),
                           absl::StrCat("is one key more than the ", kMaxKeys, " that are read"));
    }
    block.values_[line.substr(0, sign)] =
        sign == absl::string_view::npos ? absl::string_view() : line.substr(sign + 1);
  }
  return block;
}

absl::string_view LightgbmBlock::Text(absl::string_view key) const {
  const auto it = values_.find(key);
  return it == values_.end() ? absl::string_view() : it->second;
}

absl::StatusOr<int> LightgbmBlock::Integer(absl::string_view key, int fallback, int least,
                                           int most) const {
  if (!Has(key)) return fallback;
  int number;
  if (absl::SimpleAtoi(Text(key), &number) && number >= least && number <= most) return number;
  return Invalid(
      key, absl::StrCat("is ", QuoteForError(Text(key)), "; must be from ", least, " to ", most));
}

absl::StatusOr<std::vector<double>> LightgbmBlock::Numbers(absl::string_view key,
                                                           size_t count) const {
  return ParseList<double>(*this, key, count);
}

absl::StatusOr<std::vector<int64_t>> LightgbmBlock::Integers(absl::string_view key,
                                                             size_t count) const {
  return ParseList<int64_t>(*this, key, count);
}

absl::Status LightgbmBlock::Invalid(absl::string_view key, absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat("LightGBM model: ", name_, ": ", key, " ", what));
}

absl::StatusOr<LightgbmText> CutLightgbmFile(absl::string_view file) {
  absl::string_view rest = file;
  if (absl::StripAsciiWhitespace(NextLine(&rest)) != "tree") {
    return absl::InvalidArgumentError("LightGBM model: line 1: must be 'tree'");
  }
  LightgbmText text;
  absl::string_view* block = &text.head;
  absl::string_view begin = rest;  // Of the block.
  bool complete = false;
  while (!rest.empty()) {
    const size_t block_bytes = begin.size() - rest.size();
    absl::string_view line = NextLine(&rest);
    if (absl::ConsumePrefix(&line, "pandas_categorical:")) text.pandas_categorical = line;
    if (complete) continue;
    complete = line == "end of trees";
    if (!complete && !absl::StartsWith(line, "Tree=")) continue;
    *block = begin.substr(0, block_bytes);
    if (!complete) block = &text.trees.emplace_back();
    begin = rest;
  }
  if (complete) return text;
  return absl::InvalidArgumentError(
      "LightGBM model: ends before the line 'end of trees': it is not whole");
}

}  // namespace serin
