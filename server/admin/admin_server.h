#ifndef SERIN_SERVER_ADMIN_ADMIN_SERVER_H_
#define SERIN_SERVER_ADMIN_ADMIN_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace prometheus {
class Registry;
}

namespace serin {

struct AdminOptions {
  // A numeric address of this machine. Nothing here asks who the caller is.
  std::string address = "127.0.0.1";
  // 0 picks a free one.
  int port = 8502;
};

// OK when the process is ready for work; otherwise the message says what is not. Called by several
// threads.
using ReadyCheck = std::function<absl::Status()>;

// The HTTP port for those who run Serin, apart from the public one:
//   GET /metrics   the registry in Prometheus' text format, version 0.0.4;
//   GET /healthz   200 "ok", or 503 and what is not ready.
// Serves from the end of Start to the destructor, which waits for requests being answered.
class AdminServer {
 public:
  // `registry` must outlive the server. UNAVAILABLE, naming the address, if it cannot listen there.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(const AdminOptions& options,
                                                            prometheus::Registry* registry,
                                                            ReadyCheck ready);
  ~AdminServer();

  // The port it listens on.
  int port() const { return port_; }

 private:
  class Http;  // Keeps civetweb's headers out of this one.

  AdminServer(std::unique_ptr<Http> http, int port);

  const std::unique_ptr<Http> http_;
  const int port_;
};

}  // namespace serin

#endif  // SERIN_SERVER_ADMIN_ADMIN_SERVER_H_
