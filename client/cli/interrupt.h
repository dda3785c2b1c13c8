#ifndef SERIN_CLIENT_CLI_INTERRUPT_H_
#define SERIN_CLIENT_CLI_INTERRUPT_H_

#include <string>

namespace serin {

// While it lives, Ctrl-C (SIGINT) ends the process with exit code 130, after a last word on
// standard error. One at a time.
class LeaveOnInterrupt {
 public:
  explicit LeaveOnInterrupt(std::string last_word);
  ~LeaveOnInterrupt();
  LeaveOnInterrupt(const LeaveOnInterrupt&) = delete;
  LeaveOnInterrupt& operator=(const LeaveOnInterrupt&) = delete;

 private:
  const std::string last_word_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_INTERRUPT_H_
