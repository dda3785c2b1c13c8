#include "server/proxy/proxy_role.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/ids.h"
#include "server/rpc/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/proxy/fake_upstream.h"

namespace serin {
namespace {

using testing::HasSubstr;

constexpr size_t kMaxMessage = 1 << 20;

// Calls of every kind between gRPC clients and a gRPC server, through a proxy.
class RelayTest : public testing::Test {
 protected:
  RelayTest() {
    EXPECT_THAT(proxy_.Start(), IsOk());
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", proxy_.port()),
                                         grpc::InsecureChannelCredentials(), arguments);
    datasets_stub_ = v1::DatasetService::NewStub(channel_);
  }

  // Calls the unary method; returns its status.
  grpc::Status Get(grpc::ClientContext& context, v1::Dataset* response) {
    v1::GetDatasetRequest request;
    request.set_name("iris");
    return datasets_stub_->GetDataset(&context, request, response);
  }

  // What was counted of a method, by code.
  std::string Metrics() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  static v1::UploadDatasetRequest Chunk(std::string bytes) {
    v1::UploadDatasetRequest request;
    request.set_chunk(std::move(bytes));
    return request;
  }

  FakeDatasets datasets_;
  TestServer upstream_{&datasets_};
  prometheus::Registry registry_;
  IdGenerator ids_{Clock::Real()};
  ProxyRole proxy_{ProxyOptions{.port = 0,
                                .threads = 2,
                                .control = "127.0.0.1:1",
                                .dataset = upstream_.target(),
                                .max_message_bytes = kMaxMessage,
                                .drain_timeout = absl::Milliseconds(200)},
                   &registry_, &ids_};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DatasetService::Stub> datasets_stub_;
};

TEST_F(RelayTest, Unary_GoesThereAndBack) {
  datasets_.get = [](auto&, const std::string& name, v1::Dataset& response) {
    response.set_name("datasets/" + name);
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  ASSERT_TRUE(Get(context, &response).ok());
  EXPECT_EQ(response.name(), "datasets/iris");
}

TEST_F(RelayTest, ClientStream_EveryMessageArrives_AndTheHalfClose) {
  datasets_.upload = [](auto&, FakeDatasets::Uploads& reader, v1::DatasetVersion& response) {
    v1::UploadDatasetRequest request;
    int count = 0;
    while (reader.Read(&request)) ++count;
    response.set_version(count);
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(writer->Write(Chunk(std::string(100, 'x'))));
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.version(), 200);
}

TEST_F(RelayTest, ServerStream_EveryMessageArrives_InOrder) {
  datasets_.read_rows = [](auto&, FakeDatasets::Rows& writer) {
    v1::ReadRowsResponse response;
    for (int i = 0; i < 500; ++i) {
      response.set_first_row(i);
      writer.Write(response);
    }
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  auto reader = datasets_stub_->ReadRows(&context, {});
  v1::ReadRowsResponse response;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(reader->Read(&response));
    ASSERT_EQ(response.first_row(), i);
  }
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(RelayTest, Bidi_AnswersComeBetweenTheQuestions) {
  grpc::ClientContext context;
  Prepare(context);
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel_);
  auto stream = stub->ServerReflectionInfo(&context);
  grpc::reflection::v1::ServerReflectionRequest request;
  grpc::reflection::v1::ServerReflectionResponse response;
  for (int i = 0; i < 100; ++i) {
    request.set_host(std::to_string(i));
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.valid_host(), request.host());
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(RelayTest, Metadata_IsPassedBothWays_WithoutWhatIsTheProxys) {
  datasets_.get = [](grpc::ServerContext& context, const std::string&, v1::Dataset& response) {
    const auto& metadata = context.client_metadata();
    response.set_name(ValueOf(metadata, "from-caller") + "," + ValueOf(metadata, "blob-bin") + "," +
                      ValueOf(metadata, "serin-version") + "," +
                      (ValueOf(metadata, "traceparent").size() == 55 ? "traced" : "not traced"));
    context.AddInitialMetadata("initial", "i");
    context.AddInitialMetadata("serin-request-id", "forged");
    context.AddTrailingMetadata("trailing", "t");
    context.AddTrailingMetadata("trailing-bin", std::string("\0\xff", 2));
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  context.AddMetadata("from-caller", "hello");
  context.AddMetadata("blob-bin", std::string("b\1", 2));
  context.AddMetadata("serin-version", "7");
  v1::Dataset response;
  ASSERT_TRUE(Get(context, &response).ok());
  EXPECT_EQ(response.name(), "hello,b\1,(none),traced");
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "initial"), "i");
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "serin-request-id").size(), 26);
  EXPECT_EQ(ValueOf(context.GetServerTrailingMetadata(), "trailing"), "t");
  EXPECT_EQ(ValueOf(context.GetServerTrailingMetadata(), "trailing-bin"), std::string("\0\xff", 2));
}

