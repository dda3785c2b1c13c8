#ifndef SERIN_CLIENT_CLI_PROGRESS_BAR_H_
#define SERIN_CLIENT_CLI_PROGRESS_BAR_H_

#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "serin/client.h"

namespace serin {

// Shows how far something is: on a terminal as a bar that is drawn over itself, elsewhere as a line
// for each new stage. Erases the bar when destroyed. Not thread-safe.
class ProgressBar {
 public:
  ProgressBar(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `stage` is what is being done, `fraction` in [0, 1] how much of all of it is done, where that
  // is known, `details` what more there is to say (terminals only).
  void Update(absl::string_view stage, std::optional<double> fraction, absl::string_view details);

  void Show(const v1::Job& job);

  // Takes the bar away until the next update.
  void Erase();

 private:
  std::ostream& out_;
  const bool is_terminal_;
  std::string last_;  // What was drawn last; elsewhere than on a terminal, the last stage.
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_PROGRESS_BAR_H_
