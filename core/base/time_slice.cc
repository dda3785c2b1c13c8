#include "core/base/time_slice.h"

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#endif

namespace serin {

#ifdef __linux__
namespace {

// As sched_setattr(2) describes it; the C library has no name for it.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes);
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0;  // ns
  uint64_t deadline = 0;
  uint64_t period = 0;
};

std::optional<SchedulingAttributes> AttributesOfThread() {
  SchedulingAttributes attributes;
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return std::nullopt;
  return attributes;
}

}  // namespace

void SetTimeSlice(absl::Duration slice) {
  std::optional<SchedulingAttributes> attributes = AttributesOfThread();
  if (!attributes.has_value()) return;
  attributes->runtime = static_cast<uint64_t>(absl::ToInt64Nanoseconds(slice));
  syscall(SYS_sched_setattr, 0, &*attributes, 0);
}

absl::Duration TimeSlice() {
  const std::optional<SchedulingAttributes> attributes = AttributesOfThread();
  return absl::Nanoseconds(attributes.has_value() ? attributes->runtime : 0);
}
#else
void SetTimeSlice(absl::Duration) {}
absl::Duration TimeSlice() { return absl::ZeroDuration(); }
#endif

}  // namespace serin
