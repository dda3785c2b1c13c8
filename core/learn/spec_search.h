#ifndef SERIN_CORE_LEARN_SPEC_SEARCH_H_
#define SERIN_CORE_LEARN_SPEC_SEARCH_H_

#include "absl/status/status.h"
#include "serin/v1/job.pb.h"

// What a search looks for, and for how long: a part of ResolveSpec.

namespace serin {

inline constexpr int kMaxTrials = 10'000;

// Checks the search of a specification whose task is known, and fills in its defaults; without a
// search (and not `auto`) there is nothing to do.
absl::Status ResolveSearch(v1::TrainingSpec* spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_SEARCH_H_
