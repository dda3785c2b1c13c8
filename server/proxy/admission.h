#ifndef SERIN_SERVER_PROXY_ADMISSION_H_
#define SERIN_SERVER_PROXY_ADMISSION_H_

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/proxy/route_table.h"

namespace serin {

struct AdmissionLimits {
  int max_calls = 10'000;  // Under way at a time.
};

// Which calls of one loop are taken on, so that what is taken on can be answered in time. Belongs
// to its loop.
class Admission {
 public:
  // Of a call that is under way.
  class Ticket {
   public:
    Ticket() = default;
    explicit Ticket(Admission* admission) : admission_(admission) {}
    Ticket(Ticket&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(admission_, other.admission_);
      return *this;
    }
    ~Ticket() {
      if (admission_ != nullptr) --admission_->calls_;
    }

   private:
    Admission* admission_ = nullptr;
  };

  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // RESOURCE_EXHAUSTED with RetryInfo if the call has to come again later. `caller`: the address.
  absl::StatusOr<Ticket> Admit(const PublicMethod& method, absl::string_view caller);

  int calls() const { return calls_; }

 private:
  const AdmissionLimits limits_;
  int calls_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ADMISSION_H_
