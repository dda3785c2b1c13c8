#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <utility>

#include "server/http/http2_connection.h"

// How a connection ends, and what it does as time passes.

namespace serin {
namespace {

// How long to wait for the answer to the PING that goes with the first GOAWAY.
constexpr absl::Duration kDrainNotice = absl::Seconds(1);

}  // namespace

void Http2Connection::LetGo() {
  owner_ = nullptr;
  state_ = State::kEnded;
  timer_->Disarm();
  streams_.clear();
  for (Closed& closed : closed_) closed.stream->handler = nullptr;
  transport_.reset();
}

// Time.

void Http2Connection::WakeForNext() {
  const absl::Time next =
      state_ == State::kOpen
          ? std::min({liveness_.next(), look_for_stalls_, last_goaway_, give_up_})
          : give_up_;
  if (next >= wake_) return;
  wake_ = next;
  timer_->Arm(next - loop_.Now());
}

void Http2Connection::OnTimer() {
  const auto self = shared_from_this();
  const absl::Time now = loop_.Now();
  wake_ = absl::InfiniteFuture();
  if (now >= give_up_) {
    if (state_ == State::kClosing) return End();
    return Fail(NGHTTP2_NO_ERROR, absl::UnavailableError("the connection was given up"));
  }
  if (state_ == State::kOpen && now >= last_goaway_) NameLastStream();
  if (state_ == State::kOpen && now >= look_for_stalls_) LookForStalls(now);
  if (state_ == State::kOpen) StepLiveness(now);
  if (state_ != State::kEnded) WakeForNext();
}

void Http2Connection::StepLiveness(absl::Time now) {
  switch (liveness_.Step(now)) {
    case Liveness::Action::kNone:
      return;
    case Liveness::Action::kPing:
      nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
      return ScheduleFlush();
    case Liveness::Action::kIdle:
      peer_going_ = true;
      give_up_ = std::min(give_up_, now + limits_.linger);  // Unless it has been written by then.
      return NameLastStream();
    case Liveness::Action::kPingUnanswered:
      return Fail(NGHTTP2_NO_ERROR, absl::UnavailableError("the peer did not answer a ping"));
    case Liveness::Action::kPrefaceLate:
      return Fail(NGHTTP2_PROTOCOL_ERROR,
                  absl::UnavailableError("the peer did not send HTTP/2's preface in time"));
    case Liveness::Action::kHeadLate:
      return Fail(NGHTTP2_PROTOCOL_ERROR,
                  absl::UnavailableError("the peer did not finish a head in time"));
  }
}

void Http2Connection::PlanToLookForStalls() {
  look_for_stalls_ = loop_.Now() + limits_.stall_timeout / 4;
}

void Http2Connection::LookForStalls(absl::Time now) {
  look_for_stalls_ = absl::InfiniteFuture();
  if (blocked_ && now - blocked_since_ >= limits_.stall_timeout) {
    return Fail(NGHTTP2_NO_ERROR, absl::UnavailableError("the peer does not read"));
  }
  for (const auto& stream : streams_) {
    const bool stalled = stream->queue.size() > 0 && now - stream->moved >= limits_.stall_timeout;
    if (stalled) Break(stream.get(), NGHTTP2_CANCEL);
  }
  if (!streams_.empty()) PlanToLookForStalls();
}

// Draining: GOAWAY with the highest number of a stream tells the peer to stop; what it had sent by
// then has come when it answers the PING that goes with it, and a second GOAWAY names the last
// stream that will be served.

void Http2Connection::Drain(absl::Duration grace) {
  if (state_ != State::kOpen || draining_) return;
  draining_ = true;
  nghttp2_submit_shutdown_notice(session_);
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
  last_goaway_ = loop_.Now() + std::min(kDrainNotice, grace);
  give_up_ = loop_.Now() + grace;
  WakeForNext();
  ScheduleFlush();
}

void Http2Connection::OnPingAnswered() {
  if (last_goaway_ != absl::InfiniteFuture()) NameLastStream();
}

void Http2Connection::NameLastStream() {
  last_goaway_ = absl::InfiniteFuture();
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                        nullptr, 0);
  ScheduleFlush();
}

// Endings.

bool Http2Connection::IsOver() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void Http2Connection::Fail(uint32_t error, absl::Status why) {
  nghttp2_session_terminate_session(session_, error);
  Close(std::move(why));
}

void Http2Connection::Close(absl::Status why) {
  const auto self = shared_from_this();
  if (Gather()) WriteOut();
  state_ = State::kClosing;
  why_ = std::move(why);
  CloseStreams();
  if (owner_ == nullptr) return;
  if (side_ == Side::kClient) {
    if (WriteOut()) transport_->CloseWrite();
    return End();
  }
  give_up_ = loop_.Now() + limits_.linger;
  WakeForNext();
  CloseTransport();
}

void Http2Connection::CloseStreams() {
  while (!streams_.empty()) {
    NoteClosed(streams_.back().get(), StreamEnd::kConnectionLost, NGHTTP2_NO_ERROR);
  }
  Deliver();
}

// The peer may still be sending: closing at once would make the kernel answer with a reset, which
// overtakes what we wrote last. So our direction is closed, and the peer has a moment for its own.
void Http2Connection::CloseTransport() {
  if (!WriteOut()) return;
  transport_->CloseWrite();
  if (peer_closed_) End();
}

void Http2Connection::OnEnd() {
  peer_closed_ = true;
  if (state_ == State::kClosing) return End();
  if (state_ != State::kOpen) return;
  const bool orderly = streams_.empty() && peer_ready_;
  Close(orderly || !why_.ok() ? why_ : absl::UnavailableError("the peer closed the connection"));
}

void Http2Connection::OnClosed(absl::Status why) {
  const auto self = shared_from_this();
  if (state_ == State::kOpen) {
    state_ = State::kClosing;
    if (why_.ok()) why_ = std::move(why);
    CloseStreams();
  }
  if (state_ == State::kClosing) End();
}

void Http2Connection::End() {
  const auto self = shared_from_this();
  state_ = State::kEnded;
  timer_->Disarm();
  if (Http2Owner* const owner = std::exchange(owner_, nullptr)) owner->OnEnded(why_);
}

}  // namespace serin
