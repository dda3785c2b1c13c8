#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "client/cli/app.h"

namespace {

bool ColorWanted() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return isatty(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0');
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
                               .color = ColorWanted()};
  return serin::RunCli({argv + 1, argv + argc}, console);
}
