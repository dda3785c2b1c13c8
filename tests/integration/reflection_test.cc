// A client that knows nothing of Serin, as grpc_cli is: it asks the server what there is, and calls
// a method through descriptors that the server gave it.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "google/protobuf/util/json_util.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using google::protobuf::FileDescriptorProto;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

// Fills a descriptor pool from a server's reflection service.
class ReflectionClient {
 public:
  explicit ReflectionClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(grpc::reflection::v1alpha::ServerReflection::NewStub(channel)) {
    TestClient::Prepare(context_);
    stream_ = stub_->ServerReflectionInfo(&context_);
  }

  ~ReflectionClient() {
    stream_->WritesDone();
    stream_->Finish();
  }

  std::vector<std::string> ListServices() {
    grpc::reflection::v1alpha::ServerReflectionRequest request;
    request.set_list_services("*");
    const Response response = Ask(request);
    std::vector<std::string> names;
    for (const auto& service : response.list_services_response().service()) {
      names.push_back(service.name());
    }
    return names;
  }

  // The service with all that it uses, or null if the server cannot describe it.
  const google::protobuf::ServiceDescriptor* Describe(const std::string& service) {
    grpc::reflection::v1alpha::ServerReflectionRequest request;
    request.set_file_containing_symbol(service);
    Load(Ask(request));
    return pool_.FindServiceByName(service);
  }

 private:
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;

  Response Ask(const grpc::reflection::v1alpha::ServerReflectionRequest& request) {
    Response response;
    EXPECT_TRUE(stream_->Write(request));
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }

  // Adds the files of an answer to the pool, each after those that it imports.
  void Load(const Response& response) {
    std::vector<FileDescriptorProto> files;
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      ASSERT_TRUE(files.emplace_back().ParseFromString(bytes));
    }
    for (const FileDescriptorProto& file : files) Add(file, files);
  }

  void Add(const FileDescriptorProto& file, const std::vector<FileDescriptorProto>& others) {
    if (pool_.FindFileByName(file.name()) != nullptr) return;
    for (const std::string& import : file.dependency()) Import(import, others);
    EXPECT_NE(pool_.BuildFile(file), nullptr) << file.name();
  }

  void Import(const std::string& name, const std::vector<FileDescriptorProto>& others) {
    if (pool_.FindFileByName(name) != nullptr) return;
    for (const FileDescriptorProto& other : others) {
      if (other.name() == name) return Add(other, others);
    }
    grpc::reflection::v1alpha::ServerReflectionRequest request;
    request.set_file_by_filename(name);
    Load(Ask(request));
  }

  const std::unique_ptr<grpc::reflection::v1alpha::ServerReflection::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientReaderWriter<grpc::reflection::v1alpha::ServerReflectionRequest, Response>>
      stream_;
  google::protobuf::DescriptorPool pool_;
};

// Calls a unary method with a request given as JSON; returns the answer as JSON.
absl::StatusOr<std::string> CallByDescriptor(const std::shared_ptr<grpc::Channel>& channel,
                                             const google::protobuf::MethodDescriptor& method,
                                             const std::string& request_json) {
  google::protobuf::DynamicMessageFactory factory;
  const std::unique_ptr<google::protobuf::Message> request(
      factory.GetPrototype(method.input_type())->New());
  const std::unique_ptr<google::protobuf::Message> response(
      factory.GetPrototype(method.output_type())->New());
  if (!google::protobuf::util::JsonStringToMessage(request_json, request.get()).ok()) {
    return absl::InvalidArgumentError("the request is no JSON of its message");
  }
  const std::string bytes = request->SerializeAsString();
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  grpc::ClientContext context;
  TestClient::Prepare(context);
  absl::Notification done;
  grpc::Status status;
  grpc::GenericStub(channel).UnaryCall(&context,
                                       "/" + method.service()->full_name() + "/" + method.name(),
                                       {}, &sent, &received, [&](grpc::Status result) {
                                         status = result;
                                         done.Notify();
                                       });
  done.WaitForNotification();
  if (!status.ok()) return absl::UnknownError(status.error_message());
  grpc::ProtoBufferReader reader(&received);
  response->ParseFromZeroCopyStream(&reader);
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(*response, &json).ok()) {
    return absl::InternalError("the answer has no JSON form");
  }
  return json;
}

class ReflectionTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(server_.Start(), IsOk()); }

  const std::shared_ptr<grpc::Channel>& channel() { return server_.client().channel(); }

  SingleServer server_;
};

TEST_F(ReflectionTest, EveryPublicService_IsListed_AndNoInternalOne) {
  const std::vector<std::string> services = ReflectionClient(channel()).ListServices();
  EXPECT_THAT(services, IsSupersetOf({"serin.v1.DatasetService", "serin.v1.TrainService",
                                      "serin.v1.ModelService", "serin.v1.PredictService",
                                      "grpc.health.v1.Health"}));
  EXPECT_THAT(services, Not(Contains(HasSubstr("internal"))));
}

TEST_F(ReflectionTest, EveryListedService_IsDescribedWithItsMethods) {
  ReflectionClient reflection(channel());
  for (const std::string& name : reflection.ListServices()) {
    const auto* service = reflection.Describe(name);
    ASSERT_NE(service, nullptr) << name;
    EXPECT_GT(service->method_count(), 0) << name;
  }
}

TEST_F(ReflectionTest, NewerReflectionProtocol_ListsTheSameServices) {
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel());
  grpc::ClientContext context;
  TestClient::Prepare(context);
  const auto stream = stub->ServerReflectionInfo(&context);
  grpc::reflection::v1::ServerReflectionRequest request;
  request.set_list_services("*");
  grpc::reflection::v1::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  EXPECT_EQ(names, ReflectionClient(channel()).ListServices());
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ReflectionTest, DynamicClient_CallsAMethodThroughItsDescriptor) {
  ASSERT_THAT(server_.client().Upload("iris", TestFile("iris.csv")), IsOk());
  ReflectionClient reflection(channel());
  const auto* service = reflection.Describe("serin.v1.DatasetService");
  ASSERT_NE(service, nullptr);
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::string json,
      CallByDescriptor(channel(), *service->FindMethodByName("GetDataset"), R"({"name": "iris"})"));
  EXPECT_THAT(json, HasSubstr(R"("name":"datasets/iris")"));
  EXPECT_THAT(json, HasSubstr(R"("latestVersion":1)"));
}

TEST_F(ReflectionTest, Health_OfTheServerAndOfEachService_IsServing) {
  ReflectionClient reflection(channel());
  const auto* service = reflection.Describe("grpc.health.v1.Health");
  ASSERT_NE(service, nullptr);
  for (const char* request : {"{}", R"({"service": "serin.v1.PredictService"})",
                              R"({"service": "serin.v1.TrainService"})"}) {
    EXPECT_THAT(CallByDescriptor(channel(), *service->FindMethodByName("Check"), request).value(),
                HasSubstr("SERVING"))
        << request;
  }
}

}  // namespace
}  // namespace serin
