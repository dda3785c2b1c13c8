#include "server/predict/oip/infer_counters.h"

namespace serin {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

uint64_t Nanoseconds(absl::Duration duration) {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(duration));
}

void Set(uint64_t count, uint64_t ns, inference::StatisticDuration* out) {
  out->set_count(count);
  out->set_ns(ns);
}

}  // namespace

void InferCounters::CountAnswer(size_t rows, const InferTimes& times, absl::Time now) {
  answers_.fetch_add(1, kRelaxed);
  rows_.fetch_add(rows, kRelaxed);
  input_ns_.fetch_add(Nanoseconds(times.input), kRelaxed);
  infer_ns_.fetch_add(Nanoseconds(times.infer), kRelaxed);
  output_ns_.fetch_add(Nanoseconds(times.output), kRelaxed);
  last_answer_ms_.store(static_cast<uint64_t>(absl::ToUnixMillis(now)), kRelaxed);
}

void InferCounters::CountError(absl::Duration elapsed) {
  errors_.fetch_add(1, kRelaxed);
  error_ns_.fetch_add(Nanoseconds(elapsed), kRelaxed);
}

inference::ModelStatistics InferCounters::Read() const {
  const uint64_t answers = answers_.load(kRelaxed);
  const uint64_t input = input_ns_.load(kRelaxed);
  const uint64_t infer = infer_ns_.load(kRelaxed);
  const uint64_t output = output_ns_.load(kRelaxed);
  inference::ModelStatistics statistics;
  statistics.set_last_inference(last_answer_ms_.load(kRelaxed));
  statistics.set_inference_count(rows_.load(kRelaxed));
  statistics.set_execution_count(answers);
  inference::InferStatistics& times = *statistics.mutable_inference_stats();
  Set(answers, input + infer + output, times.mutable_success());
  Set(errors_.load(kRelaxed), error_ns_.load(kRelaxed), times.mutable_fail());
  Set(answers, 0, times.mutable_queue());
  Set(answers, input, times.mutable_compute_input());
  Set(answers, infer, times.mutable_compute_infer());
  Set(answers, output, times.mutable_compute_output());
  return statistics;
}

}  // namespace serin
