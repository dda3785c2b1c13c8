#include "client/cli/profile_view.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/cli/format.h"
#include "client/cli/histogram_text.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using Align = TextTable::Align;

constexpr int kTopValues = 3;
constexpr size_t kValueBytes = 24;

// `12 columns`, `1 column`.
std::string Counted(int64_t count, absl::string_view noun) {
  return absl::StrCat(FormatCount(count), " ", noun, count == 1 ? "" : "s");
}

// 0 %, 0.4 %, 97 %, and never 0 % of something or 100 % of less than all.
std::string FormatPercent(int64_t part, int64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.1) return "<0.1 %";
  if (part < whole && percent > 99.9) return ">99.9 %";
  return absl::StrFormat(percent < 10 ? "%.1f %%" : "%.0f %%", percent);
}

// Values are cut where a character of UTF-8 begins.
std::string Shortened(absl::string_view text) {
  if (text.size() <= kValueBytes) return std::string(text);
  size_t end = kValueBytes;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return absl::StrCat(absl::StripSuffix(text.substr(0, end), "…"), "...");
}

// `setosa 33 %, versicolor 33 %, ...`.
std::string TopValues(const v1::ColumnProfile& column) {
  std::vector<std::string> parts;
  for (const v1::ValueCount& top : column.top_values()) {
    if (parts.size() == kTopValues) break;
    parts.push_back(
        absl::StrCat(Shortened(top.value()), " ", FormatPercent(top.count(), column.count())));
  }
  if (!parts.empty() && column.distinct() > kTopValues) parts.push_back("...");
  return absl::StrJoin(parts, ", ");
}

// What a bar for each bucket says more about than the most frequent values do.
bool IsSpread(const v1::ColumnProfile& column) {
  return column.type() != v1::COLUMN_TYPE_BOOLEAN && column.number().histogram_size() > 0;
}

std::string ValuesCell(const v1::ColumnProfile& column, const Console& console) {
  if (column.count() == 0) return "";
  return IsSpread(column) ? HistogramText(column.number(), console.utf8) : TopValues(column);
}

std::string SummaryCell(const v1::ColumnProfile& column, double value) {
  return column.type() == v1::COLUMN_TYPE_TIMESTAMP ? FormatTimestamp(value) : FormatSummary(value);
}

// Minimum, mean and maximum; of strings, their lengths say little.
std::vector<std::string> SummaryCells(const v1::ColumnProfile& column) {
  if (!column.has_number()) return {"", "", ""};
  const v1::NumberSummary& number = column.number();
  return {SummaryCell(column, number.min()), SummaryCell(column, number.mean()),
          SummaryCell(column, number.max())};
}

std::vector<std::string> RowOf(const v1::DatasetProfile& profile, const v1::ColumnProfile& column,
                               const Console& console) {
  std::vector<std::string> row = {
      column.name(), std::string(TypeName(column.type())),
      FormatPercent(column.missing(), column.missing() + column.count()),
      absl::StrCat(column.distinct_exact() ? "" : "~", FormatCount(column.distinct()))};
  for (std::string& cell : SummaryCells(column)) row.push_back(std::move(cell));
  row.push_back(ValuesCell(column, console));
  if (profile.target().empty()) return row;
  const bool is_target = column.name() == profile.target();
  row.push_back(column.has_association() ? absl::StrFormat("%.2f", column.association()) : "");
  if (is_target) row.back() = "target";
  return row;
}

TextTable ColumnsTable(const v1::DatasetProfile& profile, const Console& console) {
  std::vector<TextTable::Column> headings = {{"COLUMN"},
                                             {"TYPE"},
                                             {"MISSING", Align::kRight},
                                             {"DISTINCT", Align::kRight},
                                             {"MIN", Align::kRight},
                                             {"MEAN", Align::kRight},
                                             {"MAX", Align::kRight},
                                             {"VALUES"}};
  if (!profile.target().empty()) headings.push_back({"ASSOCIATION", Align::kRight});
  TextTable table(std::move(headings));
  for (const v1::ColumnProfile& column : profile.columns()) {
    table.AddRow(RowOf(profile, column, console));
  }
  return table;
}

std::string Title(const v1::DatasetProfile& profile) {
  std::string title =
      absl::StrCat(profile.dataset_version(), ": ", Counted(profile.row_count(), "row"), ", ",
                   Counted(profile.columns_size(), "column"));
  if (profile.duplicate_row_count() > 0) {
    absl::StrAppend(&title, ", ", profile.duplicate_rows_exact() ? "" : "about ",
                    Counted(profile.duplicate_row_count(), "duplicate row"));
  }
  return title;
}

// KIND_LEAKS_TARGET -> leaks target.
std::string KindText(v1::ProfileWarning::Kind kind) {
  return absl::StrReplaceAll(EnumText(v1::ProfileWarning::Kind_Name(kind), "KIND_"), {{"_", " "}});
}

void PrintWarnings(const v1::DatasetProfile& profile, const Session& session) {
  if (profile.warnings().empty()) return;
  TextTable table({{"WARNING"}, {""}});
  for (const v1::ProfileWarning& warning : profile.warnings()) {
    table.AddRow({KindText(warning.kind()), warning.message()});
  }
  session.console.out << "\n";
  session.Print(table);
}

}  // namespace

void PrintProfile(const v1::DatasetProfile& profile, const Session& session) {
  session.console.out << Printable(Title(profile)) << "\n\n";
  session.Print(ColumnsTable(profile, session.console));
  PrintWarnings(profile, session);
}

}  // namespace serin
