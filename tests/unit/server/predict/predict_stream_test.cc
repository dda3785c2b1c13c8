#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <string>

#include "server/predict/predict_service.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/served_models.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::HasSubstr;

v1::PredictRequest Wide(double width, const std::string& model = "flower") {
  v1::PredictRequest request;
  request.set_model(model);
  auto& features = *request.add_rows()->mutable_features();
  features["width"].set_number_value(width);
  features["color"].set_null_value({});
  return request;
}

class PredictStreamTest : public testing::Test {
 protected:
  PredictStreamTest() {
    // Not within the process, where nothing is sent that is not read.
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PredictService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
    EXPECT_TRUE(models_.Serve({TinyRegressor(0), TinyRegressor(10)}));
  }

  ~PredictStreamTest() override { server_->Shutdown(); }

  void Open(const std::string& version) {
    context_.AddMetadata(kVersionKey, version);
    stream_ = stub_->PredictStream(&context_);
  }

  // The answer to the next request; fails the test if there is none.
  double Read() {
    v1::PredictResponse response;
    EXPECT_TRUE(stream_->Read(&response));
    return response.predictions_size() == 1 ? response.predictions(0).value() : -1;
  }

  absl::Status End() {
    stream_->WritesDone();
    return FromGrpc(stream_->Finish());
  }

  ServedModels models_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  PredictService service_{models_.host(), &ids_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PredictService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PredictRequest, v1::PredictResponse>> stream_;
};

TEST_F(PredictStreamTest, AnswersComeInTheOrderOfTheRequests) {
  Open("2");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(stream_->Write(Wide(i, i % 2 == 0 ? "flower" : "")));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Read(), 10 + i);
  EXPECT_THAT(End(), IsOk());
}

TEST_F(PredictStreamTest, EachAnswerHasAnIdOfItsOwn_AndTheVersion) {
  Open("1");
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    stream_->Write(Wide(i));
    v1::PredictResponse response;
    ASSERT_TRUE(stream_->Read(&response));
    EXPECT_EQ(response.model_version(), "models/flower/versions/1");
    ids.insert(response.prediction_id());
  }
  EXPECT_EQ(ids.size(), 3);
  EXPECT_THAT(End(), IsOk());
}

TEST_F(PredictStreamTest, NoRequest_IsNoError) {
  Open("1");
  EXPECT_THAT(End(), IsOk());
}

TEST_F(PredictStreamTest, RequestAtFault_EndsTheStream_AfterTheAnswersBeforeIt) {
  Open("1");
  stream_->Write(Wide(1));
  stream_->Write(Wide(2));
  v1::PredictRequest wrong = Wide(3);
  wrong.mutable_rows(0)->mutable_features()->erase("width");
  stream_->Write(wrong);
  EXPECT_EQ(Read(), 1);
  EXPECT_EQ(Read(), 2);
  v1::PredictResponse none;
  EXPECT_FALSE(stream_->Read(&none));
  EXPECT_THAT(FromGrpc(stream_->Finish()),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("requests[2].rows[0].features[\"width\"]: is absent")));
}

TEST_F(PredictStreamTest, AnotherModel_IsRefused_NamingBoth) {
  Open("1");
  stream_->Write(Wide(1));
  stream_->Write(Wide(2, "tree"));
  EXPECT_EQ(Read(), 1);
  v1::PredictResponse none;
  EXPECT_FALSE(stream_->Read(&none));
  EXPECT_THAT(
      FromGrpc(stream_->Finish()),
      IsError(absl::StatusCode::kInvalidArgument,
              AllOf(HasSubstr("requests[1].model"), HasSubstr("'flower'"), HasSubstr("'tree'"))));
}

TEST_F(PredictStreamTest, UnknownVersion_IsNotFound) {
  Open("7");
  stream_->Write(Wide(1));
  v1::PredictResponse none;
  EXPECT_FALSE(stream_->Read(&none));
  EXPECT_THAT(FromGrpc(stream_->Finish()),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/7 does not exist"));
}

TEST_F(PredictStreamTest, VersionThatGoesAway_FinishesItsStreams) {
  Open("2");
  stream_->Write(Wide(1));
  EXPECT_EQ(Read(), 11);
  ASSERT_TRUE(models_.Serve({TinyRegressor(0)}));
  stream_->Write(Wide(2));
  EXPECT_EQ(Read(), 12);
  EXPECT_THAT(End(), IsOk());
}

// The requests in memory are one, and what gRPC holds for a stream: a writer is stopped long before
// it has sent 64 MiB to a server whose answers nobody reads.
TEST_F(PredictStreamTest, CallerWhoDoesNotRead_IsNotReadFrom) {
  grpc::ClientContext context;
  context.AddMetadata(kVersionKey, "1");

  v1::PredictRequest large = Wide(1);
  for (int i = 1; i < 1000; ++i) *large.add_rows() = large.rows(0);
  const size_t limit = (64 << 20) / large.ByteSizeLong();

  class Writer final : public grpc::ClientBidiReactor<v1::PredictRequest, v1::PredictResponse> {
   public:
    Writer(v1::PredictService::Stub* stub, grpc::ClientContext* context,
           const v1::PredictRequest& request, size_t limit)
        : request_(request), limit_(limit) {
      stub->async()->PredictStream(context, this);
      AddHold();
      StartWrite(&request_);
      StartCall();
    }
    void OnWriteDone(bool ok) override {
      const absl::MutexLock lock(&mutex_);
      if (ok && ++written_ < limit_) return StartWrite(&request_);
      stopped_ = true;
    }
    void OnDone(const grpc::Status&) override {
      const absl::MutexLock lock(&mutex_);
      done_ = true;
    }
    size_t written() {
      const absl::MutexLock lock(&mutex_);
      return written_;
    }
    void WaitUntilDone() {
      RemoveHold();
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&done_));
    }
    // Whether everything was written within the time.
    bool AllWrittenWithin(absl::Duration time) {
      const absl::MutexLock lock(&mutex_);
      return mutex_.AwaitWithTimeout(absl::Condition(&stopped_), time);
    }

   private:
    const v1::PredictRequest request_;
    const size_t limit_;
    absl::Mutex mutex_;
    size_t written_ = 0;
    bool stopped_ = false;
    bool done_ = false;
  };
  Writer writer(stub_.get(), &context, large, limit);
  EXPECT_FALSE(writer.AllWrittenWithin(absl::Seconds(2)));
  EXPECT_LT(writer.written(), limit);
  EXPECT_GT(writer.written(), 0);
  context.TryCancel();
  writer.WaitUntilDone();
}

}  // namespace
}  // namespace serin
