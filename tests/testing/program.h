#ifndef SERIN_TESTS_TESTING_PROGRAM_H_
#define SERIN_TESTS_TESTING_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace serin {

// What a program left behind that was run to its end.
struct ProgramResult {
  int exit_code = 0;  // 128 + signal if it was killed; 127 if there is no such program.
  std::string output;
  std::string errors;
};

// Runs a program, found as a shell finds it, to its end; it is killed when it takes longer than
// `timeout`, or when this thread ends. It reads `input`.
ProgramResult RunProgram(const std::vector<std::string>& arguments, absl::string_view input = "",
                         absl::Duration timeout = absl::Seconds(30));

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_PROGRAM_H_
