#include "server/predict/encode_answer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "google/protobuf/io/coded_stream.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/encode_scores.h"
#include "server/predict/wire_fields.h"

namespace serin {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr size_t kMaxMessageBytes = std::numeric_limits<int32_t>::max();

// Tag and size of a field of bytes.
void AppendHead(int field, size_t size, std::string& out) {
  constexpr size_t kMaxHeadBytes = 6;
  uint8_t head[kMaxHeadBytes] = {WireFields::Tag(field, WireFields::kBytes)};
  const uint8_t* const end =
      CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), head + 1);
  out.append(reinterpret_cast<const char*>(head), static_cast<size_t>(end - head));
}

void AppendBytes(int field, absl::string_view bytes, std::string& out) {
  AppendHead(field, bytes.size(), out);
  out.append(bytes.data(), bytes.size());
}

size_t SizeOfBytes(size_t size) {
  return 1 + CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) + size;
}

// As it stands in memory, which is how it goes over the wire.
absl::string_view BytesOf(absl::Span<const double> numbers) {
  return absl::string_view(reinterpret_cast<const char*>(numbers.data()),
                           numbers.size() * sizeof(double));
}

void AppendValue(double value, std::string& out) {
  AppendHead(v1::PredictResponse::kPredictionsFieldNumber, 1 + sizeof(double), out);
  out.push_back(
      static_cast<char>(WireFields::Tag(v1::Prediction::kValueFieldNumber, WireFields::kFixed64)));
  const absl::string_view bytes = BytesOf({&value, 1});
  out.append(bytes.data(), bytes.size());
}

void AppendClass(const internal::v1::Predictor& model, absl::Span<const double> probabilities,
                 std::string& out) {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  const std::string& label = model.classes(static_cast<int>(best - probabilities.begin()));
  const absl::string_view numbers = BytesOf(probabilities);
  AppendHead(v1::PredictResponse::kPredictionsFieldNumber,
             SizeOfBytes(label.size()) + SizeOfBytes(numbers.size()), out);
  AppendBytes(v1::Prediction::kLabelFieldNumber, label, out);
  AppendBytes(v1::Prediction::kProbabilitiesFieldNumber, numbers, out);
}

void AppendPredictions(const internal::v1::Predictor& model, const Scores& scores,
                       std::string& out) {
  const bool classifies = model.task() == v1::TASK_CLASSIFICATION;
  const absl::Span<const double> outputs = scores.values;
  for (size_t row = 0; row < scores.row_count; ++row) {
    const auto of_row = outputs.subspan(row * scores.output_count, scores.output_count);
    if (classifies) {
      AppendClass(model, of_row, out);
    } else {
      AppendValue(of_row[0], out);
    }
  }
}

void AppendAnswer(const LoadedModel& model, const ScoredRows& scored, std::string& out) {
  const internal::v1::Predictor& description = model.predictor->model();
  AppendBytes(v1::PredictResponse::kPredictionIdFieldNumber, scored.prediction_id, out);
  AppendBytes(v1::PredictResponse::kModelVersionFieldNumber, model.name, out);
  for (const std::string& label : description.classes()) {
    AppendBytes(v1::PredictResponse::kClassesFieldNumber, label, out);
  }
  AppendPredictions(description, scored.scores, out);
}

// Of rows with unseen categories, which are seldom.
void AppendByMessage(const LoadedModel& model, CallMemory* memory) {
  const ScoredRows& scored = memory->scratch.scored;
  auto* response = google::protobuf::Arena::CreateMessage<v1::PredictResponse>(memory->arena());
  EncodeScores(model.predictor->model(), scored.scores, response);
  response->set_prediction_id(scored.prediction_id);
  response->set_model_version(model.name);
  response->AppendToString(&memory->answer);
}

// At least the bytes of the predictions.
size_t LeastBytes(const Scores& scores) { return scores.values.size() * sizeof(double); }

}  // namespace

absl::Status EncodeAnswer(const LoadedModel& model, CallMemory* memory) {
  const ScoredRows& scored = memory->scratch.scored;
  memory->answer.clear();
  if (LeastBytes(scored.scores) <= kMaxMessageBytes) {
    if (scored.scores.unseen.empty()) {
      AppendAnswer(model, scored, memory->answer);
    } else {
      AppendByMessage(model, memory);
    }
    if (memory->answer.size() <= kMaxMessageBytes && !memory->answer.empty())
      return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      "the answer for ", scored.scores.row_count,
      " rows does not fit into a message, which has at most 2 GiB; ask for fewer rows"));
}

}  // namespace serin
