#include "server/proxy/json/connect_unary.h"

#include <utility>

namespace serin {

ConnectUnary::ConnectUnary(const FrontContext& context, FrontRequest request,
                           const google::protobuf::MethodDescriptor* method,
                           ConnectEncoding encoding)
    : BufferedExchange(context, std::move(request), ErrorForm::kConnect),
      method_(*method),
      encoding_(encoding),
      codec_(encoding, context.options.max_json_depth) {}

void ConnectUnary::Handle(std::string body) {
  const absl::StatusOr<std::string> message = codec_.Decode(body, method_.input_type());
  if (!message.ok()) return Fail(message.status());
  Call(target().path, *message, [this](const UnaryCall::Result& result) { Answer(result); });
}

void ConnectUnary::Answer(const UnaryCall::Result& result) {
  if (!result.status.ok()) return Fail(result.status);
  absl::StatusOr<std::string> body = codec_.Encode(result.message, method_.output_type());
  if (!body.ok()) return Fail(body.status());
  const absl::string_view type = ConnectContentTypeName({encoding_, /*streaming=*/false});
  Reply({.content_type = std::string(type), .body = *std::move(body)});
}

}  // namespace serin
