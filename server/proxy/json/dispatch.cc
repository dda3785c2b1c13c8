#include "server/proxy/json/dispatch.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "server/proxy/json/connect_codec.h"
#include "server/proxy/json/connect_stream.h"
#include "server/proxy/json/connect_unary.h"
#include "server/proxy/json/cors.h"
#include "server/proxy/json/dataset_download.h"
#include "server/proxy/json/dataset_upload.h"
#include "server/proxy/json/oip_exchange.h"
#include "server/proxy/json/oip_question.h"
#include "server/proxy/json/refusal.h"
#include "server/proxy/json/tfs_exchange.h"
#include "server/proxy/json/upload_spec.h"

namespace serin {
namespace {

using ExchangePtr = std::unique_ptr<Exchange>;

ExchangePtr Refuse(const FrontContext& context, FrontRequest request, HttpReply reply) {
  return std::make_unique<Refusal>(context, std::move(request), std::move(reply));
}

ExchangePtr NoSuchPath(const FrontContext& context, FrontRequest request, ErrorForm form) {
  const absl::Status error =
      WithReason(absl::NotFoundError(absl::StrCat(
                     "there is nothing at ", QuoteForError(request.target.path),
                     "; see POST /serin.v1.SERVICE/METHOD, POST /v1/models/M:predict, POST "
                     "/v2/models/M/infer, PUT /v1/datasets/D, GET /v1/datasets/D/download")),
                 "NO_SUCH_PATH");
  return Refuse(context, std::move(request), ErrorReply(form, error));
}

// `allowed`: "GET, HEAD".
ExchangePtr WrongMethod(const FrontContext& context, FrontRequest request, ErrorForm form,
                        absl::string_view allowed) {
  HttpReply reply = ErrorReply(form,
                               WithReason(absl::UnimplementedError(absl::StrCat(
                                              request.target.path, " takes ", allowed, ", not ",
                                              QuoteForError(request.head.Get(":method")))),
                                          "WRONG_HTTP_METHOD"),
                               405);
  reply.headers.Add("allow", allowed);
  return Refuse(context, std::move(request), std::move(reply));
}

// The content type, or the encoding of the content, is not one that the path takes.
ExchangePtr WrongContent(const FrontContext& context, FrontRequest request, ErrorForm form,
                         absl::string_view message, absl::string_view accepted) {
  HttpReply reply =
      ErrorReply(form, WithReason(absl::InvalidArgumentError(message), "UNSUPPORTED_CONTENT"), 415);
  reply.headers.Add("accept-post", accepted);
  return Refuse(context, std::move(request), std::move(reply));
}

bool IsCompressed(const Headers& head, absl::string_view field) {
  const absl::string_view encoding = head.Get(field);
  return !encoding.empty() && !absl::EqualsIgnoreCase(encoding, "identity");
}

bool IsGet(const FrontRequest& request) {
  return request.head.Get(":method") == "GET" || request.head.Get(":method") == "HEAD";
}

// --- The Connect protocol ---------------------------------------------------------------------

absl::Status Compressed(absl::string_view encoding) {
  return WithReason(absl::UnimplementedError(absl::StrCat("encoding ", QuoteForError(encoding),
                                                          " is not supported; those that are: "
                                                          "identity")),
                    "UNSUPPORTED_ENCODING");
}

ExchangePtr DispatchConnectType(const FrontContext& context, FrontRequest request,
                                const google::protobuf::MethodDescriptor* method) {
  const bool streaming = method->client_streaming() || method->server_streaming();
  const auto type = ParseConnectContentType(request.head.Get("content-type"));
  if (!type || type->streaming != streaming) {
    const absl::string_view accepted = streaming
                                           ? "application/connect+json, application/connect+proto"
                                           : "application/json, application/proto";
    const std::string message =
        absl::StrCat(method->full_name(), " takes content types ", accepted, ", not ",
                     QuoteForError(request.head.Get("content-type")));
    return WrongContent(context, std::move(request), ErrorForm::kConnect, message, accepted);
  }
  const absl::string_view field = streaming ? "connect-content-encoding" : "content-encoding";
  if (IsCompressed(request.head, field)) {
    const absl::Status error = Compressed(request.head.Get(field));
    return Refuse(context, std::move(request), ErrorReply(ErrorForm::kConnect, error));
  }
  if (streaming) {
    return std::make_unique<ConnectStream>(context, std::move(request), method, type->encoding);
  }
  return std::make_unique<ConnectUnary>(context, std::move(request), method, type->encoding);
}

ExchangePtr DispatchConnect(const FrontContext& context, FrontRequest request) {
  const auto* method = context.methods.Find(request.target.path);
  if (method == nullptr) {
    const absl::Status error =
        WithReason(absl::UnimplementedError(
                       absl::StrCat("there is no method ", QuoteForError(request.target.path))),
                   "UNKNOWN_METHOD");
    return Refuse(context, std::move(request), ErrorReply(ErrorForm::kConnect, error, 404));
  }
  if (request.head.Get(":method") != "POST") {
    return WrongMethod(context, std::move(request), ErrorForm::kConnect, "POST");
  }
  const absl::string_view version = request.head.Get("connect-protocol-version");
  if (!version.empty() && version != "1") {
    const absl::Status error = absl::InvalidArgumentError(
        absl::StrCat("connect-protocol-version must be 1, is ", QuoteForError(version)));
    return Refuse(context, std::move(request), ErrorReply(ErrorForm::kConnect, error));
  }
  return DispatchConnectType(context, std::move(request), method);
}

// --- Models: TensorFlow Serving's API and the Open Inference Protocol ---------------------------

template <typename ExchangeType>
ExchangePtr GetAbout(const FrontContext& context, FrontRequest request, ModelTarget model) {
  if (!IsGet(request)) {
    return WrongMethod(context, std::move(request), ErrorForm::kPlain, "GET, HEAD");
  }
  return std::make_unique<ExchangeType>(context, std::move(request), std::move(model));
}

template <typename ExchangeType>
ExchangePtr PostTo(const FrontContext& context, FrontRequest request, ModelTarget model) {
  if (request.head.Get(":method") != "POST") {
    return WrongMethod(context, std::move(request), ErrorForm::kPlain, "POST");
  }
  if (absl::StartsWith(request.head.Get("content-type"), "multipart/") ||
      IsCompressed(request.head, "content-encoding")) {
    return WrongContent(context, std::move(request), ErrorForm::kPlain,
                        "the body must be JSON, without compression and no form",
                        "application/json");
  }
  return std::make_unique<ExchangeType>(context, std::move(request), std::move(model));
}

// Behind /v1/models: M[/versions/V] with :predict, with /metadata or alone.
ExchangePtr DispatchTfs(const FrontContext& context, FrontRequest request) {
  std::vector<std::string> segments(request.target.segments.begin() + 2,
                                    request.target.segments.end());
  std::string verb;
  if (const size_t colon = segments.back().rfind(':'); colon != std::string::npos) {
    verb = segments.back().substr(colon + 1);
    segments.back().resize(colon);
  }
  absl::Span<const std::string> rest(segments);
  absl::StatusOr<ModelTarget> model = TakeModelTarget(&rest);
  if (!model.ok()) {
    return Refuse(context, std::move(request), ErrorReply(ErrorForm::kPlain, model.status()));
  }
  if (verb == "predict" && rest.empty()) {
    return PostTo<TfsPredict>(context, std::move(request), *std::move(model));
  }
  if (verb.empty() && rest.empty()) {
    return GetAbout<TfsStatus>(context, std::move(request), *std::move(model));
  }
  if (verb.empty() && rest.size() == 1 && rest[0] == "metadata") {
    return GetAbout<TfsMetadata>(context, std::move(request), *std::move(model));
  }
  return NoSuchPath(context, std::move(request), ErrorForm::kPlain);
}

ExchangePtr GetAnswer(const FrontContext& context, FrontRequest request, OipQuestion question) {
  if (!IsGet(request)) {
    return WrongMethod(context, std::move(request), ErrorForm::kPlain, "GET, HEAD");
  }
  return std::make_unique<OipQuestionExchange>(context, std::move(request), std::move(question));
}

// Behind /v2/models: M[/versions/V] with /infer, /ready, /config, /stats or alone.
ExchangePtr DispatchOipModel(const FrontContext& context, FrontRequest request) {
  const std::vector<std::string> segments(request.target.segments.begin() + 2,
                                          request.target.segments.end());
  absl::Span<const std::string> rest(segments);
  absl::StatusOr<ModelTarget> model = TakeModelTarget(&rest);
  if (!model.ok()) {
    return Refuse(context, std::move(request), ErrorReply(ErrorForm::kPlain, model.status()));
  }
  // Labels are TensorFlow Serving's; the traffic must not decide where one was asked for.
  if (!model->alias.empty()) return NoSuchPath(context, std::move(request), ErrorForm::kPlain);
  const std::string what = absl::StrJoin(rest, "/");
  if (what == "infer") return PostTo<OipInfer>(context, std::move(request), *std::move(model));
  if (what.empty()) return GetAnswer(context, std::move(request), OipModelMetadata(*model));
  if (what == "ready") return GetAnswer(context, std::move(request), OipModelReady(*model));
  if (what == "config") return GetAnswer(context, std::move(request), OipModelConfig(*model));
  if (what == "stats") return GetAnswer(context, std::move(request), OipModelStatistics(*model));
  return NoSuchPath(context, std::move(request), ErrorForm::kPlain);
}

ExchangePtr DispatchRepositoryIndex(const FrontContext& context, FrontRequest request) {
  if (request.head.Get(":method") != "POST") {
    return WrongMethod(context, std::move(request), ErrorForm::kPlain, "POST");
  }
  return std::make_unique<OipQuestionExchange>(context, std::move(request),
                                               OipRepositoryIndex(context.options.max_json_depth));
}

ExchangePtr DispatchOip(const FrontContext& context, FrontRequest request) {
  const std::vector<std::string>& segments = request.target.segments;
  const std::string rest = absl::StrJoin(segments.begin() + 1, segments.end(), "/");
  if (rest == "models/stats") return GetAnswer(context, std::move(request), OipAllStatistics());
  if (segments.size() > 2 && segments[1] == "models") {
    return DispatchOipModel(context, std::move(request));
  }
  if (rest == "repository/index") return DispatchRepositoryIndex(context, std::move(request));
  if (rest.empty()) return GetAnswer(context, std::move(request), OipServerMetadata());
  if (rest == "health/ready") return GetAnswer(context, std::move(request), OipServerReady());
  if (rest != "health/live") return NoSuchPath(context, std::move(request), ErrorForm::kPlain);
  if (!IsGet(request)) {
    return WrongMethod(context, std::move(request), ErrorForm::kPlain, "GET, HEAD");
  }
  return std::make_unique<OipLive>(context, std::move(request));
}

// --- Files --------------------------------------------------------------------------------------

ExchangePtr DispatchUpload(const FrontContext& context, FrontRequest request) {
  if (request.head.Get(":method") != "PUT") {
    return WrongMethod(context, std::move(request), ErrorForm::kConnect, "PUT");
  }
  const bool is_form = absl::StartsWith(request.head.Get("content-type"), "multipart/");
  if (is_form || !UploadCompression(request.head.Get("content-encoding"))) {
    return WrongContent(context, std::move(request), ErrorForm::kConnect,
                        "the body must be the file itself, as it is or compressed with gzip or "
                        "zstd, and no form: curl -T FILE URL",
                        "text/csv");
  }
  return std::make_unique<DatasetUpload>(context, std::move(request));
}

ExchangePtr DispatchDownload(const FrontContext& context, FrontRequest request) {
  if (request.head.Get(":method") != "GET") {
    return WrongMethod(context, std::move(request), ErrorForm::kConnect, "GET");
  }
  return std::make_unique<DatasetDownload>(context, std::move(request));
}

// Behind /v1/datasets: D or D/download.
ExchangePtr DispatchDataset(const FrontContext& context, FrontRequest request) {
  const std::vector<std::string>& segments = request.target.segments;
  if (segments.size() == 3) return DispatchUpload(context, std::move(request));
  if (segments.size() == 4 && segments[3] == "download") {
    return DispatchDownload(context, std::move(request));
  }
  return NoSuchPath(context, std::move(request), ErrorForm::kConnect);
}

bool IsMethodPath(const RequestTarget& target) {
  return target.segments.size() == 2 && absl::StrContains(target.segments[0], ".");
}

}  // namespace

ExchangePtr Dispatch(const FrontContext& context, FrontRequest request) {
  if (IsCorsPreflight(request.head)) {
    HttpReply reply = AnswerCorsPreflight(context.options.allowed_origins, request.head);
    return Refuse(context, std::move(request), std::move(reply));
  }
  const std::vector<std::string>& segments = request.target.segments;
  if (IsMethodPath(request.target)) return DispatchConnect(context, std::move(request));
  if (segments[0] == "v2") return DispatchOip(context, std::move(request));
  if (segments.size() > 2 && segments[0] == "v1" && segments[1] == "models") {
    return DispatchTfs(context, std::move(request));
  }
  if (segments.size() > 2 && segments[0] == "v1" && segments[1] == "datasets") {
    return DispatchDataset(context, std::move(request));
  }
  return NoSuchPath(context, std::move(request), ErrorForm::kConnect);
}

}  // namespace serin
