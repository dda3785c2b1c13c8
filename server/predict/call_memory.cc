#include "server/predict/call_memory.h"

#include <functional>
#include <thread>
#include <utility>

namespace serin {
namespace {

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

CallMemory::CallMemory() : arena_(BlockOf(block_, kArenaBlock)) {}

bool CallMemory::Reset() {
  const uint64_t arena_bytes = std::exchange(arena_is_used_, false) ? arena_.Reset() : 0;
  return arena_bytes <= kMaxKeptBytes && answer.capacity() <= kMaxKeptBytes &&
         scratch.rows.row_count() <= kMaxKeptRows;
}

CallMemoryPool::~CallMemoryPool() {
  for (std::atomic<CallMemory*>& slot : kept_) delete slot.load();
}

CallMemoryPool::Loan CallMemoryPool::Lend() {
  const size_t first = FirstSlot();
  for (size_t i = 0; i < kKept; ++i) {
    std::atomic<CallMemory*>& slot = kept_[(first + i) % kKept];
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    if (CallMemory* memory = slot.exchange(nullptr, std::memory_order_acquire)) {
      return Loan(memory, Return{this});
    }
  }
  return Loan(new CallMemory(), Return{this});
}

void CallMemoryPool::TakeBack(CallMemory* memory) {
  if (!memory->Reset()) return delete memory;
  const size_t first = FirstSlot();
  for (size_t i = 0; i < kKept; ++i) {
    CallMemory* empty = nullptr;
    if (kept_[(first + i) % kKept].compare_exchange_strong(empty, memory, std::memory_order_release,
                                                           std::memory_order_relaxed)) {
      return;
    }
  }
  delete memory;
}

}  // namespace serin
