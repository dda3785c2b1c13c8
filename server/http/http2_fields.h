#ifndef SERIN_SERVER_HTTP_HTTP2_FIELDS_H_
#define SERIN_SERVER_HTTP_HTTP2_FIELDS_H_

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "server/http/headers.h"

namespace serin {

// Headers in the form that nghttp2 takes; they outlive it. nghttp2 copies the text.
class Http2Fields {
 public:
  explicit Http2Fields(const Headers& headers) {
    fields_.reserve(headers.size());
    for (size_t i = 0; i < headers.size(); ++i) {
      const Headers::Field field = headers[i];
      fields_.push_back({Bytes(field.name), Bytes(field.value), field.name.size(),
                         field.value.size(), NGHTTP2_NV_FLAG_NONE});
    }
  }

  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  static uint8_t* Bytes(absl::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  }

  absl::InlinedVector<nghttp2_nv, 24> fields_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_FIELDS_H_
