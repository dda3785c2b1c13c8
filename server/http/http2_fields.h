#ifndef SERIN_SERVER_HTTP_HTTP2_FIELDS_H_
#define SERIN_SERVER_HTTP_HTTP2_FIELDS_H_

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "server/http/headers.h"

namespace serin {

// Headers in the form that nghttp2 takes; they outlive it.
class Http2Fields {
 public:
  // What becomes of the text: it stays where it is until nghttp2 has sent it or has let go of the
  // stream, or it has to be copied.
  enum class Text { kStays, kGoes };

  Http2Fields(const Headers& headers, Text text) {
    const uint8_t flags = text == Text::kGoes
                              ? NGHTTP2_NV_FLAG_NONE
                              : NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    fields_.reserve(headers.size());
    for (size_t i = 0; i < headers.size(); ++i) {
      const Headers::Field field = headers[i];
      fields_.push_back({Bytes(field.name), Bytes(field.value), field.name.size(),
                         field.value.size(), static_cast<uint8_t>(flags | FlagsOf(field.name))});
    }
  }

  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  // Values that no other message will have are kept out of HPACK's table (RFC 7541, 6.2.3): they
  // would only push out what is worth keeping, and cost either side an insertion.
  static uint8_t FlagsOf(absl::string_view name) {
    const bool unique = name == "serin-request-id" || name == "traceparent" ||
                        name == "grpc-timeout" || name == "content-length" ||
                        name == "grpc-status-details-bin";
    return unique ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
  }

  static uint8_t* Bytes(absl::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  }

  absl::InlinedVector<nghttp2_nv, 24> fields_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_FIELDS_H_
