#ifndef SERIN_SERVER_PREDICT_CALL_MEMORY_H_
#define SERIN_SERVER_PREDICT_CALL_MEMORY_H_

#include <google/protobuf/arena.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "core/engine/predictor.h"
#include "core/table/table.h"
#include "server/predict/score_rows.h"

namespace serin {

// What answering a call works in, used again from call to call. Of one thread at a time.
struct CallScratch {
  Table rows;
  ScoreScratch scoring;
  ScoredRows scored;
};

// The memory of one Predict call.
class CallMemory {
 public:
  CallMemory();

  CallScratch scratch;
  std::string answer;  // As it is serialised.
  // For the messages of a call that protobuf has to read or write.
  google::protobuf::Arena* arena() {
    arena_is_used_ = true;
    return &arena_;
  }

  // Empties the arena. Whether what is left is little enough to be kept for another call.
  bool Reset();

 private:
  // What a call of a hundred features or so takes.
  static constexpr size_t kArenaBlock = 16 << 10;

  bool arena_is_used_ = false;
  alignas(8) char block_[kArenaBlock];
  google::protobuf::Arena arena_;
};

// Keeps the memory of calls that have ended for later ones, so that a call of the size of those
// before it allocates next to nothing. What a large call has grown is given back. Thread-safe,
// without locks; outlives what it lends.
class CallMemoryPool {
 public:
  struct Return {
    CallMemoryPool* pool;
    void operator()(CallMemory* memory) const { pool->TakeBack(memory); }
  };
  using Loan = std::unique_ptr<CallMemory, Return>;

  CallMemoryPool() = default;
  ~CallMemoryPool();
  CallMemoryPool(const CallMemoryPool&) = delete;
  CallMemoryPool& operator=(const CallMemoryPool&) = delete;

  // Until the loan ends.
  Loan Lend();

 private:
  // How many are kept while nobody needs them.
  static constexpr size_t kKept = 64;

  void TakeBack(CallMemory* memory);

  std::array<std::atomic<CallMemory*>, kKept> kept_{};
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_CALL_MEMORY_H_
