#include "server/proxy/admission.h"

#include "core/base/errors.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);

absl::Status Overloaded(absl::string_view message) {
  return WithReason(WithRetryDelay(absl::ResourceExhaustedError(message), kRetryDelay),
                    "OVERLOADED");
}

}  // namespace

absl::StatusOr<Admission::Ticket> Admission::Admit(const PublicMethod& method, absl::string_view) {
  if (method.role != UpstreamRole::kSelf && calls_ >= limits_.max_calls) {
    return Overloaded("the proxy has as many calls under way as it may");
  }
  ++calls_;
  return Ticket(this);
}

}  // namespace serin
