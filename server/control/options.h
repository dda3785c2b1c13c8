#ifndef SERIN_SERVER_CONTROL_OPTIONS_H_
#define SERIN_SERVER_CONTROL_OPTIONS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "server/control/cluster_publisher.h"
#include "server/control/job_scheduler.h"
#include "server/control/job_store.h"
#include "server/control/traffic_changes.h"

namespace serin {

struct ControlOptions {
  JobStoreOptions jobs;
  JobSchedulerOptions scheduler;
  // Largest bundle that a worker may hand in; it is held in memory while it is checked.
  int64_t max_bundle_bytes = int64_t{1} << 30;
  // What model files on their way may take in memory together.
  size_t max_import_bytes = size_t{1} << 30;
  PublisherOptions publisher;
  TrafficChangeOptions traffic;
  // How long Train waits for the dataset role.
  absl::Duration dataset_timeout = absl::Seconds(10);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_OPTIONS_H_
