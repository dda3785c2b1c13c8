#include "core/base/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/resource_name.h"
#include "tests/testing/simulated_clock.h"

namespace serin {
namespace {

TEST(IdGeneratorTest, IdsAreUniqueAndSortByTime) {
  SimulatedClock clock;
  IdGenerator ids(&clock);
  std::set<std::string> seen;
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Next();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_TRUE(ValidateName("id", id).ok()) << id;
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_LT(last, id);
    last = id;
    clock.Advance(absl::Milliseconds(1));
  }
}

}  // namespace
}  // namespace serin
