#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/learn/algorithms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/program.h"

namespace serin {
namespace {

using ::testing::ContainsRegex;

// What the program prints when it is run by `env`, with these settings before it.
std::string Fingerprints(std::vector<std::string> settings) {
  settings.insert(settings.begin(), {"env", "OMP_WAIT_POLICY=passive"});
  settings.push_back(SERIN_FINGERPRINTS);
  const ProgramResult result = RunProgram(settings, "", absl::Minutes(5));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return result.output;
}

TEST(ReproducibilityTest, EveryAlgorithmAndASearchMakeTheSameBytes_OnAnyNumberOfThreadsAndCores) {
  const std::string one_thread = Fingerprints({"OMP_NUM_THREADS=1"});
  for (const v1::Algorithm& algorithm : ListAlgorithms()) {
    EXPECT_THAT(one_thread,
                ContainsRegex(absl::StrCat(algorithm.name(), " of [a-z]+: [0-9a-f]{64}")));
  }
  EXPECT_THAT(one_thread, ContainsRegex("auto of wine: [0-9a-f]{64}"));
  EXPECT_EQ(Fingerprints({"OMP_NUM_THREADS=7"}), one_thread);
  EXPECT_EQ(Fingerprints({"taskset", "--cpu-list", "0"}), one_thread);
}

}  // namespace
}  // namespace serin
