#include "server/http/http1_connection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// Of a body that nobody wants: read to keep the connection, above it the connection ends.
constexpr size_t kMaxDrainedBytes = 64 * 1024;
// Of requests that wait for the one before them.
constexpr size_t kMaxPipelinedBytes = 64 * 1024;
constexpr uint32_t kNoError = 0;

// The stream of an exchange, which may outlive the exchange and the connection.
class Http1Stream final : public HttpStream {
 public:
  Http1Stream(std::shared_ptr<Http1Connection> connection, uint64_t exchange)
      : connection_(std::move(connection)), exchange_(exchange) {}
  ~Http1Stream() override { connection_->Reset(exchange_, /*error=*/8); }

  void set_handler(StreamHandler* handler) override { connection_->SetHandler(exchange_, handler); }
  void SendHeaders(Headers headers, bool end) override {
    connection_->SendHeaders(exchange_, headers, end);
  }
  void SendData(absl::string_view data, bool end) override {
    connection_->SendData(exchange_, data, end);
  }
  void SendTrailers(Headers trailers) override { connection_->SendTrailers(exchange_, trailers); }
  void Reset(uint32_t error) override { connection_->Reset(exchange_, error); }
  void Consume(size_t bytes) override { connection_->Consume(exchange_, bytes); }

 private:
  const std::shared_ptr<Http1Connection> connection_;
  const uint64_t exchange_;
};

}  // namespace

Http1Connection::Http1Connection(EventLoop* loop, const SessionLimits& limits,
                                 StreamAcceptor* acceptor, NewConnection connection)
    : loop_(*loop),
      limits_(limits),
      acceptor_(*acceptor),
      peer_(std::move(connection.peer)),
      on_closed_(std::move(connection.on_closed)),
      transport_(std::move(connection.transport)),
      timer_(loop->MakeTimer([this] { OnTimer(); })),
      progress_(loop->Now()),
      head_began_(progress_) {}

void Http1Connection::Start(std::string already_read) {
  inbox_ = std::move(already_read);
  transport_->set_handler(this);
  Schedule();
}

void Http1Connection::OnRead(absl::string_view bytes) {
  progress_ = loop_.Now();
  if (state_ != State::kOpen) return;  // Nothing more is asked of the peer.
  if (inbox().empty() && request_ == nullptr) head_began_ = progress_;
  inbox_.append(bytes.data(), bytes.size());
  Step();
}

void Http1Connection::OnWritable() { Step(); }

void Http1Connection::Schedule() {
  if (scheduled_ || state_ == State::kOver) return;
  scheduled_ = true;
  loop_.Post([self = shared_from_this()] {
    self->scheduled_ = false;
    self->Step();
  });
}

// Callbacks may do anything, so each round looks anew at what there is to do.
void Http1Connection::Step() {
  const std::shared_ptr<Http1Connection> self = shared_from_this();
  while (state_ != State::kOver && StepOnce()) {
  }
  if (state_ == State::kOver) return;
  UpdateReading();
  ArmTimer();
}

bool Http1Connection::StepOnce() {
  if (abort_) {
    BeOver();
    return false;
  }
  return Flush() || TellSent() || FinishExchange() || FinishClosing() || (MayRead() && ReadOne());
}

// A request without a body ends without another byte, so an empty inbox is no reason within one.
bool Http1Connection::MayRead() const {
  if (state_ != State::kOpen) return false;
  if (!exchange_) return !draining_ && !inbox().empty();
  if (exchange_->request_ended) return false;
  return !exchange_->open || exchange_->unconsumed <= limits_.stream_window;
}

// False if more has to come first.
bool Http1Connection::ReadOne() {
  if (request_ == nullptr) {
    request_ =
        std::make_unique<Http1Request>(peer_.tls ? "https" : "http", limits_.max_header_list_bytes);
  }
  absl::string_view rest = inbox();
  const Http1Request::Event event = request_->Next(&rest);
  const size_t parsed = inbox().size() - rest.size();
  switch (event) {
    case Http1Request::Event::kNeedMore:
      break;
    case Http1Request::Event::kHead:
      BeginExchange();
      break;
    case Http1Request::Event::kBody:
      TakeBody(request_->body());  // Points into the inbox.
      break;
    case Http1Request::Event::kEnd:
      EndRequest();
      break;
    case Http1Request::Event::kError:
      RefuseRequest(request_->status(), request_->error());
      break;
  }
  TakeFromInbox(parsed);
  return event != Http1Request::Event::kNeedMore;
}

// What is left moves to the front once it is the smaller part: chunks of a byte each must not move
// all that follows them every time.
void Http1Connection::TakeFromInbox(size_t bytes) {
  taken_ += bytes;
  if (taken_ < inbox_.size() && taken_ <= inbox_.size() / 2) return;
  inbox_.erase(0, std::exchange(taken_, 0));
}

void Http1Connection::BeginExchange() {
  const Http1Head& head = request_->head();
  exchange_.emplace(Exchange{.number = ++exchanges_,
                             .response = Http1Response(head),
                             .expects_continue = head.expects_continue && head.has_body,
                             .announced = head.content_length,
                             .has_body = head.has_body,
                             .keep_alive = head.keep_alive});
  auto stream = std::make_unique<Http1Stream>(shared_from_this(), exchange_->number);
  acceptor_.OnRequest(std::move(stream), head.headers, /*end=*/!head.has_body, peer_);
  SendContinue();
}

