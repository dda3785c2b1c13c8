#ifndef SERIN_BENCHMARKS_LOAD_ANSWERS_H_
#define SERIN_BENCHMARKS_LOAD_ANSWERS_H_

#include <string>

#include "google/protobuf/message_lite.h"

// Messages that the benchmarks' programs exchange, as they are on the wire.

namespace serin::load {

// The bytes of a message with gRPC's five bytes before them.
std::string Framed(const std::string& message);
std::string Framed(const google::protobuf::MessageLite& message);

// A prediction for one iris, in the form that most programs use, and its answer.
std::string PredictRequestBytes();
std::string PredictResponseBytes();

// What control tells a proxy: model `iris` with one version that takes all traffic, and one
// predictor, which has it, at `address`.
std::string ClusterStateBytes(const std::string& address);

}  // namespace serin::load

#endif  // SERIN_BENCHMARKS_LOAD_ANSWERS_H_
