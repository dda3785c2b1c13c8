// The policies at work together, on simulated replicas, calls and time: what each promises as a
// number.

#include "tests/unit/core/traffic/simulation.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/traffic/balance.h"
#include "core/traffic/concurrency_limit.h"
#include "core/traffic/hedge.h"
#include "core/traffic/outlier.h"
#include "core/traffic/retry.h"

namespace serin {
namespace {

using testing::Latencies;
using testing::SimulatedReplica;
using testing::Simulation;

// ---------------------------------------------------------------- balancing and outliers

struct FleetOptions {
  int replicas = 3;
  int workers = 4;
  absl::Duration service = absl::Milliseconds(5);
  bool two_choices = true;
  bool eject = true;
};

// A proxy in front of a few replicas with exponential service times, of which some are slowed down
// or stopped.
class Fleet {
 public:
  Fleet(Simulation* simulation, const FleetOptions& options)
      : simulation_(*simulation), options_(options), detector_({}), median_({}) {
    for (int i = 0; i < options.replicas; ++i) {
      slowdown_.push_back(1);
      calls_.push_back(0);
      candidates_.push_back(detector_.Add());
      loads_.push_back({.ready = true});
      replicas_.push_back(std::make_unique<SimulatedReplica>(
          simulation, options.workers,
          [this, i] { return slowdown_[i] * simulation_.Exponential(options_.service); }));
    }
    Tick();
  }

  // In share of what all replicas together can do, while none is slowed down.
  void Offer(double load) {
    const double rate =
        load * options_.replicas * options_.workers / absl::ToDoubleSeconds(options_.service);
    simulation_.Arrivals([rate] { return rate; }, [this] { Call(); });
  }

  void set_slowdown(int replica, double factor) { slowdown_[replica] = factor; }
  SimulatedReplica& replica(int i) { return *replicas_[i]; }
  const OutlierDetector& detector() const { return detector_; }

  // Since the last time that it was asked.
  Latencies TakeLatencies() { return std::exchange(latencies_, {}); }
  std::vector<int> TakeCalls() {
    return std::exchange(calls_, std::vector<int>(candidates_.size()));
  }

 private:
  int Pick() {
    const uint64_t random = simulation_.random().Next();
    if (!options_.two_choices) return static_cast<int>(random % candidates_.size());
    for (const int i : candidates_) loads_[i].ejected = options_.eject && !detector_.Usable(i);
    return PickReplica(candidates_, loads_, random);
  }

  void Call() {
    const int replica = Pick();
    const absl::Time start = simulation_.now();
    ++loads_[replica].outstanding;
    ++calls_[replica];
    detector_.OnStart(replica, start);
    replicas_[replica]->Call([this, replica, start] {
      --loads_[replica].outstanding;
      const absl::Duration latency = simulation_.now() - start;
      detector_.OnDone(replica, CallOutcome::kAnswered, latency, median_.median(),
                       simulation_.now());
      median_.OnAnswer(latency);
      latencies_.Add(latency);
    });
  }

  void Tick() {
    simulation_.After(absl::Milliseconds(100), [this] {
      detector_.Step(simulation_.now());
      Tick();
    });
  }

