#include "core/traffic/route.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/traffic/split.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

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

absl::StatusOr<VersionedRef> RefOf(const RouteQuery& query) {
  if (query.model.empty() && !query.serin_model.empty()) {
    return ParseModelRef("serin-model", query.serin_model);
  }
  if (!query.serin_model.empty() && query.serin_model != query.model) {
    return InvalidField("serin-model",
                        absl::StrCat("must be the message's model, ", QuoteForError(query.model),
                                     ", or absent, is ", QuoteForError(query.serin_model)));
  }
  return ParseModelRef("model", query.model);
}

// Takes the number in `text`, if there is one and `ref` names no version yet.
absl::Status ApplyVersion(absl::string_view field, absl::string_view text, VersionedRef* ref) {
  if (text.empty() || ref->names_version()) return absl::OkStatus();
  int32_t version = 0;
  if (!absl::SimpleAtoi(text, &version) || version < 1) {
    return InvalidField(field,
                        absl::StrCat("must be a version number from 1, is ", QuoteForError(text)));
  }
  ref->version = version;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> KeyHashOf(const RouteQuery& query, absl::string_view model) {
  const bool in_message = !query.key.empty();
  const absl::string_view key = in_message ? query.key : query.serin_key;
  if (key.empty()) return query.random;
  if (key.size() > kMaxKeyBytes) {
    return InvalidField(in_message ? "key" : "serin-key",
                        absl::StrCat("must be at most ", kMaxKeyBytes, " bytes, is ", key.size()));
  }
  return HashKey(model, key);
}

}  // namespace

absl::StatusOr<RouteDecision> Route(const RoutingTable& table, const RouteQuery& query) {
  SERIN_ASSIGN_OR_RETURN(VersionedRef ref, RefOf(query));
  SERIN_RETURN_IF_ERROR(ApplyVersion("version", query.version, &ref));
  SERIN_RETURN_IF_ERROR(ApplyVersion("serin-version", query.serin_version, &ref));
  SERIN_ASSIGN_OR_RETURN(const uint64_t key_hash, KeyHashOf(query, ref.id));
  if (table.revision() == 0) {
    return UnavailableRetryAfter("the proxy has not yet heard from control which models there are",
                                 kRetryDelay);
  }
  RouteDecision decision;
  decision.model = table.FindModel(query.project, ref.id);
  if (decision.model == nullptr) return ResourceNotFound(ModelName(ref.id));
  SERIN_ASSIGN_OR_RETURN(decision.version, ResolveVersion(*decision.model, ref, key_hash));
  if (ref.version == 0) {
    decision.shadows = PickShadows(decision.model->shadows(), decision.version, query.random);
  }
  return decision;
}

absl::StatusOr<int32_t> ResolveVersion(const internal::v1::ModelState& model,
                                       const VersionedRef& ref, uint64_t key_hash) {
  if (ref.version != 0) return ResolveNumber(model, ref.version);
  if (!ref.alias.empty()) return ResolveAlias(model, ref.alias);
  return ResolveByTraffic(model, key_hash);
}

}  // namespace serin
