#include "server/predict/served_calls.h"

#include "server/rpc/call.h"
#include "server/rpc/caller_key.h"

namespace serin {

void ServedCalls::Add(const grpc::ServerContextBase& context, absl::string_view key,
                      const LoadedModel& model, const Table& rows, const ScoredRows& scored,
                      absl::Duration latency) const {
  const absl::Time now = clock_->Now();
  if (model.drift != nullptr) model.drift->Add(rows, scored.scores.values, now);
  if (log_->is_off()) return;
  log_->Record(model.shared_from_this(),
               {.prediction_id = scored.prediction_id,
                .request_id = MetadataOf(context, kRequestIdKey),
                .key = key.empty() ? MetadataOf(context, kStickyKey) : key,
                .caller = MetadataOf(context, kCallerKey),
                .version = model.version,
                .time = now,
                .latency = latency},
               rows, scored.scores);
}

}  // namespace serin
