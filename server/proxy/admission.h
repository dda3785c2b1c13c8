#ifndef SERIN_SERVER_PROXY_ADMISSION_H_
#define SERIN_SERVER_PROXY_ADMISSION_H_

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/traffic/concurrency_limit.h"
#include "server/proxy/route_table.h"
#include "server/proxy/shared_caller_rates.h"

namespace serin {

// Which calls of one loop are taken on, so that what is taken on can be answered in time: at most
// so many at all, at most as many predictions as the predictors answer without a queue
// (core/traffic/concurrency_limit.h), and of each caller at most so many a second. The proxy's own
// services are never refused. Belongs to its loop.
class Admission {
 public:
  // Of a call that is under way.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Admission* admission, bool is_prediction)
        : admission_(admission), is_prediction_(is_prediction) {}
    Ticket(Ticket&& other) noexcept { *this = std::move(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(is_prediction_, other.is_prediction_);
      return *this;
    }
    ~Ticket() { Release(LoadEvidence::kNothing, absl::ZeroDuration(), absl::InfinitePast()); }

    // How long the prediction takes says nothing about how busy the predictors are: its version has
    // to be loaded first. It counts as no prediction any more, if there is room for one more such
    // call.
    void SetApart(absl::Time now);

    // The call has ended, `latency` after it went out. Does nothing for the second time.
    void Release(LoadEvidence evidence, absl::Duration latency, absl::Time now);

   private:
    Admission* admission_ = nullptr;
    bool is_prediction_ = false;
  };

  // `max_calls`: under way at a time; half of them may be other than predictions. `rates`, which
  // outlives it, may be shared with other loops.
  Admission(int max_calls, SharedCallerRates* rates);

  // RESOURCE_EXHAUSTED with RetryInfo if the call has to come again later. `peer`: the caller's
  // address, with its port.
  absl::StatusOr<Ticket> Admit(const PublicMethod& method, absl::string_view peer, absl::Time now);

  int calls() const { return calls_; }

  // Calls refused so far.
  int64_t overloaded() const { return overloaded_; }
  int64_t rate_limited() const { return rate_limited_; }

  // How many predictions may be under way.
  int prediction_limit() const { return predictions_.limit(); }

 private:
  bool HasRoom(const PublicMethod& method, absl::Time now);
  bool HasBulkRoom() const { return bulk_calls_ < std::max(1, max_calls_ / 2); }

  const int max_calls_;
  SharedCallerRates& rates_;
  ConcurrencyLimit predictions_;
  int calls_ = 0;
  int bulk_calls_ = 0;
  int64_t overloaded_ = 0;
  int64_t rate_limited_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ADMISSION_H_
