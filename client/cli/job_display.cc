#include "client/cli/job_display.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/format.h"
#include "client/cli/leaderboard_view.h"
#include "client/cli/text_table.h"
#include "core/table/value_text.h"

namespace serin {
namespace {

constexpr int kShownTrials = 5;
// A line that a narrow terminal breaks in two could not be erased.
constexpr size_t kMaxLine = 79;

std::string CutLines(absl::string_view text) {
  std::string cut;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    size_t end = std::min(line.size(), kMaxLine);
    // Not within a character of UTF-8.
    while (end > 0 && end < line.size() && (line[end] & 0xC0) == 0x80) --end;
    absl::StrAppend(&cut, line.substr(0, end), "\n");
  }
  return cut;
}

std::string BestText(const v1::Leaderboard& leaderboard) {
  const v1::Trial& best = leaderboard.trials(0);
  return absl::StrCat("best so far: ", best.algorithm(), ", ", MetricText(leaderboard.metric()),
                      " ", FormatSummary(best.score()), " (", FormatFields(best.hyperparameters()),
                      ")");
}

}  // namespace

JobDisplay::~JobDisplay() {
  bar_.Erase();
  EraseTable();
}

void JobDisplay::Show(const v1::Job& job) {
  const v1::Leaderboard& leaderboard = job.leaderboard();
  if (!leaderboard.trials().empty() && leaderboard.trials(0).has_score()) Redraw(leaderboard);
  bar_.Show(job);
}

void JobDisplay::Redraw(const v1::Leaderboard& leaderboard) {
  const std::string now =
      is_terminal_
          ? CutLines(absl::StrCat(SearchText(leaderboard), "\n",
                                  LeaderboardTable(leaderboard, kShownTrials).Render(false)))
          : Printable(BestText(leaderboard)) + "\n";
  if (now == table_) return;
  bar_.Erase();
  EraseTable();
  table_ = now;
  out_ << table_ << std::flush;
}

void JobDisplay::EraseTable() {
  const auto lines = std::count(table_.begin(), table_.end(), '\n');
  // Up to the first line of it, and all from there on.
  if (is_terminal_ && lines > 0) out_ << "\x1b[" << lines << "A\x1b[J" << std::flush;
  table_.clear();
}

}  // namespace serin
