#ifndef SERIN_CLIENT_CLI_TEXT_TABLE_H_
#define SERIN_CLIENT_CLI_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace serin {

// Text in aligned columns, two spaces apart. Cells may hold anything: what would disturb the
// terminal (line breaks, escape sequences) is shown as a backslash escape.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string heading;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns);

  // A table of two columns without headings, indented: for names and their values.
  static TextTable Fields();

  // As many cells as there are columns.
  void AddRow(std::vector<std::string> cells);

  // Forgets the rows and the headings, to go on with the rows that follow them: no column gets
  // narrower.
  void Continue();

  // One line for the headings, unless all are empty, and one for each row.
  std::string Render(bool bold_headings) const;

 private:
  std::vector<size_t> Widths() const;
  std::string RenderLine(const std::vector<std::string>& cells,
                         const std::vector<size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<size_t> min_widths_;
  std::string indent_;
  std::vector<std::vector<std::string>> rows_;  // The first holds the headings.
};

// The text with control characters replaced: a line break becomes \n, an escape \x1b.
std::string Printable(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TEXT_TABLE_H_
