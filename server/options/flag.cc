#include "server/options/flag.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/str_split.h"

namespace serin {
namespace {

Flag BindPort(absl::string_view name, int32_t* field, absl::string_view help) {
  return BindInRange<int32_t>(name, field, 0, 65535, help);
}

Flag BindLogLevel(std::string* field) {
  Flag flag = Bind("log_level", field, "Least level that is logged: debug, info, warning or error");
  flag.set = [field](absl::string_view text, std::string* error) {
    static constexpr std::array<absl::string_view, 4> kLevels = {"debug", "info", "warning",
                                                                 "error"};
    *field = std::string(text);
    *error = "must be debug, info, warning or error";
    return std::find(kLevels.begin(), kLevels.end(), text) != kLevels.end();
  };
  return flag;
}

}  // namespace

Flag BindDuration(absl::string_view name, absl::Duration* field, absl::Duration min,
                  absl::Duration max, absl::string_view help) {
  return {name, help, absl::FormatDuration(*field), /*is_switch=*/false,
          [field, min, max](absl::string_view text, std::string* error) {
            if (absl::ParseDuration(text, field) && *field >= min && *field <= max) return true;
            *error = absl::StrCat("must be a length of time with its unit, such as 250ms, from ",
                                  absl::FormatDuration(min), " to ", absl::FormatDuration(max));
            return false;
          }};
}

Flag BindList(absl::string_view name, std::vector<std::string>* field, absl::string_view help) {
  return {name, help, "", /*is_switch=*/false, [field](absl::string_view text, std::string* error) {
            field->clear();
            if (text.empty()) return true;
            *field = absl::StrSplit(text, ',');
            *error = "must be separated by single commas";
            return std::find(field->begin(), field->end(), "") == field->end();
          }};
}

std::vector<Flag> FlagsOf(Options& o) {
  constexpr int64_t kMaxBytes = std::numeric_limits<int64_t>::max();
  return {
      Bind("roles", &o.roles, "all, worker, or some of proxy,predict,control,dataset"),
      Bind("data_dir", &o.data_dir, "Directory of all that is stored; made if it is not there"),
      Bind("host", &o.host, "Address of the public port and of the admin port"),
      BindPort("port", &o.port, "Public port; 0: any that is free"),
      BindPort("admin_port", &o.admin_port, "Port of /metrics and /healthz; 0: any that is free"),
      Bind("internal_listen", &o.internal_listen,
           "HOST:PORT where roles in other processes reach those in this one"),
      Bind("control", &o.control_target, "HOST:PORT of the control role in another process"),
      Bind("dataset", &o.dataset_target, "HOST:PORT of the dataset role in another process"),
      BindList("predict", &o.predict_targets,
               "HOST:PORT,... of predictors in other processes, for what those that have joined "
               "control cannot answer"),
      Bind("advertise_host", &o.advertise_host,
           "Host under which others reach --internal_listen, if it is not the one there"),
      BindInRange<int32_t>("proxy_threads", &o.proxy_threads, 0, 1024,
                           "Threads that the proxy serves with; 0: one per core"),
      Bind("tls_cert", &o.tls_cert, "PEM file of the public port's certificate; without: no TLS"),
      Bind("tls_key", &o.tls_key, "PEM file of the certificate's private key"),
      BindList("cors_origins", &o.cors_origins,
               "Origins that may call from a browser, such as https://app.example,...; *: any"),
      BindInRange<int32_t>("max_connections", &o.max_connections, 1, 1'000'000,
                           "Most connections to the public port at a time"),
      BindInRange<int32_t>("max_calls", &o.max_calls, 1, 1'000'000,
                           "Most calls through the proxy at a time"),
      BindInRange<int64_t>("max_message_bytes", &o.max_message_bytes, 1024, int64_t{1} << 30,
                           "Largest message that a caller may send"),
      BindDuration("idle_timeout", &o.idle_timeout, absl::Seconds(1), absl::Hours(24),
                   "How long a connection without calls stays open"),
      BindInRange<double>("rate_limit", &o.rate_limit, 0, 1e9,
                          "Calls per second that one caller may make in the long run; 0: any"),
      BindInRange<int32_t>("rate_burst", &o.rate_burst, 0, 1'000'000'000,
                           "Calls that a caller may make at once; 0: those of one second"),
      Bind("hedge", &o.hedge,
           "Send a prediction that waits longer than 95 of 100 do to a second predictor too"),
      BindInRange<double>("access_log_sample", &o.access_log_sample, 0, 1,
                          "Share of successful calls that are logged; failed ones all are"),
      BindDuration("drain_timeout", &o.drain_timeout, absl::ZeroDuration(), absl::Hours(1),
                   "How long calls under way may take to end when the process stops"),
      BindInRange<int64_t>("max_upload_bytes", &o.max_upload_bytes, 1, kMaxBytes,
                           "Largest dataset that is accepted, in bytes of the file"),
      BindInRange<int32_t>("max_columns", &o.max_columns, 1, 100'000,
                           "Most columns that a dataset may have"),
      BindInRange<int64_t>("max_query_rows", &o.max_query_rows, 1, 1'000'000'000,
                           "Most rows that the answer to a query in SQL may have"),
      BindInRange<int32_t>("max_query_seconds", &o.max_query_seconds, 1, 86'400,
                           "Longest that a query in SQL may compute"),
      BindInRange<int64_t>("max_query_bytes", &o.max_query_bytes, 1 << 20, kMaxBytes,
                           "Most memory that a query in SQL may use"),
      BindInRange<int32_t>("max_concurrent_jobs", &o.max_concurrent_jobs, 1, 1000,
                           "Most trainings that run at a time, each in a process of its own"),
      BindInRange<int32_t>("max_queued_jobs", &o.max_queued_jobs, 1, 1'000'000,
                           "Most trainings that wait, over all projects"),
      BindInRange<int32_t>("max_queued_jobs_per_project", &o.max_queued_jobs_per_project, 1,
                           1'000'000, "Most trainings of one project that wait"),
      BindInRange<int32_t>("kept_jobs", &o.kept_jobs, 1, 1'000'000,
                           "Of each project, how many jobs are kept after their end"),
      BindInRange<int64_t>("max_job_memory_bytes", &o.max_job_memory_bytes, 0, kMaxBytes / 4,
                           "Most memory that one training may use; 0: half of the machine's, "
                           "divided by --max_concurrent_jobs"),
      BindInRange<int64_t>("predict_memory_bytes", &o.predict_memory_bytes, 0, kMaxBytes / 4,
                           "Most memory that the models of a predictor may take; 0: a quarter of "
                           "the machine's"),
      BindDuration("job_silence_limit", &o.job_silence_limit, absl::Seconds(1), absl::Hours(24),
                   "How long a training may report nothing; then its process is ended"),
      BindLogLevel(&o.log_level),
      Bind("project", &o.project, "Of a worker: the project of its job"),
      Bind("job", &o.job, "Of a worker: its job"),
      BindInRange<int32_t>("attempt", &o.attempt, 0, 1000, "Of a worker: which attempt it is"),
      BindInRange<int32_t>("parent", &o.parent, 0, std::numeric_limits<int32_t>::max(),
                           "Of a worker: the process that started it, with which it ends"),
      BindInRange<int64_t>("memory_limit_bytes", &o.memory_limit_bytes, 0, kMaxBytes / 4,
                           "Of a worker: most memory that it may use; 0: any"),
      Bind("version", &o.show_version, "Print the version and exit"),
      Bind("help", &o.show_help, "Print this and exit"),
  };
}

}  // namespace serin
