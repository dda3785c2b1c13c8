#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "client/cli/app.h"

namespace {

bool ColorWanted() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return isatty(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0');
}

// What LC_ALL, LC_CTYPE or LANG say of how terminals show text.
bool LocaleIsUtf8() {
  const locale_t locale = newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return false;
  const bool is_utf8 = std::strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return is_utf8;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // What it logs of errors is for programmers; they may set it.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const serin::Console console{.in = std::cin,
                               .out = std::cout,
                               .err = std::cerr,
                               .err_is_terminal = isatty(STDERR_FILENO) == 1,
                               .color = ColorWanted(),
                               .utf8 = LocaleIsUtf8()};
  return serin::RunCli({argv + 1, argv + argc}, console);
}
