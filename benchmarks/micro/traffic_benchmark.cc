// What do the proxy's decisions about one call cost: who answers it, which replica takes it,
// whether there is room, and what is learnt from its end?
#include <benchmark/benchmark.h>

#include <numeric>
#include <string>
#include <vector>

#include "core/base/random_bits.h"
#include "core/traffic/balance.h"
#include "core/traffic/caller_rates.h"
#include "core/traffic/concurrency_limit.h"
#include "core/traffic/hedge.h"
#include "core/traffic/outlier.h"
#include "core/traffic/retry.h"
#include "core/traffic/route.h"
#include "core/traffic/split.h"

namespace serin {
namespace {

TrafficSplit EqualWeights(int64_t versions) {
  TrafficSplit split;
  for (int version = 1; version <= versions; ++version) {
    auto* weight = split.Add();
    weight->set_version(version);
    weight->set_weight(static_cast<int>(100 / versions));
  }
  return split;
}

void BM_PickVersion(benchmark::State& state) {
  const TrafficSplit split = EqualWeights(state.range(0));
  uint64_t key = 0;
  for (auto _ : state) benchmark::DoNotOptimize(PickVersion(split, ++key));
}
BENCHMARK(BM_PickVersion)->Arg(1)->Arg(2)->Arg(10);

void BM_HashKey(benchmark::State& state) {
  const std::string key(state.range(0), 'k');
  for (auto _ : state) benchmark::DoNotOptimize(HashKey("iris", key));
}
BENCHMARK(BM_HashKey)->Arg(8)->Arg(64);

const absl::Time kStart = absl::UnixEpoch() + absl::Hours(1);

void BM_Route(benchmark::State& state) {
  internal::v1::ClusterState cluster;
  cluster.set_revision(1);
  auto* model = cluster.add_models();
  model->set_project("default");
  model->set_model("iris");
  *model->mutable_traffic() = EqualWeights(2);
  for (const int version : {1, 2}) model->add_versions()->set_version(version);
  const RoutingTable table(std::move(cluster));
  RouteQuery query = {.project = "default", .model = "iris"};
  for (auto _ : state) {
    ++query.random;
    benchmark::DoNotOptimize(Route(table, query));
  }
}
BENCHMARK(BM_Route);

void BM_PickReplica(benchmark::State& state) {
  std::vector<int> candidates(state.range(0));
  std::iota(candidates.begin(), candidates.end(), 0);
  const std::vector<ReplicaLoad> loads(candidates.size(), {.outstanding = 3, .ready = true});
  RandomBits random(1);
  for (auto _ : state) benchmark::DoNotOptimize(PickReplica(candidates, loads, random.Next()));
}
BENCHMARK(BM_PickReplica)->Arg(3)->Arg(100);

// What begins and ends with every call.
void BM_ConcurrencyLimit(benchmark::State& state) {
  ConcurrencyLimit limit({});
  absl::Time now = kStart;
  for (auto _ : state) {
    benchmark::DoNotOptimize(limit.TryAcquire(now));
    now += absl::Milliseconds(1);
    limit.Release(LoadEvidence::kAnswered, absl::Milliseconds(1), now);
  }
}
BENCHMARK(BM_ConcurrencyLimit);

void BM_OutlierDetector(benchmark::State& state) {
  OutlierDetector detector({});
  detector.Add();
  for (auto _ : state) {
    detector.OnStart(0, kStart);
    detector.OnDone(0, CallOutcome::kAnswered, absl::Milliseconds(1), absl::Milliseconds(1),
                    kStart);
  }
}
BENCHMARK(BM_OutlierDetector);

void BM_HedgePolicy(benchmark::State& state) {
  HedgePolicy policy({});
  for (auto _ : state) {
    benchmark::DoNotOptimize(policy.Delay());
    policy.OnAnswer(absl::Milliseconds(1));
  }
}
BENCHMARK(BM_HedgePolicy);

void BM_RetryBudget(benchmark::State& state) {
  RetryBudget budget({});
  absl::Time now = kStart;
  for (auto _ : state) budget.OnCall(now += absl::Microseconds(10));
}
BENCHMARK(BM_RetryBudget);

void BM_CallerRates(benchmark::State& state) {
  CallerRates rates({.per_second = 1e6, .burst = 1e6});
  std::vector<std::string> callers;
  for (int i = 0; i < state.range(0); ++i) callers.push_back("192.0.2." + std::to_string(i));
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(rates.Take(callers[++i % callers.size()], kStart));
}
BENCHMARK(BM_CallerRates)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace serin
