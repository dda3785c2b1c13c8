#include "core/traffic/outlier.h"

#include <gtest/gtest.h>

#include <vector>

namespace serin {
namespace {

constexpr absl::Duration kFast = absl::Milliseconds(10);

// Some replicas, and a clock.
class OutlierTest : public testing::Test {
 protected:
  explicit OutlierTest(const OutlierOptions& options = {}) : detector_(options) {}

  void AddReplicas(int count) {
    for (int i = 0; i < count; ++i) EXPECT_EQ(detector_.Add(), i);
    replicas_ = count;
  }

  void Call(int replica, CallOutcome outcome, absl::Duration latency = kFast) {
    detector_.OnStart(replica, now_);
    now_ += latency;
    detector_.OnDone(replica, outcome, latency, kFast, now_);
  }

  void Calls(int count, int replica, CallOutcome outcome, absl::Duration latency = kFast) {
    for (int i = 0; i < count; ++i) Call(replica, outcome, latency);
  }

  void Pass(absl::Duration time) {
    now_ += time;
    detector_.Step(now_);
  }

  std::vector<int> Ejected() const {
    std::vector<int> ejected;
    for (int i = 0; i < replicas_; ++i) {
      if (detector_.ejected(i)) ejected.push_back(i);
    }
    return ejected;
  }

  // How long until an ejected replica may be called again, in whole seconds.
  int SecondsOut(int replica) {
    int seconds = 0;
    while (detector_.ejected(replica)) {
      Pass(absl::Seconds(1));
      ++seconds;
    }
    return seconds;
  }

  OutlierDetector detector_;
  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  int replicas_ = 0;
};

using Replicas = std::vector<int>;

TEST_F(OutlierTest, FiveFailuresInARow_Eject_AnAnswerBetweenThemSaves) {
  AddReplicas(3);
  Calls(4, 1, CallOutcome::kFailed);
  Call(1, CallOutcome::kAnswered);
  Calls(4, 1, CallOutcome::kFailed);
  EXPECT_EQ(Ejected(), Replicas({}));
  Call(1, CallOutcome::kFailed);
  EXPECT_EQ(Ejected(), Replicas({1}));
  EXPECT_FALSE(detector_.Usable(1));
  EXPECT_TRUE(detector_.Usable(0));
  EXPECT_EQ(detector_.ejections(), 1);
}

TEST_F(OutlierTest, CallsThatAreGivenUp_AreNoFailures) {
  AddReplicas(3);
  Calls(100, 1, CallOutcome::kGivenUp, absl::Milliseconds(1));
  Pass(absl::Seconds(1));
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, TheWayBack_IsOneCallAtATime) {
  AddReplicas(3);
  Calls(5, 1, CallOutcome::kFailed);
  EXPECT_EQ(SecondsOut(1), 5);
  EXPECT_TRUE(detector_.Usable(1));
  detector_.OnStart(1, now_);
  EXPECT_FALSE(detector_.Usable(1));  // Until that call is answered.
  detector_.OnDone(1, CallOutcome::kAnswered, kFast, kFast, now_);
  EXPECT_TRUE(detector_.Usable(1));
  Calls(2, 1, CallOutcome::kAnswered);
  detector_.OnStart(1, now_);
  EXPECT_TRUE(detector_.Usable(1));  // In service again.
}

TEST_F(OutlierTest, EjectionsInARow_DoubleUpToTheLongest_AndAreForgivenOneByOne) {
  AddReplicas(3);
  Calls(5, 1, CallOutcome::kFailed);
  for (const int seconds : {5, 10, 20, 40, 80, 160, 300, 300}) {
    EXPECT_EQ(SecondsOut(1), seconds);
    Call(1, CallOutcome::kFailed);  // In probation one is enough.
  }
  EXPECT_EQ(SecondsOut(1), 300);
  Calls(3, 1, CallOutcome::kAnswered);
  for (int i = 0; i < 20; ++i) Pass(absl::Minutes(5));  // As long in service as it was out, each.
  Calls(5, 1, CallOutcome::kFailed);
  EXPECT_EQ(SecondsOut(1), 5);
}

TEST_F(OutlierTest, NeverMoreThanHalf_NorTheLast) {
  AddReplicas(5);
  for (int i = 0; i < 5; ++i) Calls(10, i, CallOutcome::kFailed);
  EXPECT_EQ(Ejected(), Replicas({0, 1}));

  OutlierDetector alone({.max_ejected = 1});
  alone.Add();
  for (int i = 0; i < 100; ++i) {
    alone.OnStart(0, now_);
    alone.OnDone(0, CallOutcome::kFailed, kFast, kFast, now_);
  }
  EXPECT_FALSE(alone.ejected(0));
}

TEST_F(OutlierTest, WhoeverFailsOn_IsEjectedAsSoonAsThereIsRoom) {
  AddReplicas(2);
  Calls(5, 0, CallOutcome::kFailed);
  Calls(7, 1, CallOutcome::kFailed);
  EXPECT_EQ(Ejected(), Replicas({0}));
  EXPECT_EQ(SecondsOut(0), 5);
  Call(1, CallOutcome::kFailed);
  EXPECT_EQ(Ejected(), Replicas({1}));
}

TEST_F(OutlierTest, FarSlowerThanTheOthers_IsEjected_TheSlowestFirst) {
  AddReplicas(5);
  for (const int replica : {0, 1, 2}) Calls(40, replica, CallOutcome::kAnswered);
  Calls(40, 3, CallOutcome::kAnswered, absl::Milliseconds(100));
  Calls(40, 4, CallOutcome::kAnswered, absl::Milliseconds(200));
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({3, 4}));
}

TEST_F(OutlierTest, OfTwoReplicas_TheSlowOneIsEjected) {
  AddReplicas(2);
  Calls(40, 0, CallOutcome::kAnswered);
  Calls(40, 1, CallOutcome::kAnswered, absl::Milliseconds(100));
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({1}));
}

