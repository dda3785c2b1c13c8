#ifndef SERIN_SERVER_HTTP_PROTOCOL_DETECTOR_H_
#define SERIN_SERVER_HTTP_PROTOCOL_DETECTOR_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/event_loop.h"
#include "server/http/transport.h"

namespace serin {

enum class HttpVersion { kHttp1, kHttp2 };

// What the first bytes of a connection say it speaks: HTTP/2 if they are its preface (RFC 9113,
// section 3.4), or still may be while there are too few.
enum class PrefaceMatch { kYes, kNo, kTooFew };
PrefaceMatch MatchPreface(absl::string_view bytes);

// Reads from a new connection until it is known what it speaks: by ALPN, or by the first bytes.
class ProtocolDetector final : private TransportHandler {
 public:
  // Takes the transport back, with no handler, and what was read. Null when the connection ended
  // first, or said nothing for too long.
  using Done =
      std::function<void(std::unique_ptr<Transport>, HttpVersion, std::string already_read)>;

  // Calls `done` once, from the loop, which may destroy the detector.
  ProtocolDetector(EventLoop* loop, std::unique_ptr<Transport> transport, absl::Duration timeout,
                   Done done);

 private:
  void OnRead(absl::string_view bytes) override;
  void OnWritable() override {}
  void OnEnd() override { Finish(nullptr, HttpVersion::kHttp1); }
  void OnClosed(absl::Status) override { Finish(nullptr, HttpVersion::kHttp1); }
  void Finish(std::unique_ptr<Transport> transport, HttpVersion version);

  std::unique_ptr<Transport> transport_;
  Done done_;
  std::string read_;
  std::unique_ptr<Timer> timer_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_PROTOCOL_DETECTOR_H_
