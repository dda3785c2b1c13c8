#include "tests/integration/deployment.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

// Leads to a role in another process.
std::string To(const char* role, const ServerProcess& process) {
  return absl::StrCat("--", role, "=", process.address("internal"));
}

}  // namespace

absl::Status SingleServer::Start() {
  std::vector<std::string> flags = {absl::StrCat("--data_dir=", data_dir())};
  flags.insert(flags.end(), flags_.begin(), flags_.end());
  client_.reset();
  process_.reset();
  SERIN_ASSIGN_OR_RETURN(process_, ServerProcess::Start(flags));
  client_ = std::make_unique<TestClient>(process_->address("public"));
  return absl::OkStatus();
}

absl::Status SplitServer::Start() {
  SERIN_RETURN_IF_ERROR(StartDataset(kAnyPort));
  SERIN_RETURN_IF_ERROR(StartControl(kAnyPort));
  SERIN_RETURN_IF_ERROR(StartPredict());
  SERIN_ASSIGN_OR_RETURN(
      proxy_, ServerProcess::Start({"--roles=proxy", To("control", *control_),
                                    To("dataset", *dataset_), To("predict", *predict_)}));
  client_ = std::make_unique<TestClient>(proxy_->address("public"));
  return absl::OkStatus();
}

absl::Status SplitServer::StartDataset(const std::string& listen) {
  SERIN_ASSIGN_OR_RETURN(
      dataset_, ServerProcess::Start({"--roles=dataset",
                                      absl::StrCat("--data_dir=", directory_.path(), "/dataset"),
                                      absl::StrCat("--internal_listen=", listen)}));
  return absl::OkStatus();
}

absl::Status SplitServer::StartPredict() {
  SERIN_RETURN_IF_ERROR(LaunchPredict());
  return predict_->AwaitReady();
}

absl::Status SplitServer::LaunchPredict() {
  std::vector<std::string> flags = {"--roles=predict", To("control", *control_),
                                    To("dataset", *dataset_),
                                    absl::StrCat("--internal_listen=", kAnyPort)};
  flags.insert(flags.end(), predict_flags_.begin(), predict_flags_.end());
  predict_.reset();
  SERIN_ASSIGN_OR_RETURN(predict_, ServerProcess::Launch(flags));
  return absl::OkStatus();
}

absl::Status SplitServer::RestartDataset() {
  const std::string address = dataset_->address("internal");
  dataset_.reset();
  return StartDataset(address);
}

absl::Status SplitServer::RestartPredict() {
  predict_.reset();
  return StartPredict();
}

absl::Status SplitServer::StartControl(const std::string& listen) {
  SERIN_ASSIGN_OR_RETURN(
      control_, ServerProcess::Start({"--roles=control",
                                      absl::StrCat("--data_dir=", directory_.path(), "/control"),
                                      absl::StrCat("--internal_listen=", listen),
                                      absl::StrCat("--dataset=", dataset_->address("internal"))}));
  return absl::OkStatus();
}

absl::Status SplitServer::RestartControl() {
  const std::string address = control_->address("internal");
  control_.reset();
  return StartControl(address);
}

}  // namespace serin
