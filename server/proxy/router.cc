#include "server/proxy/router.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/traffic/route.h"
#include "core/traffic/split.h"
#include "server/proxy/predict_scan.h"

namespace serin {
namespace {

constexpr size_t kMaxKeyBytes = 256;
constexpr absl::Duration kRetryDelay = absl::Seconds(1);

absl::Status ValidateKey(absl::string_view key) {
  if (key.size() <= kMaxKeyBytes) return absl::OkStatus();
  return InvalidField("key",
                      absl::StrCat("must be at most ", kMaxKeyBytes, " bytes, is ", key.size()));
}

absl::Status ApplyPin(absl::string_view pinned_version, VersionedRef* ref) {
  if (pinned_version.empty() || ref->names_version()) return absl::OkStatus();
  if (absl::SimpleAtoi(pinned_version, &ref->version) && ref->version > 0) return absl::OkStatus();
  return InvalidField("serin-version", "this metadata must be a version number from 1");
}

}  // namespace

absl::StatusOr<ChosenVersion> Router::Choose(const PredictCall& call,
                                             absl::string_view message) const {
  SERIN_ASSIGN_OR_RETURN(const PredictHead head, ScanPredictRequest(message));
  SERIN_ASSIGN_OR_RETURN(VersionedRef ref, ParseModelRef("model", head.model));
  SERIN_RETURN_IF_ERROR(ValidateKey(head.key));
  SERIN_RETURN_IF_ERROR(ApplyPin(call.pinned_version, &ref));

  const std::shared_ptr<const RoutingTable> table = table_.Get();
  if (table->revision() == 0) {
    return UnavailableRetryAfter("the proxy has not yet heard from control which models there are",
                                 kRetryDelay);
  }
  const internal::v1::ModelState* model = table->FindModel(call.project, ref.id);
  if (model == nullptr) return ResourceNotFound(ModelName(ref.id));
  const uint64_t key_hash = head.key.empty() ? call.random : HashKey(ref.id, head.key);
  SERIN_ASSIGN_OR_RETURN(const int32_t version, ResolveVersion(*model, ref, key_hash));
  return ChosenVersion{.model = std::move(ref.id), .version = version};
}

}  // namespace serin
