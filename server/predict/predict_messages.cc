#include "server/predict/predict_messages.h"

#include <google/protobuf/arena.h>

#include <functional>
#include <thread>

namespace serin {
namespace {

// What a call of a hundred features or so takes.
constexpr size_t kArenaBlock = 16 << 10;
// A call that has taken more memory than this, or scored more rows, is not kept.
constexpr size_t kMaxKeptBytes = 256 << 10;
constexpr size_t kMaxKeptRows = 1000;

google::protobuf::ArenaOptions BlockOf(char* block, size_t size) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = size;
  return options;
}

// Where a thread begins to look: threads then seldom touch the same pointer.
size_t FirstSlot() { return std::hash<std::thread::id>()(std::this_thread::get_id()); }

}  // namespace

class PredictMessages::Call final
    : public grpc::MessageHolder<v1::PredictRequest, v1::PredictResponse> {
 public:
  explicit Call(PredictMessages* owner) : owner_(*owner), arena_(BlockOf(block_, kArenaBlock)) {}

  void Begin() {
    set_request(google::protobuf::Arena::CreateMessage<v1::PredictRequest>(&arena_));
    set_response(google::protobuf::Arena::CreateMessage<v1::PredictResponse>(&arena_));
  }

  void Release() override {
    const bool small =
        arena_.SpaceUsed() <= kMaxKeptBytes && scratch.rows.row_count() <= kMaxKeptRows;
    arena_.Reset();
    if (small) {
      delete owner_.Keep(this);
    } else {
      delete this;
    }
  }

  CallScratch scratch;

 private:
  PredictMessages& owner_;
  alignas(8) char block_[kArenaBlock];
  google::protobuf::Arena arena_;
};

PredictMessages::~PredictMessages() {
  for (std::atomic<Call*>& slot : kept_) delete slot.load();
}

grpc::MessageHolder<v1::PredictRequest, v1::PredictResponse>* PredictMessages::AllocateMessages() {
  Call* call = TakeKept();
  if (call == nullptr) call = new Call(this);
  call->Begin();
  return call;
}

CallScratch* PredictMessages::ScratchOf(grpc::CallbackServerContext* context) {
  return &static_cast<Call*>(context->GetRpcAllocatorState())->scratch;
}

PredictMessages::Call* PredictMessages::TakeKept() {
  const size_t first = FirstSlot();
  for (size_t i = 0; i < kKept; ++i) {
    std::atomic<Call*>& slot = kept_[(first + i) % kKept];
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    if (Call* call = slot.exchange(nullptr, std::memory_order_acquire)) return call;
  }
  return nullptr;
}

PredictMessages::Call* PredictMessages::Keep(Call* call) {
  const size_t first = FirstSlot();
  for (size_t i = 0; i < kKept; ++i) {
    Call* empty = nullptr;
    if (kept_[(first + i) % kKept].compare_exchange_strong(empty, call, std::memory_order_release,
                                                           std::memory_order_relaxed)) {
      return nullptr;
    }
  }
  return call;
}

}  // namespace serin
