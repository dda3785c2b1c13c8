#ifndef SERIN_SERVER_HTTP_HTTP1_REQUEST_H_
#define SERIN_SERVER_HTTP_HTTP1_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "server/http/headers.h"

namespace serin {

// The head of a request, as a stream gives it, and what it says of its connection.
struct Http1Head {
  Headers headers;
  bool http10 = false;
  bool keep_alive = false;
  bool is_head = false;           // The method: its response has no body.
  bool expects_continue = false;  // Waits for 100 before it sends its body.
  bool accepts_trailers = false;  // TE: trailers.
  bool has_body = false;
  bool chunked = false;
  uint64_t content_length = 0;  // 0 if chunked.
};

// Reads one request from bytes that come in pieces of any size, by Boost.Beast's parser and with
// stricter rules about where a message ends.
class Http1Request {
 public:
  enum class Event {
    kNeedMore,  // `bytes` holds the beginning of something: call again with more behind it.
    kHead,      // head() is there.
    kBody,      // body() is the next piece, and points into what was given.
    kEnd,       // The request is whole.
    kError,     // It is malformed; see status() and error(). There is nothing to go on with.
  };

  // `scheme` is "http" or "https".
  Http1Request(absl::string_view scheme, uint32_t max_head_bytes);
  ~Http1Request();

  // Takes what it needs off the front of `bytes`.
  Event Next(absl::string_view* bytes);

  const Http1Head& head() const;
  absl::string_view body() const;
  // An HTTP status and why, for people.
  int status() const;
  const std::string& error() const;

 private:
  class Parser;
  const std::unique_ptr<Parser> parser_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP1_REQUEST_H_
