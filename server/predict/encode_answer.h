#ifndef SERIN_SERVER_PREDICT_ENCODE_ANSWER_H_
#define SERIN_SERVER_PREDICT_ENCODE_ANSWER_H_

#include "absl/status/status.h"
#include "server/predict/call_memory.h"
#include "server/predict/loaded_model.h"

namespace serin {

// Serialises the answer to a call, whose rows `model` has scored into memory->scratch, into
// memory->answer: the bytes of the PredictResponse that EncodeScores fills in, mostly without
// making the message. RESOURCE_EXHAUSTED beyond the 2 GiB that a message may have.
absl::Status EncodeAnswer(const LoadedModel& model, CallMemory* memory);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ENCODE_ANSWER_H_
