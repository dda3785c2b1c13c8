#ifndef SERIN_SERVER_HTTP_HTTP1_RESPONSE_H_
#define SERIN_SERVER_HTTP_HTTP1_RESPONSE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "server/http/headers.h"
#include "server/http/http1_request.h"

namespace serin {

// Writes one response: decides how its end is told (a length, chunks, the end of the connection or
// no body at all) and keeps to it. Appends to strings; knows no connection.
class Http1Response {
 public:
  // What a request says of its response.
  explicit Http1Response(const Http1Head& request);

  // Any number of 1xx and then the head. `keep_alive`: whether the connection may go on afterwards.
  // False if the fields may not be sent, because of a control character or of a name that is none;
  // nothing is written then.
  bool Head(const Headers& headers, bool end, bool keep_alive, std::string* out);

  // After the head. Bytes of a body that there may not be, or beyond its length, are dropped.
  void Data(absl::string_view data, bool end, std::string* out);
  void Trailers(const Headers& trailers, std::string* out);

  bool head_sent() const { return head_sent_; }
  bool ended() const { return ended_; }
  // Known once ended: the connection cannot go on, since its end tells that of the body or since
  // the body had another length than was announced.
  bool must_close() const { return must_close_; }

 private:
  enum class Framing { kNone, kLength, kChunked, kUntilClose };

  void ChooseFraming(int status, const Headers& headers, bool end);
  void WriteHead(int status, const Headers& headers, bool keep_alive, std::string* out) const;
  void End(const Headers* trailers, std::string* out);

  const bool is_head_;
  const bool http10_;
  const bool accepts_trailers_;
  Framing framing_ = Framing::kNone;
  uint64_t remaining_ = 0;  // Of kLength.
  bool head_sent_ = false;
  bool ended_ = false;
  bool must_close_ = false;
};

// "Not Found" for 404; "Unknown" for what has no name.
absl::string_view HttpReason(int status);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP1_RESPONSE_H_
