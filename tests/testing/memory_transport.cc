#include "tests/testing/memory_transport.h"

#include <algorithm>
#include <string>

namespace serin::testing {
namespace {

class MemoryTransport;

// What both ends share; an end is null once it is destroyed.
struct Link {
  EventLoop& loop;
  const size_t capacity;
  MemoryTransport* ends[2] = {nullptr, nullptr};
};

class MemoryTransport final : public Transport {
 public:
  MemoryTransport(std::shared_ptr<Link> link, int side) : link_(std::move(link)), side_(side) {
    link_->ends[side_] = this;
  }

  ~MemoryTransport() override {
    link_->ends[side_] = nullptr;
    if (MemoryTransport* const peer = link_->ends[1 - side_]) peer->EndInbox();
  }

  void set_handler(TransportHandler* handler) override {
    handler_ = handler;
    Wake();
  }

  size_t Write(absl::string_view bytes) override {
    MemoryTransport* const peer = link_->ends[1 - side_];
    if (peer == nullptr) return bytes.size();
    const size_t taken = std::min(bytes.size(), link_->capacity - peer->inbox_.size());
    peer->inbox_.append(bytes.data(), taken);
    waits_for_room_ = taken < bytes.size();
    peer->Wake();
    return taken;
  }

  void CloseWrite() override {
    if (MemoryTransport* const peer = link_->ends[1 - side_]) peer->EndInbox();
  }

  void PauseReading(bool pause) override {
    paused_ = pause;
    Wake();
  }

 private:
  void EndInbox() {
    ended_ = true;
    Wake();
  }

  void Wake() {
    if (wake_posted_) return;
    wake_posted_ = true;
    link_->loop.Post([link = std::weak_ptr<Link>(link_), side = side_] {
      const auto held = link.lock();
      if (held != nullptr && held->ends[side] != nullptr) held->ends[side]->Read();
    });
  }

  // Any callback may destroy this.
  void Read() {
    wake_posted_ = false;
    if (handler_ == nullptr || paused_) return;
    const std::shared_ptr<Link> link = link_;
    const int side = side_;
    if (!inbox_.empty()) {
      const std::string bytes = std::exchange(inbox_, "");
      handler_->OnRead(bytes);
      TellOfRoom(*link, 1 - side);
    }
    MemoryTransport* const self = link->ends[side];
    if (self == nullptr || self->paused_ || self->handler_ == nullptr) return;
    if (self->ended_ && self->inbox_.empty() && !std::exchange(self->told_end_, true)) {
      self->handler_->OnEnd();
    }
  }

  static void TellOfRoom(Link& link, int side) {
    MemoryTransport* const writer = link.ends[side];
    if (writer == nullptr || !std::exchange(writer->waits_for_room_, false)) return;
    if (writer->handler_ != nullptr) writer->handler_->OnWritable();
  }

  const std::shared_ptr<Link> link_;
  const int side_;
  TransportHandler* handler_ = nullptr;
  std::string inbox_;
  bool ended_ = false;  // The peer writes no more.
  bool told_end_ = false;
  bool paused_ = false;
  bool wake_posted_ = false;
  bool waits_for_room_ = false;
};

}  // namespace

TransportPair MakeTransportPair(EventLoop* loop, size_t capacity) {
  const auto link = std::make_shared<Link>(Link{*loop, capacity});
  return {std::make_unique<MemoryTransport>(link, 0), std::make_unique<MemoryTransport>(link, 1)};
}

}  // namespace serin::testing
