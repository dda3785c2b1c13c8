#ifndef SERIN_CLIENT_LIB_CONNECTION_H_
#define SERIN_CLIENT_LIB_CONNECTION_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/lib/call.h"
#include "serin/client.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"

namespace serin {

// The stubs of all services on one channel. Thread-safe, as stubs are.
class Client::Connection {
 public:
  Connection(const ClientOptions& options,
             const std::shared_ptr<grpc::ChannelCredentials>& credentials);

  const std::string& project() const { return options_.project; }
  v1::DatasetService::Stub& datasets() const { return *datasets_; }
  v1::TrainService::Stub& training() const { return *training_; }
  v1::ModelService::Stub& models() const { return *models_; }
  v1::PredictService::Stub& predictions() const { return *predictions_; }

  // Makes a unary call: Unary(models(), &v1::ModelService::Stub::GetModel, request). Without a
  // timeout it has that of the options.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Unary(
      Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      const Request& request, std::optional<absl::Duration> timeout = std::nullopt) const {
    Call call(options_.project, timeout.value_or(options_.timeout));
    Response response;
    const grpc::Status status = (stub.*method)(call.context(), request, &response);
    if (!status.ok()) return call.Outcome(status);
    return response;
  }

  // Calls a paged method until `limit` items are there or the last page is read. `items` gives the
  // repeated field of a response.
  template <typename Stub, typename Request, typename Response, typename Item>
  absl::StatusOr<std::vector<Item>> List(
      Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      Request request, google::protobuf::RepeatedPtrField<Item>* (Response::*items)(),
      size_t limit = SIZE_MAX) const {
    std::vector<Item> all;
    do {
      absl::StatusOr<Response> page = Unary(stub, method, request);
      if (!page.ok()) return page.status();
      for (Item& item : *((*page).*items)()) all.push_back(std::move(item));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty() && all.size() < limit);
    return all;
  }

 private:
  const ClientOptions options_;
  const std::unique_ptr<v1::DatasetService::Stub> datasets_;
  const std::unique_ptr<v1::TrainService::Stub> training_;
  const std::unique_ptr<v1::ModelService::Stub> models_;
  const std::unique_ptr<v1::PredictService::Stub> predictions_;

  Connection(const ClientOptions& options, const std::shared_ptr<grpc::Channel>& channel);
};

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_CONNECTION_H_
