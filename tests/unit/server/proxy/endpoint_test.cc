#include "server/proxy/endpoint.h"

#include <gtest/gtest.h>

#include "tests/testing/simulated_loop.h"
#include "tests/unit/server/proxy/fake_connector.h"

namespace serin {
namespace {

class EndpointTest : public ::testing::Test, public Endpoint::Owner {
 protected:
  void OnEndpointChanged(Endpoint*) override { ++changes_; }

  std::unique_ptr<HttpStream> Open() { return endpoint_.Open({{":path", "/"}}, true, &ignore_); }
  FakeConnection& newest() { return connector_.connections.back(); }

  serin::testing::SimulatedLoop loop_;
  FakeConnector connector_;
  IgnoreStream ignore_;
  int changes_ = 0;
  Endpoint endpoint_{&loop_,
                     &connector_,
                     "replica:1",
                     this,
                     {.max_connections = 2,
                      .min_backoff = absl::Milliseconds(50),
                      .max_backoff = absl::Milliseconds(150)}};
};

TEST_F(EndpointTest, ConnectsAtOnce_AndIsReadyWhenThePeerSpoke) {
  ASSERT_EQ(connector_.connections.size(), 1);
  EXPECT_EQ(newest().target, "replica:1");
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kConnecting);
  EXPECT_EQ(Open(), nullptr);
  newest().BecomeReady();
  EXPECT_EQ(changes_, 1);
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kReady);
  EXPECT_NE(Open(), nullptr);
}

TEST_F(EndpointTest, WhenRefused_TriesAgain_LaterEachTime_UpToTheLimit) {
  size_t attempts = 1;
  for (const int pause_ms : {50, 100, 150, 150}) {
    newest().Close();
    EXPECT_EQ(endpoint_.state(), Endpoint::State::kDown);
    EXPECT_EQ(endpoint_.last_error(), absl::UnavailableError("connection refused"));
    loop_.Advance(absl::Milliseconds(pause_ms - 1));
    EXPECT_EQ(connector_.connections.size(), attempts) << pause_ms;
    loop_.Advance(absl::Milliseconds(1));
    EXPECT_EQ(connector_.connections.size(), ++attempts) << pause_ms;
  }
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kConnecting);
}

TEST_F(EndpointTest, AConnectionThatLived_IsReplacedAtOnce) {
  newest().BecomeReady();
  loop_.Advance(absl::Seconds(10));
  newest().Close();
  EXPECT_EQ(connector_.connections.size(), 2);
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kConnecting);
}

TEST_F(EndpointTest, AConnectionThatEndsAsSoonAsItIsMade_IsNotReplacedInAStorm) {
  newest().BecomeReady();
  newest().Close();
  EXPECT_EQ(connector_.connections.size(), 1);
  loop_.Advance(absl::Milliseconds(50));
  EXPECT_EQ(connector_.connections.size(), 2);
}

TEST_F(EndpointTest, GoAway_ConnectsAnew_AndTheOldStreamsRunOn) {
  newest().BecomeReady();
  loop_.Advance(absl::Seconds(10));
  const auto stream = Open();
  FakeConnection& old = newest();
  old.events->OnGoAway();
  ASSERT_EQ(connector_.connections.size(), 2);
  EXPECT_EQ(Open(), nullptr);
  newest().BecomeReady();
  EXPECT_NE(Open(), nullptr);
  EXPECT_FALSE(old.streams.front().destroyed);
  old.events->OnClosed(absl::OkStatus());
  EXPECT_EQ(connector_.connections.size(), 2);
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kReady);
}

TEST_F(EndpointTest, AllStreamsTaken_MakesASecondConnection_AndNoThird) {
  newest().max_streams = 1;
  newest().BecomeReady();
  const auto first = Open();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(Open(), nullptr);
  EXPECT_EQ(Open(), nullptr);
  ASSERT_EQ(connector_.connections.size(), 2);
  newest().max_streams = 1;
  newest().BecomeReady();
  const auto second = Open();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(Open(), nullptr);
  EXPECT_EQ(connector_.connections.size(), 2);
  EXPECT_EQ(endpoint_.state(), Endpoint::State::kReady);
}

}  // namespace
}  // namespace serin
