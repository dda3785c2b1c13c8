#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/proxy/reflection_service.h"
#include "server/proxy/route_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using google::protobuf::FileDescriptorProto;
using testing::ElementsAre;
using testing::Eq;

std::vector<std::string> Names(const absl::StatusOr<ReflectionIndex::Files>& files) {
  std::vector<std::string> names;
  for (const auto* file : *files) names.push_back(file->name());
  return names;
}

class ReflectionTest : public testing::Test {
 protected:
  const RouteTable routes_;
  const ReflectionIndex index_{routes_.services(), {google::rpc::ErrorInfo::descriptor()->file()}};
};

TEST_F(ReflectionTest, Services_AreListedInOrder) {
  EXPECT_THAT(index_.services(), ElementsAre("inference.GRPCInferenceService",
                                             "serin.v1.DatasetService", "serin.v1.ModelService",
                                             "serin.v1.PredictService", "serin.v1.TrainService"));
}

TEST_F(ReflectionTest, File_ComesWithAllThatItImports) {
  const auto files = Names(index_.FileByName("serin/v1/table.proto"));
  EXPECT_THAT(files, ElementsAre("serin/v1/table.proto"));
  const auto inference = Names(index_.FileByName("inference/grpc_service.proto"));
  EXPECT_THAT(inference,
              ElementsAre("inference/grpc_service.proto", "inference/model_config.proto"));
}

TEST_F(ReflectionTest, Symbols_OfEveryKind_LeadToTheirFile) {
  for (const char* symbol : {"serin.v1.PredictService", "serin.v1.PredictService.Predict",
                             "serin.v1.PredictRequest", "serin.v1.PredictRequest.model"}) {
    EXPECT_EQ(Names(index_.FileOfSymbol(symbol))[0], "serin/v1/predict_service.proto") << symbol;
  }
  EXPECT_EQ(Names(index_.FileOfSymbol("google.rpc.BadRequest"))[0],
            "google/rpc/error_details.proto");
}

TEST_F(ReflectionTest, InternalFiles_AreAsThoughTheyDidNotExist) {
  ASSERT_NE(internal::v1::ClusterState::descriptor(), nullptr);  // Linked, nevertheless
  EXPECT_THAT(index_.FileByName("serin/internal/v1/cluster_service.proto"),
              IsError(absl::StatusCode::kNotFound,
                      Eq("file serin/internal/v1/cluster_service.proto does not exist")));
  EXPECT_FALSE(index_.FileOfSymbol("serin.internal.v1.ClusterState").ok());
  EXPECT_FALSE(index_.ExtensionNumbersOf("serin.internal.v1.ClusterState").ok());
}

TEST_F(ReflectionTest, Extensions_ThatDoNotExist_AreNamed) {
  EXPECT_THAT(index_.FileOfExtension("serin.v1.PredictRequest", 7),
              IsError(absl::StatusCode::kNotFound,
                      Eq("extension 7 of serin.v1.PredictRequest does not exist")));
  EXPECT_THAT(*index_.ExtensionNumbersOf("serin.v1.PredictRequest"), ElementsAre());
}

// The answers are the same in both versions of the protocol.
template <typename RequestType, typename ResponseType>
struct Version {
  using Request = RequestType;
  using Response = ResponseType;
};
using Versions = testing::Types<Version<grpc::reflection::v1::ServerReflectionRequest,
                                        grpc::reflection::v1::ServerReflectionResponse>,
                                Version<grpc::reflection::v1alpha::ServerReflectionRequest,
                                        grpc::reflection::v1alpha::ServerReflectionResponse>>;

template <typename V>
class AnswerReflectionTest : public ReflectionTest {
 protected:
  typename V::Response Ask(const typename V::Request& request) {
    return AnswerReflection<typename V::Request, typename V::Response>(index_, request);
  }
};
TYPED_TEST_SUITE(AnswerReflectionTest, Versions);

TYPED_TEST(AnswerReflectionTest, ListServices_NamesThem) {
  typename TypeParam::Request request;
  request.set_host("here");
  request.set_list_services("");
  const auto response = this->Ask(request);
  EXPECT_EQ(response.valid_host(), "here");
  EXPECT_EQ(response.original_request().host(), "here");
  ASSERT_EQ(response.list_services_response().service_size(), 5);
  EXPECT_EQ(response.list_services_response().service(3).name(), "serin.v1.PredictService");
}

TYPED_TEST(AnswerReflectionTest, FileContainingSymbol_CanBeReadBack) {
  typename TypeParam::Request request;
  request.set_file_containing_symbol("serin.v1.PredictService");
  const auto files = this->Ask(request).file_descriptor_response().file_descriptor_proto();
  FileDescriptorProto file;
  ASSERT_TRUE(file.ParseFromString(files[0]));
  EXPECT_EQ(file.service(0).method(0).name(), "Predict");
}

TYPED_TEST(AnswerReflectionTest, WhatIsUnknown_IsAnErrorInTheAnswer) {
  typename TypeParam::Request request;
  request.set_file_by_filename("none.proto");
  EXPECT_EQ(this->Ask(request).error_response().error_code(), 5);
  EXPECT_EQ(this->Ask(request).error_response().error_message(), "file none.proto does not exist");
  EXPECT_EQ(this->Ask({}).error_response().error_code(), 3);
}

TYPED_TEST(AnswerReflectionTest, ExtensionNumbers_NameTheType) {
  typename TypeParam::Request request;
  request.set_all_extension_numbers_of_type("serin.v1.PredictRequest");
  EXPECT_EQ(this->Ask(request).all_extension_numbers_response().base_type_name(),
            "serin.v1.PredictRequest");
}

}  // namespace
}  // namespace serin
