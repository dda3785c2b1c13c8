#include "core/traffic/route.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/traffic/split.h"

namespace serin {
namespace {

absl::StatusOr<int32_t> ResolveNumber(const internal::v1::ModelState& model, int32_t version) {
  const bool exists =
      std::any_of(model.versions().begin(), model.versions().end(),
                  [&](const auto& candidate) { return candidate.version() == version; });
  if (exists) return version;
  return ResourceNotFound(ModelVersionName(model.model(), version));
}

absl::StatusOr<int32_t> ResolveAlias(const internal::v1::ModelState& model,
                                     const std::string& alias) {
  const auto it = model.aliases().find(alias);
  if (it != model.aliases().end()) return it->second;
  return ResourceNotFound(absl::StrCat(ModelName(model.model()), "@", alias));
}

absl::StatusOr<int32_t> ResolveByTraffic(const internal::v1::ModelState& model, uint64_t key_hash) {
  if (const int32_t version = PickVersion(model.traffic(), key_hash)) return version;
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        "no version of ", ModelName(model.model()), " takes traffic: name one (",
                        model.model(), "@VERSION) or give the model traffic with SetTraffic")),
                    "NO_TRAFFIC");
}

}  // namespace

absl::StatusOr<int32_t> ResolveVersion(const internal::v1::ModelState& model,
                                       const VersionedRef& ref, uint64_t key_hash) {
  if (ref.version != 0) return ResolveNumber(model, ref.version);
  if (!ref.alias.empty()) return ResolveAlias(model, ref.alias);
  return ResolveByTraffic(model, key_hash);
}

}  // namespace serin
