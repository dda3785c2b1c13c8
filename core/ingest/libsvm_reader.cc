#include "core/ingest/libsvm_reader.h"

#include <algorithm>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/ingest/line_cutter.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr absl::string_view kLabel = "label";
constexpr absl::string_view kZero = "0";
constexpr int64_t kMaxIndex = std::numeric_limits<int32_t>::max();

// Takes the text up to the next space off `rest`.
absl::string_view TakeToken(absl::string_view* rest) {
  *rest = TrimValue(*rest);
  const absl::string_view token = rest->substr(0, rest->find_first_of(" \t"));
  rest->remove_prefix(token.size());
  return token;
}

}  // namespace

v1::FileFormat LibsvmReader::Format() const {
  v1::FileFormat format;
  format.set_kind(v1::FileFormat::KIND_LIBSVM);
  return format;
}

absl::StatusOr<size_t> LibsvmReader::Take(absl::string_view text, bool last) {
  LineCutter lines(text, last, line_);
  SERIN_RETURN_IF_ERROR(lines.CheckText());
  SparseRows rows(kZero);
  BadRowList bad = builder_->NewBadRows();
  while (lines.Next()) {
    if (lines.text()[0] == '#') continue;
    const std::string problem = ReadRow(lines.text());
    if (!problem.empty()) {
      bad.Add([&] {
        return BadRow{
            .place = {.line = lines.line()}, .text = std::string(lines.text()), .problem = problem};
      });
      continue;
    }
    SERIN_RETURN_IF_ERROR(AddColumns());
    rows.AddCell(label_column_, label_);
    for (const auto& [index, value] : values_) rows.AddCell(feature_columns_[index - 1], value);
    rows.AddRow(lines.line());
  }
  rows.Finish(builder_->column_count());
  SERIN_RETURN_IF_ERROR(builder_->Add(rows, std::move(bad)));
  line_ = lines.next_line();
  return lines.consumed();
}

std::string LibsvmReader::ReadRow(absl::string_view line) {
  absl::string_view rest = line.substr(0, line.find('#'));
  label_ = TakeToken(&rest);
  values_.clear();
  while (!(rest = TrimValue(rest)).empty()) {
    std::string problem = ReadValue(TakeToken(&rest));
    if (!problem.empty()) return problem;
  }
  if (!ParseNumber(label_))
    return absl::StrCat("the label must be a number, is ", QuoteForError(label_));
  return "";
}

std::string LibsvmReader::ReadValue(absl::string_view token) {
  const size_t colon = token.find(':');
  int64_t index = 0;
  const bool valid = colon != absl::string_view::npos &&
                     absl::SimpleAtoi(token.substr(0, colon), &index) && index >= 1 &&
                     index <= kMaxIndex && ParseNumber(token.substr(colon + 1)).has_value();
  if (!valid) {
    return absl::StrCat("must be index:value, with an index from 1 and a number, is ",
                        QuoteForError(token));
  }
  if (!values_.empty() && index <= values_.back().first) {
    return absl::StrCat("indexes must ascend: ", QuoteForError(token), " is behind ",
                        values_.back().first);
  }
  values_.emplace_back(index, token.substr(colon + 1));
  return "";
}

// Those up to the greatest index of the row.
absl::Status LibsvmReader::AddColumns() {
  if (builder_->column_count() == 0 || feature_columns_.empty()) {
    SERIN_ASSIGN_OR_RETURN(label_column_, builder_->FindOrAddColumn(kLabel));
  }
  const size_t needed = values_.empty() ? 0 : static_cast<size_t>(values_.back().first);
  while (feature_columns_.size() < needed) {
    const size_t before = builder_->column_count();
    SERIN_ASSIGN_OR_RETURN(const size_t column, builder_->FindOrAddColumn(absl::StrCat(
                                                    "f", feature_columns_.size() + 1)));
    feature_columns_.push_back(column);
    if (builder_->column_count() > before && builder_->has_rows()) builder_->RequireReread();
  }
  return absl::OkStatus();
}

absl::Status LibsvmReader::TooLong(absl::string_view text) const {
  return LineTooLong(line_, text);
}

}  // namespace serin
