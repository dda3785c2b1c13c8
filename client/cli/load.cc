#include "client/cli/load.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace serin {
namespace {

void MakeCall(const LoadCall& call, int64_t i, LoadReport* report) {
  const absl::Time begin = absl::Now();
  const absl::StatusOr<std::string> version = call(i);
  report->latencies.push_back(absl::ToDoubleSeconds(absl::Now() - begin));
  if (version.ok()) {
    ++report->answers[*version];
  } else {
    const absl::Status& error = version.status();
    ++report->errors[absl::StrCat(absl::StatusCodeToString(error.code()), ": ", error.message())];
  }
}

// The part of one caller is added to that of all.
void Merge(const LoadReport& part, LoadReport* all) {
  for (const auto& [version, count] : part.answers) all->answers[version] += count;
  for (const auto& [error, count] : part.errors) all->errors[error] += count;
  all->latencies.insert(all->latencies.end(), part.latencies.begin(), part.latencies.end());
}

}  // namespace

int64_t LoadReport::failed() const {
  return std::accumulate(errors.begin(), errors.end(), int64_t{0},
                         [](int64_t sum, const auto& entry) { return sum + entry.second; });
}

double LoadReport::calls_per_second() const {
  return seconds > 0 ? static_cast<double>(latencies.size()) / seconds : 0;
}

LoadReport RunLoad(int64_t requests, int concurrency, const LoadCall& call) {
  std::atomic<int64_t> next{0};
  std::vector<LoadReport> parts(concurrency);
  const absl::Time begin = absl::Now();
  {
    std::vector<std::jthread> callers;
    callers.reserve(parts.size());
    for (LoadReport& part : parts) {
      callers.emplace_back([&] {
        for (int64_t i = next++; i < requests; i = next++) MakeCall(call, i, &part);
      });
    }
  }
  LoadReport report;
  report.seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  for (const LoadReport& part : parts) Merge(part, &report);
  std::sort(report.latencies.begin(), report.latencies.end());
  return report;
}

double QuantileOf(const std::vector<double>& ascending, double fraction) {
  const double position = fraction * static_cast<double>(ascending.size() - 1);
  const size_t below = static_cast<size_t>(std::floor(position));
  const size_t above = std::min(below + 1, ascending.size() - 1);
  return std::lerp(ascending[below], ascending[above], position - static_cast<double>(below));
}

}  // namespace serin