TEST_F(OutlierTest, ThreeTimesAsSlow_OrSlowOnTooFewCalls_Stays) {
  AddReplicas(3);
  Calls(40, 0, CallOutcome::kAnswered);
  Calls(40, 1, CallOutcome::kAnswered, 3 * kFast);
  Calls(19, 2, CallOutcome::kAnswered, 100 * kFast);
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, AllSlowTogether_NobodyIsTheOutlier) {
  AddReplicas(3);
  for (int replica = 0; replica < 3; ++replica) {
    Calls(100, replica, CallOutcome::kAnswered, 50 * kFast);
  }
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, ALargeModel_IsNotASlowReplica) {
  AddReplicas(2);
  Calls(40, 0, CallOutcome::kAnswered);
  for (int i = 0; i < 40; ++i) {  // Takes 100 ms everywhere, and only this replica has it.
    detector_.OnStart(1, now_);
    now_ += absl::Milliseconds(100);
    detector_.OnDone(1, CallOutcome::kAnswered, absl::Milliseconds(100), absl::Milliseconds(100),
                     now_);
  }
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, FractionsOfAMillisecond_EjectNobody) {
  AddReplicas(2);
  const absl::Duration tenth = absl::Microseconds(100);
  for (int i = 0; i < 40; ++i) {
    for (const int replica : {0, 1}) {
      const absl::Duration latency = replica == 0 ? tenth : 10 * tenth;
      detector_.OnStart(replica, now_);
      detector_.OnDone(replica, CallOutcome::kAnswered, latency, tenth, now_);
    }
  }
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, CallsThatWaitWhileOthersAnswer_EjectAsStalled) {
  AddReplicas(3);
  detector_.OnStart(1, now_);
  for (int i = 0; i < 4; ++i) {
    Calls(10, 0, CallOutcome::kAnswered);
    Pass(absl::ZeroDuration());
    EXPECT_EQ(Ejected(), Replicas({})) << "after " << 100 * (i + 1) << " ms";
  }
  Calls(11, 0, CallOutcome::kAnswered);
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({1}));
}

