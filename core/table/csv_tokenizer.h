#ifndef SERIN_CORE_TABLE_CSV_TOKENIZER_H_
#define SERIN_CORE_TABLE_CSV_TOKENIZER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Beyond these a file is refused with RESOURCE_EXHAUSTED, as soon as it is beyond them.
struct CsvLimits {
  size_t max_columns = 4096;
  size_t max_record_bytes = 16 << 20;  // One record, quotes and delimiters included.
  int64_t max_bytes = 1 << 30;         // The whole file.
};

// One record: fields as they are meant, without quotes. Valid UTF-8.
class CsvRecord {
 public:
  size_t size() const { return ends_.size(); }
  absl::string_view operator[](size_t field) const {
    const size_t begin = field == 0 ? 0 : ends_[field - 1];
    return absl::string_view(text_).substr(begin, ends_[field] - begin);
  }

  // The line on which the record, or a field, begins; from 1.
  int64_t line() const { return line_; }
  int64_t line_of(size_t field) const;

  // True for an empty line.
  bool blank() const { return size() == 1 && text_.empty() && !quoted_; }

  // All fields, without what was between them: for error messages.
  absl::string_view text() const { return text_; }

 private:
  friend class CsvTokenizer;

  std::string text_;
  std::vector<size_t> ends_;  // Of the fields, in text_.
  int64_t line_ = 1;
  bool quoted_ = false;  // Some field was in quotes.
};

// Cuts the bytes of a CSV file (RFC 4180) into records as they arrive: a state machine that holds
// one record. Not thread-safe.
class CsvTokenizer {
 public:
  // Gets every record in turn, valid during the call; its error ends the reading.
  using Sink = std::function<absl::Status(const CsvRecord&)>;

  // `names`, the columns' names as far as they are known, are for error messages.
  CsvTokenizer(char delimiter, const CsvLimits& limits, const std::vector<std::string>* names,
               Sink sink);

  // After an error: not to be called again.
  absl::Status Push(absl::string_view bytes);
  // Says that all bytes were pushed.
  absl::Status Finish();

 private:
  enum class State {
    kFieldStart,
    kUnquoted,        // In a field that did not begin with a quote.
    kQuoted,          // In a field that did.
    kQuoteSeen,       // Behind a quote in it: its end, or the first half of a doubled quote.
    kCarriageReturn,  // Behind a CR that ended a record: a LF must follow.
  };

  // Each takes at least one byte off `bytes`, or changes the state.
  absl::Status Step(absl::string_view& bytes);
  absl::Status StepFieldStart(absl::string_view& bytes);
  absl::Status StepUnquoted(absl::string_view& bytes);
  absl::Status StepQuoted(absl::string_view& bytes);
  absl::Status StepQuoteSeen(absl::string_view& bytes);
  absl::Status StepCarriageReturn(absl::string_view& bytes);

  void SkipByteOrderMark(absl::string_view& bytes);
  void EndByteOrderMark();
  // Moves the first bytes into the record.
  absl::Status Take(absl::string_view& bytes, size_t count);
  // Takes a byte off that ends a field: delimiter, CR or LF.
  absl::Status TakeEnd(absl::string_view& bytes);
  absl::Status CountBytes(size_t count);
  absl::Status EndField();
  absl::Status EndRecord();
  absl::Status CheckUtf8() const;
  size_t current_column() const { return record_.ends_.size() + 1; }

  const CsvLimits limits_;
  const std::vector<std::string>* const names_;
  const Sink sink_;
  std::array<bool, 256> ends_field_{};  // By byte: delimiter, CR, LF.

  State state_ = State::kFieldStart;
  CsvRecord record_;
  int64_t line_ = 1;         // Of the next byte.
  int64_t quote_line_ = 0;   // Where the quoted field began.
  size_t record_bytes_ = 0;  // Of this record, as in the file.
  int64_t total_bytes_ = 0;
  // Bytes of the byte order mark that were seen or need not be looked for.
  size_t mark_matched_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CSV_TOKENIZER_H_
