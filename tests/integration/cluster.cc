#include "tests/integration/cluster.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

}  // namespace

absl::Status Cluster::Start() {
  SERIN_ASSIGN_OR_RETURN(
      dataset_, ServerProcess::Start({"--roles=dataset",
                                      absl::StrCat("--data_dir=", directory_.path(), "/dataset"),
                                      absl::StrCat("--internal_listen=", kAnyPort)}));
  SERIN_RETURN_IF_ERROR(StartControl(kAnyPort));
  for (int i = 0; i < kPredictors; ++i) {
    SERIN_ASSIGN_OR_RETURN(predictors_.emplace_back(), StartPredictor());
  }
  for (int i = 0; i < kProxies; ++i) {
    SERIN_ASSIGN_OR_RETURN(
        proxies_.emplace_back(),
        ServerProcess::Start({"--roles=proxy",
                              absl::StrCat("--control=", control_->address("internal")),
                              absl::StrCat("--dataset=", dataset_->address("internal"))}));
    clients_.push_back(std::make_unique<TestClient>(proxies_.back()->address("public")));
  }
  return absl::OkStatus();
}

absl::Status Cluster::TrainTwoVersions() {
  TestClient& client = *clients_[0];
  SERIN_RETURN_IF_ERROR(client.Upload("iris", TestFile("iris.csv")).status());
  for (const char* algorithm : {"logistic_regression", "gradient_boosting"}) {
    SERIN_ASSIGN_OR_RETURN(const v1::Job job, client.Train(TrainIris("iris", algorithm)));
    SERIN_RETURN_IF_ERROR(ModelVersionOf(client.AwaitJob(job.name())).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ServerProcess>> Cluster::StartPredictor() {
  return ServerProcess::Start({"--roles=predict",
                               absl::StrCat("--control=", control_->address("internal")),
                               absl::StrCat("--dataset=", dataset_->address("internal")),
                               absl::StrCat("--internal_listen=", kAnyPort)});
}

absl::Status Cluster::StartControl(const std::string& listen) {
  SERIN_ASSIGN_OR_RETURN(
      control_, ServerProcess::Start({"--roles=control",
                                      absl::StrCat("--data_dir=", directory_.path(), "/control"),
                                      absl::StrCat("--internal_listen=", listen),
                                      absl::StrCat("--dataset=", dataset_->address("internal"))}));
  return absl::OkStatus();
}

absl::Status Cluster::RestartControl() {
  const std::string address = control_->address("internal");
  control_.reset();
  return StartControl(address);
}

absl::Status Cluster::ReplacePredictor(int index) {
  predictors_[index].reset();
  SERIN_ASSIGN_OR_RETURN(predictors_[index], StartPredictor());
  return absl::OkStatus();
}

}  // namespace serin
