#include "core/profile/hyper_log_log.h"

#include <cmath>
#include <limits>
#include <string>

namespace serin {
namespace {

// Ertl, equations 14 and 18: sums of series, taken until they no longer change.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double power = 1;
  double sum = x;
  for (double before = -1; before != sum; power *= 2) {
    before = sum;
    x *= x;
    sum += x * power;
  }
  return sum;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double power = 1;
  double sum = 1 - x;
  for (double before = -1; before != sum;) {
    before = sum;
    x = std::sqrt(x);
    power /= 2;
    sum -= (1 - x) * (1 - x) * power;
  }
  return sum / 3;
}

}  // namespace

void HyperLogLog::Merge(const HyperLogLog& other) {
  for (size_t i = 0; i < kRegisters; ++i) {
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  }
}

std::array<int, HyperLogLog::kMaxRank + 1> HyperLogLog::CountRanks() const {
  std::array<int, kMaxRank + 1> counts{};
  for (const uint8_t rank : registers_) ++counts[rank];
  return counts;
}

// Ertl, algorithm 6.
double HyperLogLog::Estimate() const {
  constexpr auto kCount = static_cast<double>(kRegisters);
  const auto counts = CountRanks();
  double sum = kCount * Tau(1 - counts[kMaxRank] / kCount);
  for (int rank = kMaxRank - 1; rank >= 1; --rank) sum = (sum + counts[rank]) / 2;
  sum += kCount * Sigma(counts[0] / kCount);
  return kCount * kCount / (2 * std::log(2.0)) / sum;
}

int64_t HyperLogLog::EstimateOf(int64_t count) const {
  const double estimate = Estimate();
  return estimate < static_cast<double>(count) ? std::llround(estimate) : count;
}

internal::v1::HyperLogLogRecord HyperLogLog::ToRecord() const {
  internal::v1::HyperLogLogRecord record;
  record.set_registers(std::string(registers_.begin(), registers_.end()));
  return record;
}

std::optional<HyperLogLog> HyperLogLog::FromRecord(const internal::v1::HyperLogLogRecord& record) {
  HyperLogLog sketch;
  if (record.registers().size() != kRegisters) return std::nullopt;
  sketch.registers_.assign(record.registers().begin(), record.registers().end());
  const uint8_t highest = *std::max_element(sketch.registers_.begin(), sketch.registers_.end());
  if (highest > kMaxRank) return std::nullopt;
  return sketch;
}

}  // namespace serin
