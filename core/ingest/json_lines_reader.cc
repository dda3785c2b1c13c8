#include "core/ingest/json_lines_reader.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/ingest/ingest_error.h"
#include "core/ingest/line_cutter.h"

namespace serin {

v1::FileFormat JsonLinesReader::Format() const {
  v1::FileFormat format;
  format.set_kind(v1::FileFormat::KIND_JSON_LINES);
  return format;
}

absl::StatusOr<size_t> JsonLinesReader::Take(absl::string_view text, bool last) {
  LineCutter lines(text, last, line_);
  SERIN_RETURN_IF_ERROR(lines.CheckText());
  SparseRows rows(/*absent=*/"");
  BadRowList bad = builder_->NewBadRows();
  objects_.Clear();
  while (lines.Next()) {
    const std::string problem = objects_.Read(lines.text());
    if (problem.empty()) {
      SERIN_RETURN_IF_ERROR(AddRow(lines.line(), &rows));
    } else {
      bad.Add([&] {
        return BadRow{.place = {.line = lines.line()},
                      .text = std::string(lines.text()),
                      .problem = absl::StrCat(problem, ", is ", QuoteForError(lines.text()))};
      });
    }
  }
  rows.Finish(builder_->column_count());
  SERIN_RETURN_IF_ERROR(builder_->Add(rows, std::move(bad)));
  line_ = lines.next_line();
  return lines.consumed();
}

absl::Status JsonLinesReader::AddRow(int64_t line, SparseRows* rows) {
  size_t guess = 0;  // Most rows have their keys in the same order.
  for (const JsonObjectReader::Member& member : objects_.members()) {
    SERIN_ASSIGN_OR_RETURN(const size_t column, ColumnOf(member.key, guess));
    rows->AddCell(column, member.value);
    guess = column + 1;
  }
  rows->AddRow(line);
  return absl::OkStatus();
}

absl::StatusOr<size_t> JsonLinesReader::ColumnOf(absl::string_view key, size_t guess) {
  if (guess < known_.size() && known_[guess] && builder_->column_name(guess) == key) return guess;
  SERIN_ASSIGN_OR_RETURN(const size_t column, builder_->FindOrAddColumn(key));
  known_.resize(builder_->column_count());
  known_[column] = true;
  return column;
}

absl::Status JsonLinesReader::TooLong(absl::string_view text) const {
  return LineTooLong(line_, text);
}

}  // namespace serin
