#include "server/proxy/public_service.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/proxy/forwarder.h"
#include "server/rpc/call.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);
constexpr absl::Duration kTransit = absl::Milliseconds(100);  // At most, on the way to the proxy.
constexpr size_t kLoggedText = 200;  // Bytes of what callers send that a log line may have.

// The message in one piece; copied only if it came in several.
absl::StatusOr<grpc::Slice> OneSlice(const grpc::ByteBuffer& message) {
  grpc::Slice slice;
  if (message.TrySingleSlice(&slice).ok() || message.DumpToSingleSlice(&slice).ok()) return slice;
  return absl::InternalError("the message cannot be read");
}

absl::string_view View(const grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

// What grpc++ 1.51 answers, without a word of what is wrong, to a unary call whose message it
// cannot parse: UNIMPLEMENTED (callback API) or INTERNAL (synchronous). The former also for a
// method that a role of another release does not know.
bool IsParseFailure(const grpc::Status& status) {
  return (status.error_code() == grpc::StatusCode::UNIMPLEMENTED ||
          status.error_code() == grpc::StatusCode::INTERNAL) &&
         status.error_message().empty() && status.error_details().empty();
}

// Errors of the roles all have details (ToRpcStatus), so one without is about the connection.
bool IsUnreachable(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty();
}

// The caller's clock began before ours, by the time that the call took to get here, and so its
// deadline passes first.
bool IsPastForTheCaller(std::chrono::system_clock::time_point deadline) {
  return deadline <= std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kTransit);
}

}  // namespace

// One call, from its first byte to the log line.
class PublicService::Call final : public CallPlan {
 public:
  Call(PublicService* service, grpc::GenericCallbackServerContext* context)
      : service_(*service),
        context_(context),
        method_(service_.Begin(context->method())),
        request_id_(RequestIdFrom(*context)) {
    if (request_id_.empty()) request_id_ = service_.ids_->Next();
    context->AddInitialMetadata(kRequestIdKey, request_id_);
  }

  ~Call() override { service_.End(); }

  bool needs_first_message() const override { return method_.ok() && (*method_)->picks_version; }

  absl::StatusOr<Destination> Choose(const grpc::ByteBuffer* first_message) override {
    if (!method_.ok()) return method_.status();
    Destination destination{.stub = &*service_.stubs_[static_cast<size_t>((*method_)->role)],
                            .metadata = {{kRequestIdKey, request_id_}}};
    if (first_message != nullptr) {
      SERIN_ASSIGN_OR_RETURN(chosen_, ChooseVersion(*first_message));
      destination.metadata.emplace_back(kVersionKey, absl::StrCat(chosen_.version));
    }
    return destination;
  }

  absl::Status CheckSize(size_t message_bytes) const override {
    if (message_bytes <= static_cast<size_t>(service_.max_message_bytes_)) return absl::OkStatus();
    return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                          "the message has ", message_bytes, " bytes, more than the ",
                          service_.max_message_bytes_, " that one may have; send several")),
                      "MESSAGE_TOO_LARGE");
  }

  grpc::Status Explain(const grpc::Status& status) override {
    if (IsUnreachable(status)) {
      upstream_error_ = status.error_message();
      return ToGrpc(Unreachable());
    }
    if (IsParseFailure(status)) return ToGrpc(Unparsable());
    // The caller's deadline reaches the proxy as its cancellation.
    if (status.error_code() == grpc::StatusCode::CANCELLED &&
        IsPastForTheCaller(context_->deadline())) {
      return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline has passed");
    }
    return status;
  }

  void OnDone(const CallResult& result) override {
    const absl::Duration elapsed = absl::FromChrono(std::chrono::steady_clock::now() - start_);
    const auto code = static_cast<absl::StatusCode>(result.status.error_code());
    service_.metrics_->Record(method_.ok() ? *method_ : nullptr, code, elapsed);
    std::vector<LogField> fields = {{"request_id", request_id_},
                                    {"method", context_->method().substr(0, kLoggedText)},
                                    {"code", absl::StatusCodeToString(code)},
                                    {"duration_ms", absl::ToDoubleMilliseconds(elapsed)},
                                    {"project", LoggedProject()},
                                    {"peer", context_->peer()},
                                    {"bytes_in", result.bytes_in},
                                    {"bytes_out", result.bytes_out}};
    if (chosen_.version != 0) {
      fields.push_back({"model", chosen_.model});
      fields.push_back({"version", chosen_.version});
    }
    if (!result.status.ok()) fields.push_back({"error", result.status.error_message()});
    if (!upstream_error_.empty()) fields.push_back({"upstream_error", upstream_error_});
    LogEvent(LogLevel::kInfo, "request", fields);
  }

 private:
  absl::StatusOr<ChosenVersion> ChooseVersion(const grpc::ByteBuffer& message) {
    SERIN_ASSIGN_OR_RETURN(std::string project, ProjectOf(*context_));
    const PredictCall call = {.project = std::move(project),
                              .pinned_version = std::string(MetadataOf(*context_, kVersionKey)),
                              .random = service_.Random()};
    SERIN_ASSIGN_OR_RETURN(const grpc::Slice slice, OneSlice(message));
    return service_.router_->Choose(call, View(slice));
  }

  // Without grpc's own message, which names addresses inside the installation: that is for the log.
  absl::Status Unreachable() const {
    return WithReason(
        UnavailableRetryAfter(absl::StrCat("the ", NameOf((*method_)->role),
                                           " role cannot be reached, or went away during the call"),
                              kRetryDelay),
        "UPSTREAM_UNAVAILABLE");
  }

  absl::Status Unparsable() const {
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          "the ", NameOf((*method_)->role), " role could not parse the message as ",
                          (*method_)->request_type, ", or does not know the method")),
                      "MALFORMED_MESSAGE");
  }

  std::string LoggedProject() const {
    const absl::string_view project = MetadataOf(*context_, kProjectKey).substr(0, kLoggedText);
    return std::string(project.empty() ? kDefaultProject : project);
  }

  PublicService& service_;
  grpc::GenericCallbackServerContext* const context_;
  const absl::StatusOr<const PublicMethod*> method_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string request_id_;
  std::string upstream_error_;
  ChosenVersion chosen_;
};

PublicService::PublicService(const RouteTable* routes, const Router* router,
                             const UpstreamChannels& upstreams, RpcMetrics* metrics,
                             IdGenerator* ids, int64_t max_message_bytes)
    : routes_(routes),
      router_(router),
      metrics_(metrics),
      ids_(ids),
      max_message_bytes_(max_message_bytes) {
  for (size_t i = 0; i < stubs_.size(); ++i) stubs_[i].emplace(upstreams[i]);
}

grpc::ServerGenericBidiReactor* PublicService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Forwarder(context, std::make_unique<Call>(this, context));
}

absl::StatusOr<const PublicMethod*> PublicService::Begin(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  ++calls_under_way_;
  if (draining_) return UnavailableRetryAfter("the server is stopping", kRetryDelay);
  return routes_->Find(path);
}

void PublicService::End() {
  absl::MutexLock lock(&mutex_);
  --calls_under_way_;
}

void PublicService::Drain(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  mutex_.AwaitWithTimeout(absl::Condition(
                              +[](int* calls) { return *calls == 0; }, &calls_under_way_),
                          timeout);
}

uint64_t PublicService::Random() {
  absl::MutexLock lock(&mutex_);
  return absl::Uniform<uint64_t>(random_);
}

}  // namespace serin
