#ifndef SERIN_SERVER_DATASET_QUERY_CALL_H_
#define SERIN_SERVER_DATASET_QUERY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/work_pool.h"
#include "core/query/query.h"
#include "core/storage/store.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

struct QueryOptions {
  QueryLimits limits;
  // Statements at work at a time; others wait.
  int threads = 2;
  // Queries that are open, and may each hold QueryLimits::max_bytes: one more is refused.
  int max_open = 16;
};

// Answers QueryDatasets. On threads of its own, as one statement may take as long as the limits
// allow, and uploads and reads are not to wait for it. Thread-safe.
class QueryService {
 public:
  // All must outlive the service.
  QueryService(const Store* store, const Clock* clock, const QueryOptions& options);

  // Sends the answer: one batch is computed and written, and only when it is on its way the next.
  // The first message comes also where there is no row. Ends soon after the caller has gone away.
  grpc::ServerWriteReactor<v1::QueryDatasetsResponse>* Answer(
      std::string project, const v1::QueryDatasetsRequest& request);

 private:
  class Call;

  const Store* const store_;
  const Clock* const clock_;
  const QueryOptions options_;
  std::atomic<int> open_ = 0;
  WorkPool pool_;  // Last: its tasks use the rest.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_QUERY_CALL_H_
