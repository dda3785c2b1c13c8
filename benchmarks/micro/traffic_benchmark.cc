// What does it cost the proxy to pick a version?
#include <benchmark/benchmark.h>

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

}  // namespace
}  // namespace serin
