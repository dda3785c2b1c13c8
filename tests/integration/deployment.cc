#include "tests/integration/deployment.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr char kAnyPort[] = "127.0.0.1:0";

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
  SERIN_ASSIGN_OR_RETURN(
      dataset_, ServerProcess::Start({"--roles=dataset",
                                      absl::StrCat("--data_dir=", directory_.path(), "/dataset"),
                                      absl::StrCat("--internal_listen=", kAnyPort)}));
  SERIN_RETURN_IF_ERROR(StartControl(kAnyPort));
  const std::string to_control = absl::StrCat("--control=", control_->address("internal"));
  SERIN_ASSIGN_OR_RETURN(
      predict_, ServerProcess::Start(
                    {"--roles=predict", to_control, absl::StrCat("--internal_listen=", kAnyPort)}));
  SERIN_ASSIGN_OR_RETURN(
      proxy_, ServerProcess::Start({"--roles=proxy", to_control,
                                    absl::StrCat("--dataset=", dataset_->address("internal")),
                                    absl::StrCat("--predict=", predict_->address("internal"))}));
  client_ = std::make_unique<TestClient>(proxy_->address("public"));
  return absl::OkStatus();
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
