#ifndef SERIN_CLIENT_CLI_CONSOLE_H_
#define SERIN_CLIENT_CLI_CONSOLE_H_

#include <istream>
#include <ostream>

namespace serin {

// Where a command reads and writes. Results go to `out`, everything else to `err`, so that the
// output of a command can be piped into another.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Whether people watch: bars are drawn on `err` only if it is a terminal.
  bool err_is_terminal = false;
  // Whether headings in `out` are set in bold: it is a terminal, and NO_COLOR is not set.
  bool color = false;
  // Whether `out` is read as UTF-8, so that characters other than ASCII may be drawn with.
  bool utf8 = false;
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_CONSOLE_H_
