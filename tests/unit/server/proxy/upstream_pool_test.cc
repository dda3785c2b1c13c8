#include "server/proxy/upstream_pool.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/testing/simulated_loop.h"
#include "tests/unit/server/proxy/fake_connector.h"

namespace serin {
namespace {

// Three connected endpoints, of which the last is ten times as slow as the others.
class UpstreamPoolTest : public ::testing::Test {
 protected:
  UpstreamPoolTest() {
    endpoints_ = pool_.SetTargets(std::vector<std::string>{"a:1", "b:1", "slow:1"});
    for (const char* target : {"a:1", "b:1", "slow:1"}) connector_.To(target).BecomeReady();
  }

  // One call to each endpoint at the same time, answered after 10 ms or, by the slow one, 100 ms.
  void CallEach(absl::Duration usual) {
    std::vector<UpstreamPool::Opened> calls;
    for (Endpoint* endpoint : endpoints_) {
      calls.push_back(pool_.Open({&endpoint, 1}, nullptr, {{":path", "/"}}, true, &ignore_));
      ASSERT_NE(calls.back().stream, nullptr);
    }
    loop_.Advance(absl::Milliseconds(10));
    calls[0].lease.End(CallOutcome::kAnswered, usual);
    calls[1].lease.End(CallOutcome::kAnswered, usual);
    loop_.Advance(absl::Milliseconds(90));
    calls[2].lease.End(CallOutcome::kAnswered, usual);
  }

  // Which endpoint gets how many of so many calls.
  std::vector<int> Share(int calls) {
    std::vector<int> share(endpoints_.size());
    for (int i = 0; i < calls; ++i) {
      UpstreamPool::Opened opened =
          pool_.Open(endpoints_, nullptr, {{":path", "/"}}, true, &ignore_);
      for (size_t e = 0; e < endpoints_.size(); ++e) {
        share[e] += opened.lease.endpoint() == endpoints_[e];
      }
    }
    return share;
  }

  serin::testing::SimulatedLoop loop_;
  FakeConnector connector_;
  IgnoreStream ignore_;
  UpstreamPool pool_{&loop_, &connector_};
  UpstreamPool::Endpoints endpoints_;
};

TEST_F(UpstreamPoolTest, AnEndpointFarSlowerThanTheOthers_IsSpared_AndTakenBack) {
  for (int i = 0; i < 60 && pool_.ejections() == 0; ++i) CallEach(absl::Milliseconds(10));
  EXPECT_EQ(pool_.ejections(), 1);
  const std::vector<int> spared = Share(100);
  EXPECT_EQ(spared[2], 0);
  EXPECT_EQ(spared[0] + spared[1], 100);

  loop_.Advance(absl::Minutes(6));
  EXPECT_GT(Share(100)[2], 0);
}

TEST_F(UpstreamPoolTest, AnEndpointThatHung_IsTakenBack_OnceItIsHeardFrom) {
  UpstreamPool::Opened hangs = pool_.Open({&endpoints_[2], 1}, nullptr, {}, true, &ignore_);
  for (int i = 0; i < 100 && pool_.ejections() == 0; ++i) {
    UpstreamPool::Opened call = pool_.Open({&endpoints_[0], 1}, nullptr, {}, true, &ignore_);
    loop_.Advance(absl::Milliseconds(10));
    call.lease.End(CallOutcome::kAnswered);
  }
  ASSERT_EQ(pool_.ejections(), 1);
  hangs.lease.End(CallOutcome::kGivenUp);
  loop_.Advance(absl::Minutes(1));
  EXPECT_EQ(Share(100)[2], 0);

  connector_.To("slow:1").last_heard = loop_.Now();
  loop_.Advance(absl::Milliseconds(200));
  EXPECT_GT(Share(100)[2], 0);
}

TEST_F(UpstreamPoolTest, AStreamThatIsIdle_IsNoSignOfAnEndpointThatHangs) {
  UpstreamPool::Opened stream = pool_.Open({&endpoints_[2], 1}, nullptr, {}, false, &ignore_);
  loop_.Advance(absl::Milliseconds(10));
  stream.lease.BeginAnswer();
  for (int i = 0; i < 1000; ++i) {
    UpstreamPool::Opened call = pool_.Open({&endpoints_[0], 1}, nullptr, {}, true, &ignore_);
    loop_.Advance(absl::Milliseconds(10));
    call.lease.End(CallOutcome::kAnswered);
  }
  EXPECT_EQ(pool_.ejections(), 0);
  EXPECT_EQ(pool_.outstanding(), 1);
  stream.lease.End(CallOutcome::kAnswered);
  EXPECT_EQ(pool_.outstanding(), 0);
}

TEST_F(UpstreamPoolTest, CallsThatHaveNothingInCommon_SparesNobodyForTheirLatency) {
  for (int i = 0; i < 60; ++i) CallEach(/*usual=*/absl::ZeroDuration());
  EXPECT_EQ(pool_.ejections(), 0);
  EXPECT_GT(Share(100)[2], 0);
}

}  // namespace
}  // namespace serin
