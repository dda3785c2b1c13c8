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
  const size_t bytes = body.size();
  Compute(
      bytes,
      [codec = codec_, body = std::move(body), type = method_.input_type()] {
        return codec.Decode(body, type);
      },
      [this](const absl::StatusOr<std::string>& message) {
        if (!message.ok()) return Fail(message.status());
        Call(target().path, *message, [this](UnaryCall::Result result) {
          Answer(result.status, std::move(result.message));
        });
      });
}

void ConnectUnary::Answer(const absl::Status& status, std::string message) {
  if (!status.ok()) return Fail(status);
  const size_t bytes = message.size();
  Compute(
      bytes,
      [codec = codec_, message = std::move(message), type = method_.output_type()] {
        return codec.Encode(message, type);
      },
      [this](absl::StatusOr<std::string> body) {
        if (!body.ok()) return Fail(body.status());
        const absl::string_view type = ConnectContentTypeName({encoding_, /*streaming=*/false});
        Reply({.content_type = std::string(type), .body = *std::move(body)});
      });
}

}  // namespace serin