TEST_F(OutlierTest, WaitsThatWereGivenUp_AddUp) {
  AddReplicas(3);
  for (int i = 0; i < 6; ++i) {
    Call(1, CallOutcome::kGivenUp, absl::Milliseconds(100));
    Call(0, CallOutcome::kAnswered);
  }
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({1}));
}

TEST_F(OutlierTest, SlowCalls_AreNoStall_WhereSuchCallsAreUsual) {
  AddReplicas(2);
  for (int i = 0; i < 40; ++i) {
    Call(0, CallOutcome::kAnswered, absl::Seconds(1));
    Call(1, CallOutcome::kAnswered, absl::Seconds(1));
  }
  detector_.OnStart(1, now_);
  Calls(3, 0, CallOutcome::kAnswered, absl::Seconds(1));
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({}));
  Calls(4, 0, CallOutcome::kAnswered, absl::Seconds(1));
  Pass(absl::ZeroDuration());
  EXPECT_EQ(Ejected(), Replicas({1}));
}

TEST_F(OutlierTest, WhenNobodyAnswers_NobodyIsStalled) {
  AddReplicas(3);
  for (int replica = 0; replica < 3; ++replica) detector_.OnStart(replica, now_);
  Pass(absl::Minutes(1));
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, AStalledReplica_ComesBackAfterASignOfLife) {
  AddReplicas(3);
  detector_.OnStart(1, now_);
  Calls(60, 0, CallOutcome::kAnswered);
  Pass(absl::ZeroDuration());
  ASSERT_EQ(Ejected(), Replicas({1}));
  detector_.OnDone(1, CallOutcome::kGivenUp, absl::Seconds(1), kFast, now_);
  Pass(absl::Minutes(1));
  EXPECT_EQ(Ejected(), Replicas({1}));
  detector_.OnHeard(1, now_ - absl::Minutes(2));  // Before it was ejected.
  Pass(absl::Milliseconds(100));
  EXPECT_EQ(Ejected(), Replicas({1}));
  detector_.OnHeard(1, now_);
  Pass(absl::Milliseconds(100));
  EXPECT_EQ(Ejected(), Replicas({}));
  EXPECT_TRUE(detector_.Usable(1));
  Pass(absl::Seconds(10));  // What it left unanswered is not held against it again.
  EXPECT_EQ(Ejected(), Replicas({}));
}

TEST_F(OutlierTest, AStalledReplica_WithoutASign_IsTriedInTheEnd) {
  AddReplicas(3);
  detector_.OnStart(1, now_);
  Calls(60, 0, CallOutcome::kAnswered);
  Pass(absl::ZeroDuration());
  EXPECT_EQ(SecondsOut(1), 300);
}

TEST_F(OutlierTest, ANewReplica_TakesTheNumberOfOneRemoved_WithACleanSheet) {
  AddReplicas(3);
  Calls(5, 1, CallOutcome::kFailed);
  detector_.Remove(1);
  EXPECT_FALSE(detector_.Usable(1));
  EXPECT_EQ(detector_.Add(), 1);
  EXPECT_TRUE(detector_.Usable(1));
  EXPECT_EQ(detector_.Add(), 3);
}

TEST(OutcomeOfTest, TellsTheReplicasFaultsFromOthers) {
  for (int code = 0; code <= 16; ++code) {
    const auto status = static_cast<absl::StatusCode>(code);
    const bool failed = code == 2 || code == 13 || code == 14 || code == 15;
    const bool given_up = code == 1 || code == 4;
    EXPECT_EQ(OutcomeOf(status), failed     ? CallOutcome::kFailed
                                 : given_up ? CallOutcome::kGivenUp
                                            : CallOutcome::kAnswered)
        << code;
  }
}

}  // namespace
}  // namespace serin
