#ifndef SERIN_CORE_BASE_TIME_SLICE_H_
#define SERIN_CORE_BASE_TIME_SLICE_H_

#include "absl/time/time.h"

namespace serin {

// How long the calling thread, and those it starts from now on, want to compute at a stretch where
// others wait for the core: 0.1 to 100 ms. A thread that wakes takes the core from one with a
// longer slice at once; how much of it each gets in the long run does not change (EEVDF: Stoica and
// Abdel-Wahab, 1995). Linux knows of it since 6.12; before, and on other systems, nothing happens.
void SetTimeSlice(absl::Duration slice);

// The slice of the calling thread; zero where the system does not say.
absl::Duration TimeSlice();

}  // namespace serin

#endif  // SERIN_CORE_BASE_TIME_SLICE_H_
