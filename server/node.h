#ifndef SERIN_SERVER_NODE_H_
#define SERIN_SERVER_NODE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/options/options.h"

namespace serin {

// A server process: the roles that its options ask for, wired together. Roles reach one another
// only by gRPC: through a Unix socket within the process, else through the targets in the options.
class Node {
 public:
  // Takes the data directory, starts the roles and listens. It can be called from now on, and
  // answers UNAVAILABLE to what it is not ready for. The error says what could not be had.
  static absl::StatusOr<std::unique_ptr<Node>> Start(const Options& options);

  // Drains: no new calls, then those under way get time to end, then roles stop in the order in
  // which they depend on one another.
  ~Node();

  // OK once every role of the process does its work; else what is not ready.
  absl::Status Ready() const;

  // Where it listens, such as "public=127.0.0.1:8500 admin=127.0.0.1:8502".
  std::string Addresses() const;

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace serin

#endif  // SERIN_SERVER_NODE_H_
