#ifndef SERIN_SERVER_PREDICT_PREDICT_MESSAGES_H_
#define SERIN_SERVER_PREDICT_PREDICT_MESSAGES_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/message_allocator.h>

#include <array>
#include <atomic>
#include <cstddef>

#include "core/engine/predictor.h"
#include "core/table/table.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/score_rows.h"

namespace serin {

// What answering a call works in, used again from call to call. Of one thread at a time.
struct CallScratch {
  Table rows;
  ScoreScratch scoring;
  ScoredRows scored;
};

// The memory of Predict calls: both messages lie in an arena, which is used again for a later call,
// with what the answering has worked in. A call of the size of those before it so allocates next to
// nothing. What a large call has grown is given back. Thread-safe, without locks; outlives the
// server that it is set in.
class PredictMessages final
    : public grpc::MessageAllocator<v1::PredictRequest, v1::PredictResponse> {
 public:
  PredictMessages() = default;
  ~PredictMessages() override;

  grpc::MessageHolder<v1::PredictRequest, v1::PredictResponse>* AllocateMessages() override;

  // That of a call whose messages are from here.
  static CallScratch* ScratchOf(grpc::CallbackServerContext* context);

 private:
  class Call;

  // How many are kept while nobody needs them.
  static constexpr size_t kKept = 64;

  Call* TakeKept();
  // Null if it is kept now, else the call itself.
  Call* Keep(Call* call);

  std::array<std::atomic<Call*>, kKept> kept_{};
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICT_MESSAGES_H_
