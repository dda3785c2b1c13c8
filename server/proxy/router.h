#ifndef SERIN_SERVER_PROXY_ROUTER_H_
#define SERIN_SERVER_PROXY_ROUTER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/snapshot_ptr.h"
#include "core/traffic/routing_table.h"

// Which version answers a prediction: everything that the proxy decides about one, without a socket
// and apart from how its bytes are moved.

namespace serin {

// What a caller says besides the message.
struct PredictCall {
  std::string project;
  // The value of the serin-version metadata, empty if there is none. Counts only where the message
  // names neither version nor alias: it lets a caller pin a version without touching its requests.
  std::string pinned_version;
  // Fresh for each call; picks the version where the caller gives no key.
  uint64_t random = 0;
};

// {model} and the number of the version that is to answer.
struct ChosenVersion {
  std::string model;
  int32_t version = 0;
};

// Chooses by the newest routing table. Thread-safe.
class Router {
 public:
  Router() : table_(std::make_shared<const RoutingTable>()) {}

  // Takes effect for the calls after it.
  void Update(std::shared_ptr<const RoutingTable> table) { table_.Set(std::move(table)); }

  // Whether a table has arrived yet.
  bool ready() const { return table_.Get()->revision() != 0; }

  // `message` is a serialised PredictRequest. Errors: INVALID_ARGUMENT naming the field; NOT_FOUND
  // for a model, version or alias; FAILED_PRECONDITION if no version takes traffic; UNAVAILABLE
  // before the first table.
  absl::StatusOr<ChosenVersion> Choose(const PredictCall& call, absl::string_view message) const;

 private:
  SnapshotPtr<RoutingTable> table_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ROUTER_H_
