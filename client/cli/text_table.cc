#include "client/cli/text_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace serin {
namespace {

constexpr absl::string_view kGap = "  ";
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kPlain = "\x1b[0m";

// Characters of UTF-8 text: all bytes but continuations.
size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

// Whether UTF-8 text begins with one of U+0080 to U+009F, among them a second form of escape.
bool IsC1Control(absl::string_view text) {
  return text.size() >= 2 && text[0] == '\xc2' && (text[1] & 0xe0) == 0x80;
}

std::string EscapeOf(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  return absl::StrFormat("\\x%02x", static_cast<unsigned char>(c));
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_iscntrl(text[i])) {
      out += EscapeOf(text[i]);
    } else if (IsC1Control(text.substr(i))) {
      out += EscapeOf(text[++i]);
    } else {
      out += text[i];
    }
  }
  return out;
}

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)), min_widths_(columns_.size(), 0) {
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.push_back(Printable(column.heading));
  rows_.push_back(std::move(headings));
}

TextTable TextTable::Fields() {
  TextTable table({{""}, {""}});
  table.indent_ = "  ";
  return table;
}

void TextTable::AddRow(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::Continue() {
  min_widths_ = Widths();
  rows_ = {std::vector<std::string>(columns_.size())};
}

std::vector<size_t> TextTable::Widths() const {
  std::vector<size_t> widths = min_widths_;
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  return widths;
}

std::string TextTable::RenderLine(const std::vector<std::string>& cells,
                                  const std::vector<size_t>& widths) const {
  std::string line = indent_;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - Width(cells[i]), ' ');
    if (i > 0) absl::StrAppend(&line, kGap);
    if (columns_[i].align == Align::kRight) {
      absl::StrAppend(&line, padding, cells[i]);
    } else {
      absl::StrAppend(&line, cells[i], padding);
    }
  }
  absl::StripTrailingAsciiWhitespace(&line);
  return line;
}

std::string TextTable::Render(bool bold_headings) const {
  const std::vector<size_t> widths = Widths();
  const std::string headings = RenderLine(rows_[0], widths);
  std::string out;
  if (!headings.empty() && bold_headings) {
    absl::StrAppend(&out, kBold, headings, kPlain, "\n");
  } else if (!headings.empty()) {
    absl::StrAppend(&out, headings, "\n");
  }
  for (size_t i = 1; i < rows_.size(); ++i) {
    absl::StrAppend(&out, RenderLine(rows_[i], widths), "\n");
  }
  return out;
}

}  // namespace serin
