#include "tests/integration/prediction_load.h"

#include <grpcpp/client_context.h>

#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace serin {
namespace {

absl::StatusOr<v1::PredictResponse> Ask(TestClient& client, const v1::PredictRequest& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + PredictionLoad::kDeadline));
  v1::PredictResponse response;
  const grpc::Status status = client.predictions().Predict(&context, request, &response);
  if (status.ok()) return response;
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace

int64_t PredictionLoad::Counts::failures() const {
  return std::accumulate(failed.begin(), failed.end(), int64_t{0},
                         [](int64_t sum, const auto& entry) { return sum + entry.second; });
}

PredictionLoad::PredictionLoad(const std::vector<std::string>& addresses, int callers) {
  for (const std::string& address : addresses) {
    for (int i = 0; i < callers; ++i) {
      callers_.emplace_back([this, address] { CallUntilStopped(address); });
    }
  }
}

PredictionLoad::~PredictionLoad() { Stop(); }

absl::Status PredictionLoad::AwaitAnswers(int64_t count) {
  absl::MutexLock lock(&mutex_);
  const int64_t wanted = counts_.answered + count;
  const auto enough = [&]()
                          ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return counts_.answered >= wanted; };
  if (mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Minutes(1))) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(wanted - counts_.answered, " of ", count,
                                                  " predictions were not answered in a minute"));
}

PredictionLoad::Counts PredictionLoad::Now() const {
  absl::MutexLock lock(&mutex_);
  return counts_;
}

PredictionLoad::Counts PredictionLoad::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  callers_.clear();
  return Now();
}

void PredictionLoad::CallUntilStopped(const std::string& address) {
  TestClient client(address);
  const v1::PredictRequest request = PredictSetosa("iris");
  const auto stopped = [this] {
    absl::MutexLock lock(&mutex_);
    return stopped_;
  };
  while (!stopped()) Count(Ask(client, request));
}

void PredictionLoad::Count(const absl::StatusOr<v1::PredictResponse>& response) {
  absl::MutexLock lock(&mutex_);
  if (response.ok()) {
    ++counts_.answered;
    counts_.prediction_ids.insert(response->prediction_id());
    ++counts_.by_version[response->model_version()];
  } else {
    ++counts_.failed[response.status().ToString()];
  }
}

}  // namespace serin
