#ifndef SERIN_CLIENT_CLI_JOB_DISPLAY_H_
#define SERIN_CLIENT_CLI_JOB_DISPLAY_H_

#include <ostream>
#include <string>

#include "client/cli/progress_bar.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Shows a job while it runs: on a terminal a bar with the best candidates of a search above it,
// drawn over itself; elsewhere a line for each stage and each better candidate. Erases what it drew
// when destroyed. Not thread-safe.
class JobDisplay {
 public:
  JobDisplay(std::ostream& out, bool is_terminal)
      : out_(out), is_terminal_(is_terminal), bar_(out, is_terminal) {}
  ~JobDisplay();
  JobDisplay(const JobDisplay&) = delete;
  JobDisplay& operator=(const JobDisplay&) = delete;

  void Show(const v1::Job& job);

 private:
  void Redraw(const v1::Leaderboard& leaderboard);
  void EraseTable();

  std::ostream& out_;
  const bool is_terminal_;
  std::string
      table_;  // As it is drawn; elsewhere than on a terminal, the last line about a search.
  ProgressBar bar_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_JOB_DISPLAY_H_
