#include "server/http/protocol_detector.h"

#include <utility>

#include "absl/strings/match.h"

namespace serin {
namespace {

constexpr absl::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

PrefaceMatch MatchPreface(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kPreface)) return PrefaceMatch::kYes;
  return absl::StartsWith(kPreface, bytes) ? PrefaceMatch::kTooFew : PrefaceMatch::kNo;
}

ProtocolDetector::ProtocolDetector(EventLoop* loop, std::unique_ptr<Transport> transport,
                                   absl::Duration timeout, Done done)
    : transport_(std::move(transport)),
      done_(std::move(done)),
      timer_(loop->MakeTimer([this] { Finish(nullptr, HttpVersion::kHttp1); })) {
  timer_->Arm(timeout);
  transport_->set_handler(this);
}

void ProtocolDetector::OnRead(absl::string_view bytes) {
  read_.append(bytes.data(), bytes.size());
  const PrefaceMatch match =
      transport_->protocol() == "h2" ? PrefaceMatch::kYes : MatchPreface(read_);
  if (match == PrefaceMatch::kTooFew) return;
  transport_->set_handler(nullptr);
  Finish(std::move(transport_),
         match == PrefaceMatch::kYes ? HttpVersion::kHttp2 : HttpVersion::kHttp1);
}

void ProtocolDetector::Finish(std::unique_ptr<Transport> transport, HttpVersion version) {
  timer_->Disarm();
  const Done done = std::move(done_);  // It may destroy this.
  done(std::move(transport), version, std::move(read_));
}

}  // namespace serin
