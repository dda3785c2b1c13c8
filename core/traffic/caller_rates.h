#ifndef SERIN_CORE_TRAFFIC_CALLER_RATES_H_
#define SERIN_CORE_TRAFFIC_CALLER_RATES_H_

#include <cstdint>
#include <list>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace serin {

struct CallerRateOptions {
  double per_second = 0;  // Calls of one caller in the long run; 0: no limit.
  double burst = 1;       // Calls at once after a rest, at least 1.
  size_t max_callers = 10'000;
};

// A token bucket for each caller: `burst` tokens at first, `per_second` more each second, one for a
// call. Kept as one time for each bucket, the generic cell rate algorithm of ATM (ITU-T I.371):
// when the bucket would be full again.
//
// At most max_callers buckets are kept, the least recently asked is forgotten first, and a caller
// that was forgotten has a full bucket; most likely it would have had one anyway.
//
// Constant time; a caller that is known costs no allocation. Not thread-safe.
class CallerRates {
 public:
  explicit CallerRates(const CallerRateOptions& options);

  // Takes a token of the caller's and returns zero; or, if it has none, how long until there is
  // one (google.rpc.RetryInfo).
  absl::Duration Take(absl::string_view caller, absl::Time now);

  size_t callers() const { return index_.size(); }

 private:
  struct Bucket {
    std::string caller;
    absl::Time full_at;
  };
  using Buckets = std::list<Bucket>;  // Most recently asked first.

  Bucket& FindOrAdd(absl::string_view caller);
  void ForgetOldest();

  const CallerRateOptions options_;
  const absl::Duration interval_;   // In which one token comes.
  const absl::Duration tolerance_;  // How far ahead full_at may be before a call.
  Buckets buckets_;
  absl::flat_hash_map<absl::string_view, Buckets::iterator> index_;  // Keys point into buckets_.
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_CALLER_RATES_H_
