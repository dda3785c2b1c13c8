// What does it cost the proxy to find the model's name in a prediction, by the size of the message
// and the number of its fields?
#include <benchmark/benchmark.h>

#include <string>

#include "serin/v1/predict_service.pb.h"
#include "server/http/grpc_framer.h"
#include "server/proxy/predict_scan.h"

namespace serin {
namespace {

std::string Message(int64_t rows) {
  v1::PredictRequest request;
  request.set_model("iris");
  for (int64_t row = 0; row < rows; ++row) {
    auto& features = *request.add_rows()->mutable_features();
    for (const char* name : {"sepal_length", "sepal_width", "petal_length", "petal_width"}) {
      features[name].set_number_value(1.5);
    }
  }
  return request.SerializeAsString();
}

void BM_ScanPrediction(benchmark::State& state) {
  const std::string message = Message(state.range(0));
  for (auto _ : state) {
    PredictScanner scanner(kPredictRequestFields, static_cast<uint32_t>(message.size()));
    benchmark::DoNotOptimize(scanner.Feed(message));
    benchmark::DoNotOptimize(scanner.head());
  }
  state.counters["bytes"] = static_cast<double>(message.size());
}
BENCHMARK(BM_ScanPrediction)->Arg(1)->Arg(10)->Arg(100)->Arg(10'000);

void BM_ParsePrediction(benchmark::State& state) {
  const std::string message = Message(state.range(0));
  v1::PredictRequest request;
  for (auto _ : state) benchmark::DoNotOptimize(request.ParseFromString(message));
}
BENCHMARK(BM_ParsePrediction)->Arg(1)->Arg(100);

void BM_FrameMessage(benchmark::State& state) {
  std::string body;
  AppendGrpcMessage(std::string(200, 'x'), &body);
  GrpcFramer framer(1 << 20);
  for (auto _ : state) {
    absl::string_view data = body;
    GrpcFramer::Part part;
    while (framer.Next(&data, &part).value_or(false)) benchmark::DoNotOptimize(part);
  }
}
BENCHMARK(BM_FrameMessage);

}  // namespace
}  // namespace serin
