#include "core/table/csv_tokenizer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/csv_error.h"

namespace serin {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

int64_t CountLines(absl::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

int64_t CsvRecord::line_of(size_t field) const {
  const size_t begin = field == 0 ? 0 : ends_[field - 1];
  return line_ + CountLines(absl::string_view(text_).substr(0, begin));
}

CsvTokenizer::CsvTokenizer(char delimiter, const CsvLimits& limits,
                           const std::vector<std::string>* names, Sink sink)
    : limits_(limits), names_(names), sink_(std::move(sink)) {
  for (const char c : {delimiter, '\r', '\n'}) ends_field_[static_cast<uint8_t>(c)] = true;
}

absl::Status CsvTokenizer::Push(absl::string_view bytes) {
  total_bytes_ += static_cast<int64_t>(bytes.size());
  if (total_bytes_ > limits_.max_bytes) {
    return CsvOverLimit(
        absl::StrCat("the file has more than ", limits_.max_bytes, " bytes, which is the limit"));
  }
  SkipByteOrderMark(bytes);
  while (!bytes.empty()) SERIN_RETURN_IF_ERROR(Step(bytes));
  return absl::OkStatus();
}

absl::Status CsvTokenizer::Finish() {
  EndByteOrderMark();
  if (state_ == State::kQuoted) {
    return MalformedCsv({quote_line_, current_column()}, *names_,
                        "the quote that opens here is never closed");
  }
  if (state_ == State::kFieldStart && record_.ends_.empty()) return absl::OkStatus();
  if (state_ != State::kCarriageReturn) SERIN_RETURN_IF_ERROR(EndField());
  return EndRecord();
}

absl::Status CsvTokenizer::Step(absl::string_view& bytes) {
  switch (state_) {
    case State::kFieldStart:
      return StepFieldStart(bytes);
    case State::kUnquoted:
      return StepUnquoted(bytes);
    case State::kQuoted:
      return StepQuoted(bytes);
    case State::kQuoteSeen:
      return StepQuoteSeen(bytes);
    case State::kCarriageReturn:
      return StepCarriageReturn(bytes);
  }
  return absl::OkStatus();
}

absl::Status CsvTokenizer::StepFieldStart(absl::string_view& bytes) {
  if (bytes[0] != '"') {
    state_ = State::kUnquoted;
    return StepUnquoted(bytes);
  }
  bytes.remove_prefix(1);
  state_ = State::kQuoted;
  quote_line_ = line_;
  record_.quoted_ = true;
  return CountBytes(1);
}

absl::Status CsvTokenizer::StepUnquoted(absl::string_view& bytes) {
  size_t length = 0;
  while (length < bytes.size() && !ends_field_[static_cast<uint8_t>(bytes[length])]) ++length;
  SERIN_RETURN_IF_ERROR(Take(bytes, length));
  return bytes.empty() ? absl::OkStatus() : TakeEnd(bytes);
}

absl::Status CsvTokenizer::StepQuoted(absl::string_view& bytes) {
  const void* const quote = std::memchr(bytes.data(), '"', bytes.size());
  const size_t length = quote ? static_cast<const char*>(quote) - bytes.data() : bytes.size();
  line_ += CountLines(bytes.substr(0, length));
  SERIN_RETURN_IF_ERROR(Take(bytes, length));
  if (bytes.empty()) return absl::OkStatus();
  bytes.remove_prefix(1);
  state_ = State::kQuoteSeen;
  return CountBytes(1);
}

absl::Status CsvTokenizer::StepQuoteSeen(absl::string_view& bytes) {
  if (bytes[0] == '"') {
    state_ = State::kQuoted;
    return Take(bytes, 1);
  }
  if (ends_field_[static_cast<uint8_t>(bytes[0])]) return TakeEnd(bytes);
  const auto end = std::find_if(bytes.begin(), bytes.end(),
                                [&](char c) { return ends_field_[static_cast<uint8_t>(c)]; });
  return MalformedCsv({line_, current_column()}, *names_,
                      absl::StrCat("text after the closing quote: ",
                                   QuoteForError(bytes.substr(0, end - bytes.begin())),
                                   "; a quote within quotes must be doubled"));
}

absl::Status CsvTokenizer::StepCarriageReturn(absl::string_view& bytes) {
  if (bytes[0] != '\n') {
    return MalformedCsv({line_, record_.ends_.size()}, *names_,
                        "a carriage return without a line feed follows this value; lines must end "
                        "with LF or CRLF");
  }
  bytes.remove_prefix(1);
  return EndRecord();
}

void CsvTokenizer::SkipByteOrderMark(absl::string_view& bytes) {
  while (mark_matched_ < kByteOrderMark.size() && !bytes.empty()) {
    if (bytes[0] != kByteOrderMark[mark_matched_]) return EndByteOrderMark();
    bytes.remove_prefix(1);
    ++mark_matched_;
  }
}

// What looked like the beginning of a mark was the beginning of the first field.
void CsvTokenizer::EndByteOrderMark() {
  if (mark_matched_ > 0 && mark_matched_ < kByteOrderMark.size()) {
    const absl::string_view seen = kByteOrderMark.substr(0, mark_matched_);
    record_.text_.append(seen.data(), seen.size());
    state_ = State::kUnquoted;
  }
  mark_matched_ = kByteOrderMark.size();
}

absl::Status CsvTokenizer::Take(absl::string_view& bytes, size_t count) {
  SERIN_RETURN_IF_ERROR(CountBytes(count));
  record_.text_.append(bytes.data(), count);
  bytes.remove_prefix(count);
  return absl::OkStatus();
}

absl::Status CsvTokenizer::TakeEnd(absl::string_view& bytes) {
  const char end = bytes[0];
  bytes.remove_prefix(1);
  SERIN_RETURN_IF_ERROR(EndField());
  if (end == '\n') return EndRecord();
  state_ = end == '\r' ? State::kCarriageReturn : State::kFieldStart;
  return CountBytes(1);
}

absl::Status CsvTokenizer::CountBytes(size_t count) {
  record_bytes_ += count;
  if (record_bytes_ <= limits_.max_record_bytes) return absl::OkStatus();
  return CsvOverLimit(
      absl::StrCat("line ", record_.line_, ": the record is longer than ", limits_.max_record_bytes,
                   " bytes, which is the limit; it begins ", QuoteForError(record_.text_)));
}

absl::Status CsvTokenizer::EndField() {
  if (record_.ends_.size() == limits_.max_columns) {
    return CsvOverLimit(absl::StrCat("line ", record_.line_, ": the record has more than ",
                                     limits_.max_columns, " columns, which is the limit"));
  }
  record_.ends_.push_back(record_.text_.size());
  return absl::OkStatus();
}

absl::Status CsvTokenizer::EndRecord() {
  SERIN_RETURN_IF_ERROR(CheckUtf8());
  SERIN_RETURN_IF_ERROR(sink_(record_));
  state_ = State::kFieldStart;
  record_.text_.clear();
  record_.ends_.clear();
  record_.quoted_ = false;
  record_.line_ = ++line_;
  record_bytes_ = 0;
  return absl::OkStatus();
}

absl::Status CsvTokenizer::CheckUtf8() const {
  if (IsAscii(record_.text_)) return absl::OkStatus();
  for (size_t i = 0; i < record_.size(); ++i) {
    const absl::string_view field = record_[i];
    const size_t valid = ValidUtf8Prefix(field);
    if (valid == field.size()) continue;
    const int64_t line = record_.line_of(i) + CountLines(field.substr(0, valid));
    return MalformedCsv(
        {line, i + 1}, *names_,
        absl::StrCat("not UTF-8 from byte ", valid + 1, " of the value: ", QuoteForError(field)));
  }
  return absl::OkStatus();
}

}  // namespace serin
