#include "client/cli/progress_bar.h"

#include <gtest/gtest.h>

#include <sstream>

namespace serin {
namespace {

TEST(ProgressBarTest, OnATerminal_IsDrawnOverItself_AndErasedAtTheEnd) {
  std::ostringstream out;
  {
    ProgressBar bar(out, /*is_terminal=*/true);
    bar.Update("training", 0.5, "5/10");
    EXPECT_EQ(out.str(), "\r\x1b[K[###############...............]  50 %  training  5/10");
    bar.Update("training", 0.5, "5/10");  // Nothing new, nothing drawn.
  }
  EXPECT_EQ(out.str(), "\r\x1b[K[###############...............]  50 %  training  5/10\r\x1b[K");
}

TEST(ProgressBarTest, ElsewherePrintsOneLineForEachStage) {
  std::ostringstream out;
  {
    ProgressBar bar(out, /*is_terminal=*/false);
    bar.Update("reading", 0.1, "");
    bar.Update("training", 0.2, "1/10");
    bar.Update("training", 0.3, "2/10");
  }
  EXPECT_EQ(out.str(), "reading\ntraining\n");
}

TEST(ProgressBarTest, WithoutAFraction_ShowsNoBar) {
  std::ostringstream out;
  ProgressBar bar(out, /*is_terminal=*/true);
  bar.Update("uploading", std::nullopt, "2.0 MB");
  EXPECT_EQ(out.str(), "\r\x1b[Kuploading  2.0 MB");
}

}  // namespace
}  // namespace serin
