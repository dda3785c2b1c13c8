#ifndef SERIN_SERVER_DATASET_STREAMS_H_
#define SERIN_SERVER_DATASET_STREAMS_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <string>

#include "core/base/work_pool.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/append_session.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/live_datasets.h"
#include "server/dataset/upload_session.h"

// The streaming calls of DatasetService as reactors of gRPC's callback API. Each deletes itself
// when gRPC is done with it. All arguments must outlive the call.

namespace serin {

// Takes an upload: one message is read, parsed on the pool, and only then is the next one read, so
// that a fast sender waits for the parser. What is done at its end, when all of the file may have
// to be read again, is done on `end_pool`.
grpc::ServerReadReactor<v1::UploadDatasetRequest>* ReceiveUpload(
    grpc::CallbackServerContext* context, std::string project, DatasetCatalog* catalog,
    const DatasetOptions& options, WorkPool* pool, WorkPool* end_pool,
    v1::DatasetVersion* response);

// Takes an append in the same way.
grpc::ServerReadReactor<v1::AppendRowsRequest>* ReceiveAppend(
    grpc::CallbackServerContext* context, std::string project, LiveDatasets* datasets,
    AppendBudget* budget, const AppendLimits& limits, WorkPool* pool,
    v1::AppendRowsResponse* response);

// Sends rows: one batch is read on the pool and written, and only when it is on its way the next.
grpc::ServerWriteReactor<v1::ReadRowsResponse>* SendRows(std::string project,
                                                         const DatasetCatalog* catalog,
                                                         const v1::ReadRowsRequest& request,
                                                         WorkPool* pool);

// Sends a file in the same way.
grpc::ServerWriteReactor<v1::DownloadDatasetResponse>* SendFile(
    std::string project, const DatasetCatalog* catalog, const v1::DownloadDatasetRequest& request,
    WorkPool* pool);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_STREAMS_H_
