#ifndef SERIN_CORE_INGEST_CSV_FIELD_INDEX_H_
#define SERIN_CORE_INGEST_CSV_FIELD_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/ingest/structural_scan.h"

namespace serin {

// The characters that structure a CSV file.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
};

// Where the fields and records of a window of a CSV file are (RFC 4180).
//
//  - Records end with LF, CRLF, or a CR that no LF follows.
//  - A quote opens a quoted field where it is the field's first character; elsewhere it is text. In
//    a quoted field a doubled quote is one. Text behind a closing quote is an error.
//
// Positions are 30 bits: a window has less than 1 GiB.
class CsvFieldIndex {
 public:
  struct Field {
    uint32_t begin;  // With the quotes.
    uint32_t end;
    bool quoted;
    bool escaped;  // Quoted, with doubled quotes.
  };
  struct Record {
    uint32_t first_field;
    uint32_t field_count;
  };

  CsvFieldIndex(CsvDialect dialect, ScanMethod method) : dialect_(dialect), method_(method) {}

  // Indexes the records that are complete in `text`, which begins with one; where it is `last`,
  // all, the end of the text ending one. 64 bytes behind the text must be readable.
  void Build(absl::string_view text, bool last);

  const std::vector<Record>& records() const { return records_; }
  // By position in the index; those of a record are consecutive.
  Field field(size_t index) const {
    const uint32_t begin = starts_[index] & kPosition;
    const uint32_t next = starts_[index + 1];
    return {begin, (next & kPosition) - 1, (next & kQuoted) != 0, (next & kEscaped) != 0};
  }
  // All fields found, also of a record that is not complete.
  size_t field_count() const { return starts_.size() - 1; }
  // The field that holds the byte.
  size_t FieldAt(size_t position) const;

  // Bytes of the complete records, and the lines that they take.
  size_t consumed() const { return consumed_; }
  int64_t line_count() const { return line_count_; }

  // The fields with text behind their closing quote, ascending.
  const std::vector<uint32_t>& bad_quotes() const { return bad_quotes_; }
  // The record behind the complete ones: the fields of it that ended, and where the next begins.
  Record open_record() const {
    return {record_first_, static_cast<uint32_t>(field_count()) - record_first_};
  }
  size_t open_field_begin() const { return starts_.back() & kPosition; }
  // Whether the text ends within quotes.
  bool ends_in_quotes() const { return state_ == State::kQuoted; }

 private:
  enum class State : uint8_t { kPlain, kQuoted, kQuoteSeen };
  static constexpr uint32_t kQuoted = uint32_t{1} << 31;
  static constexpr uint32_t kEscaped = uint32_t{1} << 30;
  static constexpr uint32_t kPosition = kEscaped - 1;

  void Clear();
  void AddPlainBlock(uint32_t base, const BlockMasks& masks);
  void AddQuotedBlock(uint32_t base, const BlockMasks& masks);
  void OnQuote(uint32_t at);
  bool ClosesAt(uint32_t at) const;
  void OnEnd(uint32_t at, bool ends_record);
  void EndRecord(uint32_t next, uint32_t field_count);
  void EndText();

  const CsvDialect dialect_;
  const ScanMethod method_;

  // Where each field begins; the one behind the last, where the next would. Each but the first has
  // the flags of the field before it.
  std::vector<uint32_t> starts_;
  size_t start_count_ = 0;  // Of starts_, while they are found.
  std::vector<Record> records_;
  uint32_t record_first_ = 0;  // First field of the record that is being read.
  size_t consumed_ = 0;
  int64_t line_count_ = 0;
  int64_t quoted_lines_ = 0;  // Line ends in quotes, so far.
  std::vector<uint32_t> bad_quotes_;
  absl::string_view text_;  // During Build.

  // Of the field that is being read.
  State state_ = State::kPlain;
  uint32_t flags_ = 0;
  uint32_t quote_at_ = 0;  // In kQuoteSeen.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_CSV_FIELD_INDEX_H_
