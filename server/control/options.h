#ifndef SERIN_SERVER_CONTROL_OPTIONS_H_
#define SERIN_SERVER_CONTROL_OPTIONS_H_

#include <cstdint>

#include "absl/time/time.h"
#include "server/control/cluster_publisher.h"
#include "server/control/traffic_changes.h"

namespace serin {

struct ControlOptions {
  // Jobs that may wait for a worker, over all projects; Train answers RESOURCE_EXHAUSTED beyond.
  int max_queued_jobs = 1000;
  // Workers at a time. Each uses all cores while it trains.
  int max_concurrent_jobs = 1;
  // Largest bundle that a worker may hand in; it is held in memory while it is checked.
  int64_t max_bundle_bytes = int64_t{1} << 30;
  PublisherOptions publisher;
  TrafficChangeOptions traffic;
  // How long Train waits for the dataset role.
  absl::Duration dataset_timeout = absl::Seconds(10);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_OPTIONS_H_
