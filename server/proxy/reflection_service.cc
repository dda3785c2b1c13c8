#include "server/proxy/reflection_service.h"

namespace serin {
namespace {

template <typename Response>
void SetError(const absl::Status& status, Response* response) {
  response->mutable_error_response()->set_error_code(static_cast<int>(status.code()));
  response->mutable_error_response()->set_error_message(std::string(status.message()));
}

template <typename Response>
void SetFiles(const absl::StatusOr<ReflectionIndex::Files>& files, Response* response) {
  if (!files.ok()) return SetError(files.status(), response);
  for (const google::protobuf::FileDescriptor* file : *files) {
    google::protobuf::FileDescriptorProto proto;
    file->CopyTo(&proto);
    response->mutable_file_descriptor_response()->add_file_descriptor_proto(
        proto.SerializeAsString());
  }
}

template <typename Response>
void SetExtensionNumbers(const absl::StatusOr<std::vector<int>>& numbers, const std::string& type,
                         Response* response) {
  if (!numbers.ok()) return SetError(numbers.status(), response);
  auto* answer = response->mutable_all_extension_numbers_response();
  answer->set_base_type_name(type);
  answer->mutable_extension_number()->Add(numbers->begin(), numbers->end());
}

template <typename Response>
void SetServices(const std::vector<std::string>& services, Response* response) {
  auto* answer = response->mutable_list_services_response();
  for (const std::string& service : services) answer->add_service()->set_name(service);
}

// Reads a request, writes its answer, and so on until the caller has no more.
template <typename Request, typename Response>
class Session final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Session(const ReflectionIndex& index) : index_(index) { this->StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::OK);
    response_ = AnswerReflection<Request, Response>(index_, request_);
    this->StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::CANCELLED);
    this->StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  const ReflectionIndex& index_;
  Request request_;
  Response response_;
};

}  // namespace

template <typename Request, typename Response>
Response AnswerReflection(const ReflectionIndex& index, const Request& request) {
  Response response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      SetFiles(index.FileByName(request.file_by_filename()), &response);
      break;
    case Request::kFileContainingSymbol:
      SetFiles(index.FileOfSymbol(request.file_containing_symbol()), &response);
      break;
    case Request::kFileContainingExtension:
      SetFiles(index.FileOfExtension(request.file_containing_extension().containing_type(),
                                     request.file_containing_extension().extension_number()),
               &response);
      break;
    case Request::kAllExtensionNumbersOfType:
      SetExtensionNumbers(index.ExtensionNumbersOf(request.all_extension_numbers_of_type()),
                          request.all_extension_numbers_of_type(), &response);
      break;
    case Request::kListServices:
      SetServices(index.services(), &response);
      break;
    case Request::MESSAGE_REQUEST_NOT_SET:
      SetError(absl::InvalidArgumentError("the request asks for nothing that is known here"),
               &response);
      break;
  }
  return response;
}

template <typename Service, typename Request, typename Response>
grpc::ServerBidiReactor<Request, Response>*
ReflectionService<Service, Request, Response>::ServerReflectionInfo(grpc::CallbackServerContext*) {
  return new Session<Request, Response>(index_);
}

template class ReflectionService<grpc::reflection::v1::ServerReflection::CallbackService,
                                 grpc::reflection::v1::ServerReflectionRequest,
                                 grpc::reflection::v1::ServerReflectionResponse>;
template class ReflectionService<grpc::reflection::v1alpha::ServerReflection::CallbackService,
                                 grpc::reflection::v1alpha::ServerReflectionRequest,
                                 grpc::reflection::v1alpha::ServerReflectionResponse>;
template grpc::reflection::v1::ServerReflectionResponse AnswerReflection(
    const ReflectionIndex&, const grpc::reflection::v1::ServerReflectionRequest&);
template grpc::reflection::v1alpha::ServerReflectionResponse AnswerReflection(
    const ReflectionIndex&, const grpc::reflection::v1alpha::ServerReflectionRequest&);

}  // namespace serin
