#ifndef SERIN_TESTS_INTEGRATION_DEPLOYMENT_H_
#define SERIN_TESTS_INTEGRATION_DEPLOYMENT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/integration/test_client.h"
#include "tests/testing/server_process.h"

namespace serin {

// A Serin in one process, on a directory that goes with the object.
class SingleServer {
 public:
  // `flags` are added to --data_dir.
  explicit SingleServer(std::vector<std::string> flags = {}) : flags_(std::move(flags)) {}

  // Starts it, again if it was stopped or killed, on the same directory.
  absl::Status Start();

  ServerProcess& process() { return *process_; }
  TestClient& client() { return *client_; }
  std::string data_dir() const { return directory_.path() + "/data"; }

 private:
  const std::vector<std::string> flags_;
  const TempDir directory_;
  std::unique_ptr<ServerProcess> process_;
  std::unique_ptr<TestClient> client_;
};

// A Serin with every role in a process of its own, on loopback.
class SplitServer {
 public:
  absl::Status Start();

  // Control or the dataset role, again on the address where the others look for it.
  absl::Status RestartControl();
  absl::Status RestartDataset();
  // The predictor, on an address that control tells the proxy.
  absl::Status RestartPredict();
  // Added to its flags when it is started again.
  void SetPredictFlags(std::vector<std::string> flags) { predict_flags_ = std::move(flags); }
  // The same without waiting until it is ready, which it is not before it has heard from control.
  absl::Status LaunchPredict();

  ServerProcess& dataset() { return *dataset_; }
  ServerProcess& control() { return *control_; }
  ServerProcess& predict() { return *predict_; }
  ServerProcess& proxy() { return *proxy_; }
  TestClient& client() { return *client_; }

 private:
  absl::Status StartDataset(const std::string& listen);
  absl::Status StartControl(const std::string& listen);
  absl::Status StartPredict();

  std::vector<std::string> predict_flags_;
  const TempDir directory_;
  // In order of start; each needs those before it.
  std::unique_ptr<ServerProcess> dataset_;
  std::unique_ptr<ServerProcess> control_;
  std::unique_ptr<ServerProcess> predict_;
  std::unique_ptr<ServerProcess> proxy_;
  std::unique_ptr<TestClient> client_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_DEPLOYMENT_H_
