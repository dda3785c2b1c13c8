#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "tests/unit/client/fake_server.h"

// The datasets of a FakeServer.

namespace serin {
namespace {

// A live dataset.
v1::DatasetVersion Events() {
  return ParseText<v1::DatasetVersion>(R"pb(
    name: "datasets/events/versions/1"
    version: 1
    live: true
    schema {
      columns { name: "at" type: COLUMN_TYPE_TIMESTAMP }
      columns { name: "amount" type: COLUMN_TYPE_NUMBER }
    }
  )pb");
}

}  // namespace

v1::DatasetVersion IrisDataset() {
  return ParseText<v1::DatasetVersion>(R"pb(
    name: "datasets/iris/versions/1"
    version: 1
    row_count: 3
    source_bytes: 2713
    source_sha256: "6e87a61ca5c392d736235deccc3027fc7825c5dee6ea4d9b1413935c842c250e"
    schema {
      columns { name: "petal_length" type: COLUMN_TYPE_NUMBER }
      columns { name: "species" type: COLUMN_TYPE_CATEGORY }
    }
  )pb");
}

v1::ReadRowsResponse IrisRows() {
  return ParseText<v1::ReadRowsResponse>(R"pb(
    row_count: 3
    columns {
      name: "petal_length"
      numbers { values: [ 1.4, 4.7, 0 ] }
      missing_rows: 2
    }
    columns {
      name: "species"
      strings { values: [ "setosa", "versicolor", "virginica" ] }
    }
  )pb");
}

void FakeServer::SetSource(std::string source) {
  absl::MutexLock lock(&mutex_);
  source_ = std::move(source);
}

v1::UploadDatasetSpec FakeServer::upload_spec() const {
  absl::MutexLock lock(&mutex_);
  return upload_spec_;
}

std::string FakeServer::uploaded_bytes() const {
  absl::MutexLock lock(&mutex_);
  return uploaded_bytes_;
}

std::vector<v1::AppendRowsRequest> FakeServer::append_requests() const {
  absl::MutexLock lock(&mutex_);
  return append_requests_;
}

v1::ListDatasetsRequest FakeServer::list_request() const {
  absl::MutexLock lock(&mutex_);
  return list_request_;
}

v1::UpdateDatasetRequest FakeServer::update_request() const {
  absl::MutexLock lock(&mutex_);
  return update_request_;
}

v1::TransformDatasetRequest FakeServer::transform_request() const {
  absl::MutexLock lock(&mutex_);
  return transform_request_;
}

v1::QueryDatasetsRequest FakeServer::query_request() const {
  absl::MutexLock lock(&mutex_);
  return query_request_;
}

v1::DownloadDatasetRequest FakeServer::download_request() const {
  absl::MutexLock lock(&mutex_);
  return download_request_;
}

std::string FakeServer::deleted() const {
  absl::MutexLock lock(&mutex_);
  return deleted_;
}

grpc::Status FakeServer::UploadDataset(Context* context,
                                       grpc::ServerReader<v1::UploadDatasetRequest>* reader,
                                       v1::DatasetVersion* response) {
  if (grpc::Status error = Begin(context, "UploadDataset"); !error.ok()) return error;
  v1::UploadDatasetRequest request;
  std::string bytes;
  while (reader->Read(&request)) {
    absl::MutexLock lock(&mutex_);
    if (request.has_spec()) upload_spec_ = request.spec();
    bytes += request.chunk();
  }
  absl::MutexLock lock(&mutex_);
  uploaded_bytes_ = std::move(bytes);
  *response = IrisDataset();
  return grpc::Status::OK;
}

// Three datasets on two pages.
grpc::Status FakeServer::ListDatasets(Context* context, const v1::ListDatasetsRequest* request,
                                      v1::ListDatasetsResponse* response) {
  if (grpc::Status error = Begin(context, "ListDatasets"); !error.ok()) return error;
  {
    absl::MutexLock lock(&mutex_);
    list_request_ = *request;
  }
  if (request->page_token().empty()) {
    response->add_datasets()->set_name("datasets/a");
    response->add_datasets()->set_name("datasets/b");
    response->set_next_page_token("page 2");
  } else if (request->page_token() == "page 2") {
    response->add_datasets()->set_name("datasets/c");
  }
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetDatasetVersion(Context* context,
                                           const v1::GetDatasetVersionRequest* request,
                                           v1::DatasetVersion* response) {
  if (grpc::Status error = Begin(context, "GetDatasetVersion"); !error.ok()) return error;
  if (request->name() == "events") {
    *response = Events();
    return grpc::Status::OK;
  }
  if (request->name() != "iris" && request->name() != "iris@1") {
    return ToGrpc(ResourceNotFound(absl::StrCat("datasets/", request->name())));
  }
  *response = IrisDataset();
  return grpc::Status::OK;
}

// As many columns as are asked for, from the left.
grpc::Status FakeServer::ReadRows(Context* context, const v1::ReadRowsRequest* request,
                                  grpc::ServerWriter<v1::ReadRowsResponse>* writer) {
  if (grpc::Status error = Begin(context, "ReadRows"); !error.ok()) return error;
  v1::ReadRowsResponse rows = IrisRows();
  while (!request->columns().empty() && rows.columns_size() > request->columns_size()) {
    rows.mutable_columns()->RemoveLast();
  }
  writer->Write(rows);
  return grpc::Status::OK;
}

grpc::Status FakeServer::AppendRows(Context* context,
                                    grpc::ServerReader<v1::AppendRowsRequest>* reader,
                                    v1::AppendRowsResponse* response) {
  if (grpc::Status error = Begin(context, "AppendRows"); !error.ok()) return error;
  std::vector<v1::AppendRowsRequest> requests;
  v1::AppendRowsRequest request;
  while (reader->Read(&request)) {
    response->set_row_count(response->row_count() + request.rows().row_count());
    requests.push_back(request);
  }
  response->set_first_row(1000);
  absl::MutexLock lock(&mutex_);
  append_requests_ = std::move(requests);
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetDataset(Context* context, const v1::GetDatasetRequest* request,
                                    v1::Dataset* response) {
  if (grpc::Status error = Begin(context, "GetDataset"); !error.ok()) return error;
  response->set_name(request->name());
  response->set_description("Fisher's irises");
  (*response->mutable_labels())["team"] = "botany";
  (*response->mutable_labels())["stage"] = "raw";
  return grpc::Status::OK;
}

grpc::Status FakeServer::UpdateDataset(Context* context, const v1::UpdateDatasetRequest* request,
                                       v1::Dataset* response) {
  if (grpc::Status error = Begin(context, "UpdateDataset"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  update_request_ = *request;
  *response = request->dataset();
  return grpc::Status::OK;
}

grpc::Status FakeServer::DeleteDataset(Context* context, const v1::DeleteDatasetRequest* request,
                                       google::protobuf::Empty*) {
  if (grpc::Status error = Begin(context, "DeleteDataset"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  deleted_ = absl::StrCat("dataset ", request->name());
  return grpc::Status::OK;
}

grpc::Status FakeServer::DeleteDatasetVersion(Context* context,
                                              const v1::DeleteDatasetVersionRequest* request,
                                              google::protobuf::Empty*) {
  if (grpc::Status error = Begin(context, "DeleteDatasetVersion"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  deleted_ = absl::StrCat("version ", request->name());
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetProfile(Context* context, const v1::GetProfileRequest* request,
                                    v1::DatasetProfile* response) {
  if (grpc::Status error = Begin(context, "GetProfile"); !error.ok()) return error;
  response->set_dataset_version("datasets/iris/versions/1");
  response->set_target(request->target());
  return grpc::Status::OK;
}

grpc::Status FakeServer::TransformDataset(Context* context,
                                          const v1::TransformDatasetRequest* request,
                                          v1::DatasetVersion* response) {
  if (grpc::Status error = Begin(context, "TransformDataset"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  transform_request_ = *request;
  *response = IrisDataset();
  response->set_name("datasets/iris/versions/2");
  response->clear_source_sha256();
  response->mutable_derivation()->add_sources("datasets/iris/versions/1");
  *response->mutable_derivation()->mutable_steps() = request->steps();
  return grpc::Status::OK;
}

// The rows in two batches, the second of one row.
grpc::Status FakeServer::QueryDatasets(Context* context, const v1::QueryDatasetsRequest* request,
                                       grpc::ServerWriter<v1::QueryDatasetsResponse>* writer) {
  if (grpc::Status error = Begin(context, "QueryDatasets"); !error.ok()) return error;
  {
    absl::MutexLock lock(&mutex_);
    query_request_ = *request;
  }
  writer->Write(ParseText<v1::QueryDatasetsResponse>(R"pb(
    schema {
      columns { name: "species" type: COLUMN_TYPE_CATEGORY }
      columns { name: "n" type: COLUMN_TYPE_INTEGER }
    }
    row_count: 2
    columns {
      name: "species"
      strings { values: [ "setosa", "a,b" ] }
    }
    columns {
      name: "n"
      integers { values: [ 9007199254740993, 0 ] }
      missing_rows: 1
    }
  )pb"));
  writer->Write(ParseText<v1::QueryDatasetsResponse>(R"pb(
    schema {
      columns { name: "species" type: COLUMN_TYPE_CATEGORY }
      columns { name: "n" type: COLUMN_TYPE_INTEGER }
    }
    row_count: 1
    columns {
      name: "species"
      strings { values: [ "virginica" ] }
    }
    columns {
      name: "n"
      integers { values: [ 7 ] }
    }
  )pb"));
  return grpc::Status::OK;
}

grpc::Status FakeServer::DownloadDataset(Context* context,
                                         const v1::DownloadDatasetRequest* request,
                                         grpc::ServerWriter<v1::DownloadDatasetResponse>* writer) {
  std::string source;
  {
    absl::MutexLock lock(&mutex_);
    download_request_ = *request;
    source = source_;
  }
  v1::DownloadDatasetResponse piece;
  piece.set_size_bytes(static_cast<int64_t>(source.size()));
  piece.set_file_name("iris-1.csv");
  piece.set_chunk(source.substr(0, 10));
  writer->Write(piece);
  // A failure comes in the middle.
  if (grpc::Status error = Begin(context, "DownloadDataset"); !error.ok()) return error;
  piece.Clear();
  piece.set_chunk(source.substr(10));
  writer->Write(piece);
  return grpc::Status::OK;
}

}  // namespace serin
