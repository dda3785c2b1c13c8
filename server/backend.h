#ifndef SERIN_SERVER_BACKEND_H_
#define SERIN_SERVER_BACKEND_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/options/options.h"

namespace prometheus {
class Registry;
}

namespace serin {

class Clock;
class DataDir;
class IdGenerator;

// gRPC targets of the roles, wherever they run.
struct RoleTargets {
  std::string control;
  std::string dataset;
  std::vector<std::string> predict;
};

// What the backend roles are made with. All pointers outlive them.
struct BackendSetup {
  const Options* options;
  const DataDir* data_dir;  // Null if there is neither a control nor a dataset role.
  std::string socket;       // gRPC target of the Unix socket to listen on.
  RoleTargets targets;      // Of roles in this process: that socket.
  prometheus::Registry* registry;
  const Clock* clock;
  IdGenerator* ids;
};

// Those of the roles predict, control and dataset that run in this process, on one gRPC server:
// on a Unix socket for this machine, and on a TCP port too where --internal_listen asks for it.
class Backend {
 public:
  // Opens the stores, recovers what is in them, and serves. The error says what could not be
  // opened, recovered or listened on.
  static absl::StatusOr<std::unique_ptr<Backend>> Start(BackendSetup setup);

  // Drains, if that was not done before.
  ~Backend();

  // The TCP port, 0 if there is none.
  int port() const;

  // OK once every role does its work.
  absl::Status Ready() const;

  // Tells proxies to send nothing new here, ends workers, streams and then, within
  // --drain_timeout, the calls under way. A proxy in this process has to be drained before.
  void Drain();

 private:
  struct Parts;
  explicit Backend(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace serin

#endif  // SERIN_SERVER_BACKEND_H_
