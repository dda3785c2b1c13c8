#include "server/proxy/call_metadata.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr size_t kMaxRequestIdLength = 64;

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }
std::string Copy(grpc::string_ref text) { return {text.data(), text.size()}; }

// grpc-status-details-bin is among them: grpc++ writes it from the status's details.
bool IsPassedOn(absl::string_view key) {
  static const std::array<absl::string_view, 6> kHopByHop = {
      "user-agent", "content-type", "te", "host", kRequestIdKey, kVersionKey};
  return !absl::StartsWith(key, "grpc-") &&
         std::find(kHopByHop.begin(), kHopByHop.end(), key) == kHopByHop.end();
}

template <typename Add>
void ForEachPassedOn(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata, Add add) {
  for (const auto& [key, value] : metadata) {
    if (IsPassedOn(View(key))) add(Copy(key), Copy(value));
  }
}

}  // namespace

void ForwardRequestMetadata(const grpc::CallbackServerContext& from, const Metadata& added,
                            grpc::ClientContext* to) {
  ForEachPassedOn(from.client_metadata(),
                  [&](const auto& key, const auto& value) { to->AddMetadata(key, value); });
  for (const auto& [key, value] : added) to->AddMetadata(key, value);
}

void ForwardInitialMetadata(const grpc::ClientContext& from, grpc::CallbackServerContext* to) {
  ForEachPassedOn(from.GetServerInitialMetadata(),
                  [&](const auto& key, const auto& value) { to->AddInitialMetadata(key, value); });
}

void ForwardTrailingMetadata(const grpc::ClientContext& from, grpc::CallbackServerContext* to) {
  ForEachPassedOn(from.GetServerTrailingMetadata(),
                  [&](const auto& key, const auto& value) { to->AddTrailingMetadata(key, value); });
}

std::string RequestIdFrom(const grpc::CallbackServerContext& context) {
  const absl::string_view id = MetadataOf(context, kRequestIdKey);
  const bool sane = !id.empty() && id.size() <= kMaxRequestIdLength &&
                    std::all_of(id.begin(), id.end(), absl::ascii_isgraph);
  return sane ? std::string(id) : "";
}

}  // namespace serin
