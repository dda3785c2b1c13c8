#ifndef SERIN_TESTS_INTEGRATION_CLUSTER_H_
#define SERIN_TESTS_INTEGRATION_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/integration/test_client.h"
#include "tests/testing/server_process.h"

namespace serin {

// A Serin as it runs in a cluster, on loopback: one control, one dataset, three predictors and two
// proxies, each a process. Predictors are known to the proxies by what control tells them.
class Cluster {
 public:
  static constexpr int kPredictors = 3;
  static constexpr int kProxies = 2;

  absl::Status Start();

  // Trains versions 1 (logistic regression) and 2 (gradient boosting) of `iris`; version 1 takes
  // all traffic.
  absl::Status TrainTwoVersions();

  // Control, on the address where the others look for it and with what it had.
  absl::Status RestartControl();
  // Another process in the place of a predictor that is gone.
  absl::Status ReplacePredictor(int index);

  ServerProcess& control() { return *control_; }
  ServerProcess& predictor(int index) { return *predictors_[index]; }
  ServerProcess& proxy(int index) { return *proxies_[index]; }
  TestClient& client(int proxy) { return *clients_[proxy]; }

 private:
  absl::StatusOr<std::unique_ptr<ServerProcess>> StartPredictor();
  absl::Status StartControl(const std::string& listen);

  const TempDir directory_;
  // In order of start; each needs those before it.
  std::unique_ptr<ServerProcess> dataset_;
  std::unique_ptr<ServerProcess> control_;
  std::vector<std::unique_ptr<ServerProcess>> predictors_;
  std::vector<std::unique_ptr<ServerProcess>> proxies_;
  std::vector<std::unique_ptr<TestClient>> clients_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_CLUSTER_H_