  Simulation& simulation_;
  const FleetOptions options_;
  OutlierDetector detector_;
  HedgePolicy median_;
  std::vector<double> slowdown_;
  std::vector<int> calls_;
  std::vector<int> candidates_;
  std::vector<ReplicaLoad> loads_;
  std::vector<std::unique_ptr<SimulatedReplica>> replicas_;
  Latencies latencies_;
};

TEST(BalancingSimulation, TwoChoices_CutTheTail_ThatOneChoiceHas) {
  const auto p99 = [](bool two_choices) {
    Simulation simulation(1);
    Fleet fleet(&simulation,
                {.replicas = 10, .workers = 1, .two_choices = two_choices, .eject = false});
    fleet.Offer(0.9);
    simulation.RunFor(absl::Seconds(60));
    return fleet.TakeLatencies().Quantile(0.99);
  };
  EXPECT_LT(p99(true), p99(false) / 3);
}

TEST(BalancingSimulation, EqualReplicas_GetEqualShares) {
  Simulation simulation(1);
  Fleet fleet(&simulation, {.replicas = 4});
  fleet.Offer(0.5);
  simulation.RunFor(absl::Seconds(30));
  const std::vector<int> calls = fleet.TakeCalls();
  for (const int count : calls) EXPECT_NEAR(count, calls[0], 0.03 * calls[0]);
  EXPECT_EQ(fleet.detector().ejections(), 0);
}

TEST(BalancingSimulation, ASlowerReplica_GetsFewerCalls_WithoutBeingEjected) {
  Simulation simulation(1);
  Fleet fleet(&simulation, {.workers = 1});
  fleet.set_slowdown(0, 2);
  fleet.Offer(0.5);
  simulation.RunFor(absl::Seconds(30));
  const std::vector<int> calls = fleet.TakeCalls();
  EXPECT_LT(calls[0], 0.75 * calls[1]);
  EXPECT_EQ(fleet.detector().ejections(), 0);
}

TEST(OutlierSimulation, ASlowReplica_IsEjectedWithinTwoSeconds_AndComesBackOnceItIsWell) {
  Simulation simulation(1);
  Fleet fleet(&simulation, {});
  fleet.Offer(0.4);
  simulation.RunFor(absl::Seconds(10));
  ASSERT_EQ(fleet.detector().ejections(), 0);
  const absl::Duration healthy = fleet.TakeLatencies().Quantile(0.99);

  fleet.set_slowdown(1, 20);
  simulation.RunFor(absl::Seconds(2));
  EXPECT_TRUE(fleet.detector().ejected(1));
  fleet.TakeLatencies();
  simulation.RunFor(absl::Seconds(3));
  EXPECT_LE(fleet.TakeLatencies().Quantile(0.99), 1.2 * healthy);

  fleet.set_slowdown(1, 1);
  simulation.RunFor(absl::Seconds(30));
  EXPECT_FALSE(fleet.detector().ejected(1));
  fleet.TakeCalls();
  simulation.RunFor(absl::Seconds(10));
  const std::vector<int> calls = fleet.TakeCalls();
  EXPECT_NEAR(calls[1], calls[0], 0.1 * calls[0]);
}

TEST(OutlierSimulation, AReplicaThatStaysSlow_CostsLessAndLess) {
  Simulation simulation(1);
  Fleet fleet(&simulation, {});
  fleet.Offer(0.4);
  fleet.set_slowdown(1, 20);
  simulation.RunFor(absl::Minutes(10));
  EXPECT_GE(fleet.detector().ejections(), 3);
  EXPECT_LE(fleet.detector().ejections(), 10);
  const std::vector<int> calls = fleet.TakeCalls();
  EXPECT_LT(calls[1], 0.01 * calls[0]);
}

TEST(OutlierSimulation, AStoppedReplica_IsSparedWithinASecond_AndTheTailIsWellAgain) {
  Simulation simulation(1);
  Fleet fleet(&simulation, {});
  fleet.Offer(0.4);
  simulation.RunFor(absl::Seconds(10));
  const absl::Duration healthy = fleet.TakeLatencies().Quantile(0.99);

  fleet.replica(1).Stop();
  simulation.RunFor(absl::Seconds(1));
  EXPECT_TRUE(fleet.detector().ejected(1));
  fleet.TakeCalls();
  fleet.TakeLatencies();
  simulation.RunFor(absl::Seconds(20));
  EXPECT_EQ(fleet.TakeCalls()[1], 0);
  EXPECT_LE(fleet.TakeLatencies().Quantile(0.99), 1.2 * healthy);

  fleet.replica(1).Continue();  // Its late answers are signs of life.
  simulation.RunFor(absl::Seconds(10));
  EXPECT_FALSE(fleet.detector().ejected(1));
  EXPECT_GT(fleet.TakeCalls()[1], 1000);
}

// ---------------------------------------------------------------- retries and hedges

// Attempts that reach an upstream of which a share fails, for each call that callers make.
double Amplification(double failing, double calls_per_second) {
  Simulation simulation(1);
  RetryBudget budget({.ratio = 0.1, .min_per_second = 3});
  int64_t calls = 0;
  int64_t attempts = 0;
  simulation.Arrivals([=] { return calls_per_second; },
                      [&] {
                        ++calls;
                        budget.OnCall(simulation.now());
                        FailedAttempt attempt = {.code = absl::StatusCode::kUnavailable,
                                                 .request_complete = true,
                                                 .method_repeatable = true};
                        while (true) {
                          ++attempts;
                          if (simulation.random().Unit() >= failing || !MayRetry(attempt) ||
                              !budget.TryTake(simulation.now())) {
                            return;
                          }
                          ++attempt.number;
                        }
                      });
  simulation.RunFor(absl::Seconds(60));
  return static_cast<double>(attempts) / static_cast<double>(calls);
}

TEST(RetrySimulation, AnOutage_IsNotAmplified_BeyondTheBudget) {
  EXPECT_LE(Amplification(1.0, 1000), 1 + 0.1 + 0.003 + 0.002);
  EXPECT_GE(Amplification(1.0, 1000), 1.09);
}

TEST(RetrySimulation, AFewFailures_AreAllTriedAgain) {
  // 1 in 20 fails, of these 1 in 20 again: 1 + 0.05 + 0.0025.
  EXPECT_NEAR(Amplification(0.05, 1000), 1.0525, 0.003);
}

TEST(HedgeSimulation, HedgesCutTheTail_ForFivePercentMoreCalls) {
  // One call in fifty takes 100 times as long, wherever it goes.
  const auto run = [](bool hedging, double* extra) {
    Simulation simulation(1);
    HedgePolicy policy({});
    RetryBudget budget({.ratio = 0.1});
    Latencies latencies;
    const auto draw = [&] {
      const bool stuck = simulation.random().Unit() < 0.02;
      return (stuck ? 100 : 1) * simulation.Exponential(absl::Milliseconds(5));
    };
    int hedges = 0;
    simulation.Arrivals(
        [] { return 1000.0; },
        [&] {
          budget.OnCall(simulation.now());
          absl::Duration latency = draw();
          const auto delay = policy.Delay();
          if (hedging && delay && latency > *delay && budget.TryTake(simulation.now())) {
            ++hedges;
            latency = std::min(latency, *delay + draw());
          }
          policy.OnAnswer(latency);
          latencies.Add(latency);
        });
    simulation.RunFor(absl::Seconds(60));
    *extra = static_cast<double>(hedges) / static_cast<double>(latencies.count());
    return latencies.Quantile(0.99);
  };
  double extra = 0;
  const absl::Duration without = run(false, &extra);
  const absl::Duration with = run(true, &extra);
  EXPECT_LT(with, without / 5);
  EXPECT_LT(extra, 0.06);
}

// ---------------------------------------------------------------- concurrency

struct LoadResult {
  double goodput = 0;  // Calls answered in time, as a share of what the upstream can do.
  absl::Duration p99;  // Of those answered.
  int64_t refused = 0;
};

struct LoadOptions {
  double load = 1;  // Offered, as a share of what the upstream can do.
  int workers = 4;
  absl::Duration service = absl::Milliseconds(5);
  bool exponential = true;  // Service times; else within a fifth of the mean.
  int loops = 1;            // Each with a limit of its own.
  bool limited = true;
  int initial_limit = 100;
  absl::Duration latency_floor = absl::Milliseconds(10);
};

// Poisson arrivals whose callers wait for 50 service times; measured for a minute, after the limit
// has had 20 s to settle.
LoadResult Offer(const LoadOptions& options) {
  Simulation simulation(1);
  SimulatedReplica upstream(&simulation, options.workers, [&] {
    return options.exponential ? simulation.Exponential(options.service)
                               : options.service * (0.8 + 0.4 * simulation.random().Unit());
  });
  ConcurrencyOptions limit_options = {.max_limit = 10'000,
                                      .initial_limit = options.initial_limit,
                                      .latency_floor = options.latency_floor};
  if (!options.limited) limit_options.min_limit = limit_options.initial_limit = 1'000'000;
  if (!options.limited) limit_options.max_limit = 1'000'000;
  std::vector<ConcurrencyLimit> limits(options.loops, ConcurrencyLimit(limit_options));

  const double capacity = options.workers / absl::ToDoubleSeconds(options.service);
  bool measured = false;
  int next = 0;
  int64_t in_time = 0;
  int64_t refused = 0;
  Latencies latencies;
  simulation.Arrivals([&] { return options.load * capacity; },
                      [&] {
                        ConcurrencyLimit& limit = limits[next++ % limits.size()];
                        const absl::Time start = simulation.now();
                        if (!limit.TryAcquire(start)) {
                          refused += measured;
                          return;
                        }
                        upstream.Call([&, start] {
                          const absl::Duration latency = simulation.now() - start;
                          limit.Release(LoadEvidence::kAnswered, latency, simulation.now());
                          if (!measured) return;
                          latencies.Add(latency);
                          in_time += latency < 50 * options.service;
                        });
                      });
  simulation.RunFor(absl::Seconds(20));
  measured = true;
  simulation.RunFor(absl::Seconds(60));
  return {.goodput = static_cast<double>(in_time) / (60 * capacity),
          .p99 = latencies.Quantile(0.99),
          .refused = refused};
}

void ExpectGoodUnderFourfoldOverload(LoadOptions options) {
  options.load = 0.5;
  const LoadResult half = Offer(options);
  EXPECT_NEAR(half.goodput, 0.5, 0.03);
  options.load = 4;
  const LoadResult overload = Offer(options);
  EXPECT_GE(overload.goodput, 0.92);
  EXPECT_LT(overload.p99, 3 * half.p99);
}

TEST(ConcurrencySimulation, WithoutALimit_FourfoldOverload_LeavesNothing) {
  EXPECT_LT(Offer({.load = 4, .limited = false}).goodput, 0.01);
}

TEST(ConcurrencySimulation, FourfoldOverload_KeepsGoodput_AndLatency) {
  ExpectGoodUnderFourfoldOverload({});
}

TEST(ConcurrencySimulation, FourfoldOverload_OfEvenServiceTimes) {
  ExpectGoodUnderFourfoldOverload({.exponential = false});
}

TEST(ConcurrencySimulation, FourfoldOverload_FromTwoLoops) {
  ExpectGoodUnderFourfoldOverload({.loops = 2});
}

TEST(ConcurrencySimulation, FourfoldOverload_FromFourLoops) {
  ExpectGoodUnderFourfoldOverload({.loops = 4});
}

TEST(ConcurrencySimulation, FourfoldOverload_OfManyWorkers) {
  ExpectGoodUnderFourfoldOverload({.workers = 64, .service = absl::Milliseconds(20)});
}

TEST(ConcurrencySimulation, FourfoldOverload_OfSlowCalls) {
  ExpectGoodUnderFourfoldOverload({.workers = 2, .service = absl::Milliseconds(200)});
}

TEST(ConcurrencySimulation, FourfoldOverload_OfFastCalls_WithALowerFloor) {
  ExpectGoodUnderFourfoldOverload(
      {.workers = 2, .service = absl::Microseconds(500), .latency_floor = absl::Milliseconds(2)});
}

TEST(ConcurrencySimulation, FourfoldOverload_FromALimitThatIsFarTooHigh) {
  ExpectGoodUnderFourfoldOverload({.initial_limit = 10'000});
}

TEST(ConcurrencySimulation, BelowCapacity_NothingIsRefused) {
  for (const int initial : {100, 10'000}) {
    const LoadResult result = Offer({.load = 0.7, .initial_limit = initial});
    EXPECT_EQ(result.refused, 0);
    EXPECT_NEAR(result.goodput, 0.7, 0.02);
  }
}

}  // namespace
}  // namespace serin
