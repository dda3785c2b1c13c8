#include "server/http/stream_pipe.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace serin {
namespace {

constexpr size_t kPieceBytes = 16 * 1024;  // No OnData is larger.
constexpr int kCallbacksPerRound = 16;     // Then the loop's other callbacks have their turn.
constexpr uint32_t kNoError = 0;
constexpr uint32_t kCancel = 8;

struct Message {
  enum Kind { kHeaders, kData, kTrailers };
  Kind kind;
  Headers headers;
  std::string data;
  bool end;
};

// One end: what is on its way to its owner. Messages leave the inbox before they are delivered, so
// that a callback may drop all of it.
struct Side {
  StreamHandler* handler = nullptr;
  std::deque<Message> inbox;
  size_t unconsumed = 0;          // Of what OnData delivered.
  size_t sent = 0;                // To be told by OnSent.
  bool ended = false;             // Its owner has ended its direction.
  bool received_end = false;      // And the other owner's end was delivered.
  std::optional<uint32_t> reset;  // By the other owner; told after the inbox.
  bool open = true;               // Until OnClosed was called, or the owner reset or destroyed it.
};

// What the two ends share. Lives until both ends are gone and nothing is posted.
class Pipe final : public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(EventLoop* loop, size_t window) : loop_(*loop), window_(window) {}

  void SetHandler(int side, StreamHandler* handler);
  void Send(int side, Message message);
  void SendData(int side, absl::string_view data, bool end);
  void Reset(int side, uint32_t error);
  void Consume(int side, size_t bytes);

 private:
  Side& OtherOf(int side) { return sides_[1 - side]; }
  void Schedule();
  void Deliver();
  bool DeliverOneTo(Side& side);
  bool MayDeliver(const Side& side) const;
  void DeliverMessage(Side& side);
  bool CloseIfOver(Side& side);

  EventLoop& loop_;
  const size_t window_;
  std::array<Side, 2> sides_;
  bool scheduled_ = false;
};

void Pipe::SetHandler(int side, StreamHandler* handler) {
  sides_[side].handler = handler;
  Schedule();
}

void Pipe::Send(int side, Message message) {
  Side& from = sides_[side];
  Side& to = OtherOf(side);
  if (!from.open || from.ended) return;
  from.ended = message.end;
  if (!to.open) return;  // Nobody will take it, and OnClosed is on its way.
  to.inbox.push_back(std::move(message));
  Schedule();
}

void Pipe::SendData(int side, absl::string_view data, bool end) {
  if (data.empty() && !end) return;
  do {
    const absl::string_view piece = data.substr(0, kPieceBytes);
    data.remove_prefix(piece.size());
    Send(side, {Message::kData, {}, std::string(piece), end && data.empty()});
  } while (!data.empty());
}

// NO_ERROR lets what was sent arrive first.
void Pipe::Reset(int side, uint32_t error) {
  Side& from = sides_[side];
  Side& to = OtherOf(side);
  if (!from.open) return;
  from.open = false;
  from.inbox.clear();
  if (error != kNoError) to.inbox.clear();
  to.reset = error;
  Schedule();
}

void Pipe::Consume(int side, size_t bytes) {
  Side& to = sides_[side];
  bytes = std::min(bytes, to.unconsumed);
  if (!to.open || bytes == 0) return;
  to.unconsumed -= bytes;
  OtherOf(side).sent += bytes;
  Schedule();
}

void Pipe::Schedule() {
  if (scheduled_) return;
  scheduled_ = true;
  loop_.Post([self = shared_from_this()] { self->Deliver(); });
}

void Pipe::Deliver() {
  scheduled_ = false;
  for (int callbacks = 0; callbacks < kCallbacksPerRound; callbacks += 2) {
    const bool first = DeliverOneTo(sides_[0]);
    const bool second = DeliverOneTo(sides_[1]);
    if (!first && !second) return;
  }
  Schedule();
}

// At most one callback; false if there was none to make.
bool Pipe::DeliverOneTo(Side& side) {
  if (!side.open || side.handler == nullptr) return false;
  if (side.sent > 0) {
    side.handler->OnSent(std::exchange(side.sent, 0));
    return true;
  }
  if (MayDeliver(side)) {
    DeliverMessage(side);
    return true;
  }
  return side.inbox.empty() && CloseIfOver(side);
}

bool Pipe::MayDeliver(const Side& side) const {
  if (side.inbox.empty()) return false;
  return side.unconsumed + side.inbox.front().data.size() <= window_;
}

void Pipe::DeliverMessage(Side& side) {
  Message message = std::move(side.inbox.front());
  side.inbox.pop_front();
  side.received_end = message.end;
  switch (message.kind) {
    case Message::kHeaders:
      return side.handler->OnHeaders(std::move(message.headers), message.end);
    case Message::kData:
      side.unconsumed += message.data.size();
      return side.handler->OnData(message.data, message.end);
    case Message::kTrailers:
      return side.handler->OnTrailers(std::move(message.headers));
  }
}

// Complete once both ends have arrived, whichever side was last.
bool Pipe::CloseIfOver(Side& side) {
  const bool complete = sides_[0].received_end && sides_[1].received_end;
  if (!complete && !side.reset) return false;
  side.open = false;
  if (complete) {
    side.handler->OnClosed(StreamEnd::kComplete, kNoError);
  } else {
    side.handler->OnClosed(StreamEnd::kReset, *side.reset);
  }
  return true;
}

class PipeEnd final : public HttpStream {
 public:
  PipeEnd(std::shared_ptr<Pipe> pipe, int side) : pipe_(std::move(pipe)), side_(side) {}
  ~PipeEnd() override { pipe_->Reset(side_, kCancel); }

  void set_handler(StreamHandler* handler) override { pipe_->SetHandler(side_, handler); }
  void SendHeaders(Headers headers, bool end) override {
    pipe_->Send(side_, {Message::kHeaders, std::move(headers), "", end});
  }
  void SendData(absl::string_view data, bool end) override { pipe_->SendData(side_, data, end); }
  void SendTrailers(Headers trailers) override {
    pipe_->Send(side_, {Message::kTrailers, std::move(trailers), "", true});
  }
  void Reset(uint32_t error) override { pipe_->Reset(side_, error); }
  void Consume(size_t bytes) override { pipe_->Consume(side_, bytes); }

 private:
  const std::shared_ptr<Pipe> pipe_;
  const int side_;
};

}  // namespace

StreamPipe MakeStreamPipe(EventLoop* loop, size_t window) {
  const auto pipe = std::make_shared<Pipe>(loop, std::max(window, kPieceBytes));
  return {std::make_unique<PipeEnd>(pipe, 0), std::make_unique<PipeEnd>(pipe, 1)};
}

}  // namespace serin
