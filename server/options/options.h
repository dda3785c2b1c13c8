#ifndef SERIN_SERVER_OPTIONS_OPTIONS_H_
#define SERIN_SERVER_OPTIONS_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace serin {

// What a process is. A worker is a process of its own and has no other role.
struct Roles {
  bool proxy = false;
  bool predict = false;
  bool control = false;
  bool dataset = false;
  bool worker = false;

  bool any_backend() const { return predict || control || dataset; }
  bool all() const { return proxy && predict && control && dataset; }
};

// The text form, as absl::ParseFlag finds it: `all`, or names separated by commas.
bool AbslParseFlag(absl::string_view text, Roles* roles, std::string* error);
std::string AbslUnparseFlag(const Roles& roles);

// What a process is told on its command line. Usage() lists the flags with their meaning; the
// defaults are those here.
struct Options {
  Roles roles = {.proxy = true, .predict = true, .control = true, .dataset = true};

  // Only of processes with the control or dataset role.
  std::string data_dir = "./serin-data";

  // Where the proxy listens, and the host of the admin port too. Port 0: any that is free.
  std::string host = "127.0.0.1";
  int32_t port = 8500;
  int32_t admin_port = 8502;

  // HOST:PORT where roles in other processes reach those in this one. Empty: there are none.
  std::string internal_listen;
  // The host under which they do, where that is not the one in internal_listen.
  std::string advertise_host;
  // HOST:PORT (or any gRPC target without a comma) of the roles that run in other processes.
  std::string control_target;
  std::string dataset_target;
  std::vector<std::string> predict_targets;

  // Of the proxy; ProxyOptions (server/proxy/proxy_role.h) says what each means.
  int32_t proxy_threads = 0;
  std::string tls_cert;
  std::string tls_key;
  std::vector<std::string> cors_origins;
  int32_t max_connections = 20'000;
  int32_t max_calls = 10'000;
  int64_t max_message_bytes = int64_t{16} << 20;
  absl::Duration idle_timeout = absl::Minutes(10);
  double rate_limit = 0;
  int32_t rate_burst = 0;
  bool hedge = false;
  double access_log_sample = 1;
  // Of every role: how long calls under way may take to end when the process stops.
  absl::Duration drain_timeout = absl::Seconds(5);

  int64_t max_upload_bytes = int64_t{16} << 30;
  int32_t max_columns = 4096;
  // Of one query, see QueryLimits (core/query/query.h).
  int64_t max_query_rows = 1'000'000;
  int32_t max_query_seconds = 30;
  int64_t max_query_bytes = int64_t{256} << 20;
  // Of trainings.
  int32_t max_concurrent_jobs = 1;
  int32_t max_queued_jobs = 2000;
  int32_t max_queued_jobs_per_project = 1000;
  int32_t kept_jobs = 1000;
  // What the models in a predictor's memory may take; 0: a quarter of the machine's memory.
  int64_t predict_memory_bytes = 0;
  // Of each; 0: half of the machine's memory, divided by max_concurrent_jobs.
  int64_t max_job_memory_bytes = 0;
  absl::Duration job_silence_limit = absl::Minutes(10);
  std::string log_level = "info";

  // Of a worker: the attempt at a job that it is there for.
  std::string project;
  std::string job;
  int32_t attempt = 0;
  // The process that started it, with which it ends.
  int32_t parent = 0;
  // What it may use; 0: no bound.
  int64_t memory_limit_bytes = 0;

  // Print and exit.
  bool show_help = false;
  bool show_version = false;
};

// Reads the arguments that follow the program's name: --flag=value, --flag value, and --flag for
// truth values. The error, INVALID_ARGUMENT, names the flag and says what would be right: one that
// does not exist, an argument that is no flag, a value that does not parse or is out of range, or
// flags that do not fit together.
absl::StatusOr<Options> ParseOptions(absl::Span<const absl::string_view> arguments);

// One line per flag: its name, what it does and its default.
std::string Usage();

}  // namespace serin

#endif  // SERIN_SERVER_OPTIONS_OPTIONS_H_
