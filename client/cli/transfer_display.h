#ifndef SERIN_CLIENT_CLI_TRANSFER_DISPLAY_H_
#define SERIN_CLIENT_CLI_TRANSFER_DISPLAY_H_

#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "client/cli/progress_bar.h"
#include "serin/client.h"

namespace serin {

// How far a transfer is that began at `begin`, and how fast it goes:
// `45.1 MB of 3.0 GB  1,234,567 lines  25.3 MB/s  1:58 left`.
std::string DescribeTransfer(const TransferProgress& progress, absl::Duration elapsed);

// A bar for a file that is sent or fetched. Not thread-safe.
class TransferDisplay {
 public:
  // `stage` is what is being done: `uploading iris.csv`.
  TransferDisplay(std::ostream& out, bool is_terminal, std::string stage, absl::Time begin)
      : bar_(out, is_terminal), stage_(std::move(stage)), begin_(begin) {}

  // Draws at most ten times a second.
  void Show(const TransferProgress& progress, absl::Time now);

 private:
  ProgressBar bar_;
  const std::string stage_;
  const absl::Time begin_;
  absl::Time next_ = absl::InfinitePast();
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRANSFER_DISPLAY_H_
