#include "client/cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace serin {
namespace {

constexpr int kInterrupted = 130;  // As shells have it: 128 and the signal's number.

// A signal handler has nothing but globals.
std::atomic<const std::string*> g_last_word = nullptr;

void Leave(int /*signal*/) {
  if (const std::string* word = g_last_word) {
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, word->data(), word->size());
  }
  _exit(kInterrupted);
}

}  // namespace

LeaveOnInterrupt::LeaveOnInterrupt(std::string last_word) : last_word_(std::move(last_word)) {
  g_last_word = &last_word_;
  signal(SIGINT, Leave);
}

LeaveOnInterrupt::~LeaveOnInterrupt() {
  signal(SIGINT, SIG_DFL);
  g_last_word = nullptr;
}

}  // namespace serin
