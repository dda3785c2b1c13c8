#include "client/cli/load.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr size_t kSlices = 10;

// Makes a call that was due at a time; false if it failed.
bool MakeCall(const LoadCall& call, int64_t i, absl::Time due, const Clock& clock,
              LoadReport* report, absl::Duration* latency) {
  const absl::StatusOr<std::string> version = call(i);
  *latency = clock.Now() - due;
  report->latencies.Record(*latency);
  if (version.ok()) {
    ++report->answers[*version];
    return true;
  }
  const absl::Status& error = version.status();
  ++report->errors[absl::StrCat(absl::StatusCodeToString(error.code()), ": ", error.message())];
  return false;
}

// The part of one caller is added to that of all.
void Merge(const LoadReport& part, LoadReport* all) {
  for (const auto& [version, count] : part.answers) all->answers[version] += count;
  for (const auto& [error, count] : part.errors) all->errors[error] += count;
  all->latencies.Merge(part.latencies);
  all->slices.resize(std::max(all->slices.size(), part.slices.size()));
  for (size_t i = 0; i < part.slices.size(); ++i) {
    all->slices[i].latencies.Merge(part.slices[i].latencies);
    all->slices[i].failed += part.slices[i].failed;
  }
}

// Runs so many callers, each with a report of its own, until all are done.
LoadReport RunCallers(int concurrency, const Clock& clock,
                      const std::function<void(LoadReport* part)>& caller) {
  std::vector<LoadReport> parts(concurrency);
  const absl::Time begin = clock.Now();
  {
    std::vector<std::jthread> callers;
    callers.reserve(parts.size());
    for (LoadReport& part : parts) callers.emplace_back([&] { caller(&part); });
  }
  LoadReport report;
  report.seconds = absl::ToDoubleSeconds(clock.Now() - begin);
  for (const LoadReport& part : parts) Merge(part, &report);
  return report;
}

}  // namespace

int64_t LoadReport::failed() const {
  return std::accumulate(errors.begin(), errors.end(), int64_t{0},
                         [](int64_t sum, const auto& entry) { return sum + entry.second; });
}

double LoadReport::failed_share() const {
  return calls() > 0 ? static_cast<double>(failed()) / static_cast<double>(calls()) : 0;
}

double LoadReport::calls_per_second() const {
  return seconds > 0 ? static_cast<double>(calls()) / seconds : 0;
}

LoadReport RunClosedLoop(int64_t requests, int concurrency, const LoadTime& time,
                         const LoadCall& call) {
  std::atomic<int64_t> next{0};
  return RunCallers(concurrency, *time.clock, [&](LoadReport* part) {
    absl::Duration latency;
    for (int64_t i = next++; i < requests; i = next++) {
      MakeCall(call, i, time.clock->Now(), *time.clock, part, &latency);
    }
  });
}

LoadReport RunOpenLoop(const std::vector<absl::Duration>& arrivals, int concurrency,
                       const LoadTime& time, const LoadCall& call) {
  std::atomic<size_t> next{0};
  const absl::Time begin = time.clock->Now();
  const absl::Duration end = arrivals.empty() ? absl::ZeroDuration() : arrivals.back();
  return RunCallers(concurrency, *time.clock, [&](LoadReport* part) {
    part->slices.resize(kSlices);
    for (size_t i = next++; i < arrivals.size(); i = next++) {
      const absl::Time due = begin + arrivals[i];
      time.sleep_until(due);
      absl::Duration latency;
      const bool ok = MakeCall(call, static_cast<int64_t>(i), due, *time.clock, part, &latency);
      const double share = end > absl::ZeroDuration() ? absl::FDivDuration(arrivals[i], end) : 0;
      LoadSlice& slice = part->slices[std::min(kSlices - 1, static_cast<size_t>(share * kSlices))];
      slice.latencies.Record(latency);
      slice.failed += ok ? 0 : 1;
    }
  });
}

}  // namespace serin