// Whoever has not answered by now wants the body.
void Http1Connection::SendContinue() {
  if (!exchange_ || !exchange_->open || exchange_->response.head_sent()) return;
  if (!std::exchange(exchange_->expects_continue, false)) return;
  exchange_->response.Head({{":status", "100"}}, false, true, &outbox_);
}

void Http1Connection::TakeBody(absl::string_view body) {
  exchange_->received += body.size();
  if (exchange_->open) {
    exchange_->unconsumed += body.size();
    exchange_->handler->OnData(body, false);
    return;
  }
  exchange_->drained += body.size();
  if (exchange_->drained > kMaxDrainedBytes) exchange_->keep_alive = false;
}

void Http1Connection::EndRequest() {
  request_ = nullptr;
  progress_ = loop_.Now();
  exchange_->request_ended = true;
  if (exchange_->open && exchange_->has_body) exchange_->handler->OnData("", true);
}

void Http1Connection::RefuseRequest(int status, absl::string_view why) {
  const std::string message(why);  // It belongs to the request.
  if (exchange_) {
    const bool answered = exchange_->response.head_sent();
    CloseExchange(StreamEnd::kConnectionLost);
    if (state_ == State::kOver) return;
    if (answered) {
      abort_ = true;
      return;
    }
  }
  request_ = nullptr;
  QueueError(status, message);
}

void Http1Connection::QueueError(int status, absl::string_view why) {
  exchange_.reset();
  const std::string body = absl::StrCat(why, "\n");
  Http1Response response((Http1Head()));
  response.Head({{":status", absl::StrCat(status)},
                 {"content-type", "text/plain; charset=utf-8"},
                 {"content-length", absl::StrCat(body.size())}},
                false, /*keep_alive=*/false, &outbox_);
  response.Data(body, true, &outbox_);
  state_ = State::kClosing;
}

void Http1Connection::UpdateReading() {
  const bool full =
      exchange_ && ((exchange_->open && exchange_->unconsumed > limits_.stream_window) ||
                    inbox().size() > kMaxPipelinedBytes);
  transport_->PauseReading(state_ == State::kOpen && full);
}

bool Http1Connection::Flush() {
  if (flushed() || state_ == State::kLingering) return false;
  const absl::string_view rest = absl::string_view(outbox_).substr(written_, limits_.write_bytes);
  const size_t taken = transport_->Write(rest);
  written_ += taken;
  if (taken > 0) progress_ = loop_.Now();
  if (flushed() || written_ > limits_.write_bytes * 4) {
    outbox_.erase(0, written_);
    outbox_base_ += std::exchange(written_, 0);
  }
  return taken == rest.size();
}

bool Http1Connection::TellSent() {
  size_t bytes = 0;
  while (!marks_.empty() && marks_.front().outbox_end <= outbox_base_ + written_) {
    bytes += marks_.front().body_bytes;
    marks_.pop_front();
  }
  if (bytes == 0) return false;
  if (exchange_ && exchange_->open) exchange_->handler->OnSent(bytes);
  return true;
}

Http1Connection::Exchange* Http1Connection::Find(uint64_t number) {
  const bool found =
      state_ == State::kOpen && exchange_ && exchange_->open && exchange_->number == number;
  return found ? &*exchange_ : nullptr;
}

void Http1Connection::SetHandler(uint64_t exchange, StreamHandler* handler) {
  if (Exchange* const found = Find(exchange)) found->handler = handler;
}

// What is left of the request would have to be read first.
bool Http1Connection::MayKeepAlive() const {
  if (!exchange_->keep_alive || draining_) return false;
  if (exchange_->request_ended || !exchange_->has_body) return true;
  if (exchange_->expects_continue) return false;
  return exchange_->announced <= exchange_->received + kMaxDrainedBytes;
}

void Http1Connection::SendHeaders(uint64_t exchange, const Headers& headers, bool end) {
  Exchange* const found = Find(exchange);
  if (found == nullptr) return;
  const bool keep_alive = MayKeepAlive();
  if (!found->response.Head(headers, end, keep_alive, &outbox_)) {
    return Reset(exchange, /*error=*/2);  // INTERNAL_ERROR: it may not be sent.
  }
  if (found->response.head_sent()) found->keep_alive = keep_alive;
  Schedule();
}

void Http1Connection::SendData(uint64_t exchange, absl::string_view data, bool end) {
  Exchange* const found = Find(exchange);
  if (found == nullptr) return;
  found->response.Data(data, end, &outbox_);
  if (!data.empty()) marks_.push_back({outbox_base_ + outbox_.size(), data.size()});
  Schedule();
}

void Http1Connection::SendTrailers(uint64_t exchange, const Headers& trailers) {
  Exchange* const found = Find(exchange);
  if (found == nullptr) return;
  found->response.Trailers(trailers, &outbox_);
  Schedule();
}

void Http1Connection::Consume(uint64_t exchange, size_t bytes) {
  Exchange* const found = Find(exchange);
  if (found == nullptr) return;
  found->unconsumed -= std::min(bytes, found->unconsumed);
  Schedule();
}

// An answer that has begun cannot be taken back: only the end of the connection says that it
// failed.
void Http1Connection::Reset(uint64_t exchange, uint32_t error) {
  Exchange* const found = Find(exchange);
  if (found == nullptr) return;
  found->open = false;
  found->handler = nullptr;
  if (!found->response.head_sent()) {
    QueueError(503, "the server did not answer; try again");
  } else if (!found->response.ended() || (error != kNoError && !flushed())) {
    abort_ = true;
  }
  Schedule();
}

}  // namespace serin