TEST_F(RelayTest, InitialMetadata_ArrivesBeforeAnyMessage) {
  absl::Notification seen;
  datasets_.read_rows = [&](grpc::ServerContext& context, FakeDatasets::Rows& writer) {
    context.AddInitialMetadata("initial", "i");
    writer.SendInitialMetadata();
    EXPECT_TRUE(seen.WaitForNotificationWithTimeout(kPatience));
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  auto reader = datasets_stub_->ReadRows(&context, {});
  reader->WaitForInitialMetadata();
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "initial"), "i");
  seen.Notify();
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(RelayTest, Error_ComesWithItsDetailsAndTrailers) {
  datasets_.get = [](grpc::ServerContext& context, auto&, auto&) {
    context.AddTrailingMetadata("trailing", "t");
    return ToGrpc(InvalidField("name", "is wrong"));
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  const grpc::Status status = Get(context, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(FromGrpc(status)), "INVALID_FIELD");
  EXPECT_EQ(ValueOf(context.GetServerTrailingMetadata(), "trailing"), "t");
  EXPECT_NE(ValueOf(context.GetServerTrailingMetadata(), "grpc-status-details-bin"), "(many)");
  EXPECT_EQ(status.error_message(), "name: is wrong");
}

TEST_F(RelayTest, UpstreamEndsInTheMiddleOfAnUpload_TheCallerHearsWhy) {
  datasets_.upload = [](auto&, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    reader.Read(&request);
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "line 2: too many fields");
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  while (writer->Write(Chunk(std::string(100'000, 'x')))) {
  }
  EXPECT_EQ(writer->Finish().error_message(), "line 2: too many fields");
}

TEST_F(RelayTest, CallerCancels_TheUpstreamIsCancelled_AndSeesNoHalfClose) {
  absl::Notification started;
  absl::Notification cancelled;
  datasets_.upload = [&](grpc::ServerContext& context, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    reader.Read(&request);
    started.Notify();
    EXPECT_FALSE(reader.Read(&request));
    EXPECT_TRUE(context.IsCancelled());
    cancelled.Notify();
    return grpc::Status::CANCELLED;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  ASSERT_TRUE(writer->Write(Chunk("a,b\n")));
  ASSERT_TRUE(started.WaitForNotificationWithTimeout(kPatience));
  context.TryCancel();
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(kPatience));
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  proxy_.Drain();
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="CANCELLED",method="UploadDataset")"));
}

TEST_F(RelayTest, CallerStopsReading_TheUpstreamIsHeldBack_ThenCancelled) {
  constexpr int kMessageBytes = 64 << 10;
  std::atomic<int> written = 0;
  absl::Notification ended;
  datasets_.read_rows = [&](auto&, FakeDatasets::Rows& writer) {
    v1::ReadRowsResponse response;
    response.add_columns()->set_name(std::string(kMessageBytes, 'x'));
    while (writer.Write(response)) ++written;
    ended.Notify();
    return grpc::Status::OK;
  };
  datasets_.get = [](auto&, auto&, auto&) { return grpc::Status::OK; };
  grpc::ClientContext context;
  Prepare(context);
  auto reader = datasets_stub_->ReadRows(&context, {});
  v1::ReadRowsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  // Other calls get through meanwhile, and give the upstream time to write what it can: without
  // back-pressure thousands of messages, with it what fits the windows of the two connections.
  for (int i = 0; i < 200; ++i) {
    grpc::ClientContext other;
    Prepare(other);
    v1::Dataset dataset;
    EXPECT_TRUE(Get(other, &dataset).ok());
  }
  EXPECT_LT(written, 40);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
}

TEST_F(RelayTest, Deadline_ReachesTheUpstream) {
  absl::Notification checked;
  datasets_.get = [&](grpc::ServerContext& context, auto&, auto&) {
    const absl::Duration left = absl::FromChrono(context.deadline()) - absl::Now();
    EXPECT_GT(left, absl::Seconds(1000));  // On the way it is rounded up.
    EXPECT_LT(left, absl::Seconds(1300));
    checked.Notify();
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context, absl::Seconds(1234));
  v1::Dataset response;
  EXPECT_TRUE(Get(context, &response).ok());
  EXPECT_TRUE(checked.HasBeenNotified());
}

TEST_F(RelayTest, DeadlinePasses_BothSidesEnd) {
  absl::Notification ended;
  datasets_.upload = [&](grpc::ServerContext& context, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    while (reader.Read(&request)) {
    }
    EXPECT_TRUE(context.IsCancelled());
    ended.Notify();
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context, absl::Seconds(1));
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  writer->Write(Chunk("a"));
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
}

TEST_F(RelayTest, UpstreamDiesInTheMiddle_IsUnavailable) {
  absl::Notification dead;
  datasets_.read_rows = [&](auto&, FakeDatasets::Rows& writer) {
    writer.Write({});
    EXPECT_TRUE(dead.WaitForNotificationWithTimeout(kPatience));
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  auto reader = datasets_stub_->ReadRows(&context, {});
  v1::ReadRowsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  std::thread killer([&] { upstream_.Kill(); });
  EXPECT_FALSE(reader->Read(&response));
  const grpc::Status status = reader->Finish();
  EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
              status.error_code() == grpc::StatusCode::CANCELLED)
      << status.error_code();
  dead.Notify();
  killer.join();
}

TEST_F(RelayTest, UpstreamIsNotThere_IsUnavailable) {
  upstream_.Kill();
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  EXPECT_EQ(Get(context, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(RelayTest, OversizeMessage_EndsTheCall_AlsoInTheMiddle) {
  absl::Notification first_arrived;
  absl::Notification ended;
  datasets_.upload = [&](grpc::ServerContext& context, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    EXPECT_TRUE(reader.Read(&request));
    first_arrived.Notify();
    EXPECT_FALSE(reader.Read(&request));
    EXPECT_TRUE(context.IsCancelled());
    ended.Notify();
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  ASSERT_TRUE(writer->Write(Chunk("small")));
  ASSERT_TRUE(first_arrived.WaitForNotificationWithTimeout(kPatience));
  writer->Write(Chunk(std::string(2 * kMaxMessage, 'x')));
  const grpc::Status status = writer->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(FromGrpc(status)), "MESSAGE_TOO_LARGE");
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
}

TEST_F(RelayTest, ManyCallsOfEveryKind_SomeCancelledAnywhere_AllEnd) {
  datasets_.get = [](auto&, const std::string& name, v1::Dataset& response) {
    response.set_name(name);
    return grpc::Status::OK;
  };
  datasets_.upload = [](auto&, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    for (int i = 0; i < 5 && reader.Read(&request); ++i) {
    }
    return grpc::Status::OK;
  };
  datasets_.read_rows = [](auto&, FakeDatasets::Rows& writer) {
    for (int i = 0; i < 20 && writer.Write({}); ++i) {
    }
    return grpc::Status::OK;
  };
  constexpr int kThreads = 8;
  constexpr int kRounds = 40;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < kRounds; ++round) {
        const bool cancel = (round + t) % 3 == 0;
        {
          grpc::ClientContext context;
          Prepare(context);
          std::thread canceller([&] {
            if (cancel) context.TryCancel();
          });
          v1::Dataset response;
          const grpc::Status status = Get(context, &response);
          canceller.join();
          EXPECT_TRUE(status.ok() || cancel) << status.error_message();
        }
        {
          grpc::ClientContext context;
          Prepare(context);
          v1::DatasetVersion response;
          auto writer = datasets_stub_->UploadDataset(&context, &response);
          for (int i = 0; i < 10 && writer->Write(Chunk("x")); ++i) {
            if (cancel && i == round % 10) context.TryCancel();
          }
          writer->WritesDone();
          writer->Finish();
        }
        {
          grpc::ClientContext context;
          Prepare(context);
          auto reader = datasets_stub_->ReadRows(&context, {});
          v1::ReadRowsResponse response;
          for (int i = 0; reader->Read(&response); ++i) {
            if (cancel && i == round % 20) context.TryCancel();
          }
          reader->Finish();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // A call that its caller cancelled before it was sent never reaches the proxy, so wait by asking
  // once more, and for the rest to end with the proxy.
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  EXPECT_TRUE(Get(context, &response).ok());
}

}  // namespace
}  // namespace serin
