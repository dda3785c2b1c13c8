#include "tests/testing/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "absl/time/clock.h"

namespace serin {
namespace {

// A file without a name, which goes with its descriptor.
struct CloseFile {
  void operator()(FILE* file) const { fclose(file); }
};
using ScratchFile = std::unique_ptr<FILE, CloseFile>;

ScratchFile Scratch(absl::string_view contents = "") {
  ScratchFile file(tmpfile());
  if (file == nullptr) abort();
  fcntl(fileno(file.get()), F_SETFD, FD_CLOEXEC);
  fwrite(contents.data(), 1, contents.size(), file.get());
  rewind(file.get());
  return file;
}

std::string Contents(FILE* file) {
  rewind(file);
  std::string contents;
  char buffer[1 << 16];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), file)) > 0;) {
    contents.append(buffer, size);
  }
  return contents;
}

int AwaitEnd(pid_t pid, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (absl::Now() > deadline) kill(pid, SIGKILL);
    poll(nullptr, 0, /*timeout_ms=*/1);
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProgramResult RunProgram(const std::vector<std::string>& arguments, absl::string_view input,
                         absl::Duration timeout) {
  const ScratchFile in = Scratch(input), out = Scratch(), err = Scratch();
  const int descriptors[] = {fileno(in.get()), fileno(out.get()), fileno(err.get())};
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    // Only what is allowed between fork and exec in a process with threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < 3; ++i) dup2(descriptors[i], i);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }
  const int exit_code = AwaitEnd(pid, timeout);
  return {exit_code, Contents(out.get()), Contents(err.get())};
}

}  // namespace serin
