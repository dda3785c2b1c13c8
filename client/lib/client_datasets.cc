#include <algorithm>

#include "client/lib/connection.h"
#include "client/lib/requests.h"
#include "serin/client.h"

// Datasets: the calls of a Client with one message each way.

namespace serin {
namespace {

using Datasets = v1::DatasetService::Stub;

v1::UpdateDatasetRequest RequestOf(absl::string_view dataset, const DatasetUpdate& update) {
  v1::UpdateDatasetRequest request;
  request.mutable_dataset()->set_name(std::string(dataset));
  if (update.description) {
    request.mutable_dataset()->set_description(*update.description);
    request.mutable_update_mask()->add_paths("description");
  }
  if (update.labels) {
    request.mutable_dataset()->mutable_labels()->insert(update.labels->begin(),
                                                        update.labels->end());
    request.mutable_update_mask()->add_paths("labels");
  }
  if (update.retention) {
    *request.mutable_dataset()->mutable_retention() = *update.retention;
    request.mutable_update_mask()->add_paths("retention");
  }
  return request;
}

}  // namespace

absl::StatusOr<v1::Dataset> Client::GetDataset(absl::string_view dataset) const {
  return connection_->Unary(connection_->datasets(), &Datasets::GetDataset,
                            Named<v1::GetDatasetRequest>(dataset));
}

absl::StatusOr<std::vector<v1::Dataset>> Client::ListDatasets(
    const ListDatasetsOptions& options) const {
  auto request = FirstPage<v1::ListDatasetsRequest>();
  request.set_filter(options.filter);
  const size_t limit = options.limit > 0 ? options.limit : SIZE_MAX;
  if (limit < kPageSize) request.set_page_size(static_cast<int32_t>(limit));
  auto datasets = connection_->List(connection_->datasets(), &Datasets::ListDatasets, request,
                                    &v1::ListDatasetsResponse::mutable_datasets, limit);
  if (datasets.ok() && datasets->size() > limit) datasets->resize(limit);
  return datasets;
}

absl::StatusOr<v1::ListDatasetsResponse> Client::ListDatasets(
    const v1::ListDatasetsRequest& request) const {
  return connection_->Unary(connection_->datasets(), &Datasets::ListDatasets, request);
}

absl::StatusOr<v1::Dataset> Client::UpdateDataset(absl::string_view dataset,
                                                  const DatasetUpdate& update) const {
  return connection_->Unary(connection_->datasets(), &Datasets::UpdateDataset,
                            RequestOf(dataset, update));
}

absl::Status Client::DeleteDataset(absl::string_view dataset) const {
  return connection_
      ->Unary(connection_->datasets(), &Datasets::DeleteDataset,
              Named<v1::DeleteDatasetRequest>(dataset))
      .status();
}

absl::Status Client::DeleteDatasetVersion(absl::string_view version) const {
  return connection_
      ->Unary(connection_->datasets(), &Datasets::DeleteDatasetVersion,
              Named<v1::DeleteDatasetVersionRequest>(version))
      .status();
}

absl::StatusOr<v1::DatasetVersion> Client::GetDatasetVersion(absl::string_view dataset) const {
  return connection_->Unary(connection_->datasets(), &Datasets::GetDatasetVersion,
                            Named<v1::GetDatasetVersionRequest>(dataset));
}

absl::StatusOr<std::vector<v1::DatasetVersion>> Client::ListDatasetVersions(
    absl::string_view dataset) const {
  auto request = FirstPage<v1::ListDatasetVersionsRequest>();
  request.set_dataset(std::string(dataset));
  return connection_->List(connection_->datasets(), &Datasets::ListDatasetVersions, request,
                           &v1::ListDatasetVersionsResponse::mutable_versions);
}

absl::StatusOr<v1::DatasetProfile> Client::GetProfile(absl::string_view dataset,
                                                      absl::string_view target) const {
  auto request = Named<v1::GetProfileRequest>(dataset);
  request.set_target(std::string(target));
  return connection_->Unary(connection_->datasets(), &Datasets::GetProfile, request);
}

absl::StatusOr<v1::DatasetVersion> Client::TransformDataset(
    absl::string_view source, const std::vector<v1::TransformStep>& steps,
    const TransformOptions& options) const {
  v1::TransformDatasetRequest request;
  request.set_source(std::string(source));
  request.set_dataset(options.dataset);
  request.mutable_steps()->Assign(steps.begin(), steps.end());
  request.set_request_id(options.request_id);
  request.set_description(options.description);
  request.mutable_labels()->insert(options.labels.begin(), options.labels.end());
  return connection_->Unary(connection_->datasets(), &Datasets::TransformDataset, request,
                            absl::InfiniteDuration());
}

}  // namespace serin
