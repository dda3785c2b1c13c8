#include "server/proxy/forwarder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "core/base/errors.h"
#include "server/rpc/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/proxy/fake_upstream.h"

namespace serin {
namespace {

using testing::HasSubstr;

constexpr size_t kMaxMessage = 1 << 20;

// What happened to the forwarder's calls.
class Results {
 public:
  void Add(const CallResult& result) {
    absl::MutexLock lock(&mutex_);
    results_.push_back(result);
  }
  // All of them, once there are `count`.
  std::vector<CallResult> WaitFor(size_t count) {
    const auto enough = [&] { return results_.size() >= count; };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience));
    return results_;
  }
  CallResult WaitForOne() { return WaitFor(1).at(0); }

 private:
  absl::Mutex mutex_;
  std::vector<CallResult> results_;
};

// Sends every call to one upstream. A caller asks with metadata for what else a plan can do.
class TestPlan final : public CallPlan {
 public:
  TestPlan(grpc::GenericCallbackServerContext* context, grpc::GenericStub* stub, Results* results)
      : context_(*context), stub_(stub), results_(*results) {}

  bool needs_first_message() const override { return Asked("test-wait-for-message"); }
  absl::StatusOr<Destination> Choose(const grpc::ByteBuffer* first_message) override {
    EXPECT_EQ(first_message != nullptr, needs_first_message());
    if (Asked("test-refuse")) return absl::NotFoundError("models/wine does not exist");
    return Destination{.stub = stub_, .metadata = {{"added-by-proxy", "yes"}}};
  }
  absl::Status CheckSize(size_t bytes) const override {
    return bytes <= kMaxMessage ? absl::OkStatus() : absl::ResourceExhaustedError("too large");
  }
  grpc::Status Explain(const grpc::Status& status) override { return status; }
  void OnDone(const CallResult& result) override { results_.Add(result); }

 private:
  bool Asked(const char* key) const { return context_.client_metadata().count(key) > 0; }

  grpc::GenericCallbackServerContext& context_;
  grpc::GenericStub* const stub_;
  Results& results_;
};

class ForwardAll final : public grpc::CallbackGenericService {
 public:
  explicit ForwardAll(std::shared_ptr<grpc::Channel> upstream) : stub_(std::move(upstream)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Forwarder(context, std::make_unique<TestPlan>(context, &stub_, &results));
  }

  Results results;

 private:
  grpc::GenericStub stub_;
};

// Every test runs twice: with the upstream chosen at once, and by the first message.
class ForwarderTest : public testing::TestWithParam<bool> {
 protected:
  void Prepare(grpc::ClientContext& context, absl::Duration deadline = kPatience) {
    serin::Prepare(context, deadline);
    if (GetParam()) context.AddMetadata("test-wait-for-message", "1");
  }

  // Calls the unary method; returns its status.
  grpc::Status Get(grpc::ClientContext& context, v1::Dataset* response) {
    v1::GetDatasetRequest request;
    request.set_name("iris");
    return datasets_stub_->GetDataset(&context, request, response);
  }

  static v1::UploadDatasetRequest Chunk(std::string bytes) {
    v1::UploadDatasetRequest request;
    request.set_chunk(std::move(bytes));
    return request;
  }

  FakeDatasets datasets_;
  FakeEcho echo_;
  TestServer upstream_{&datasets_, &echo_};
  ForwardAll forward_all_{upstream_.Connect()};
  TestServer proxy_{&forward_all_};
  const std::shared_ptr<grpc::Channel> channel_ = proxy_.Connect();
  const std::unique_ptr<v1::DatasetService::Stub> datasets_stub_ =
      v1::DatasetService::NewStub(channel_);
};

INSTANTIATE_TEST_SUITE_P(Chosen, ForwarderTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "ByMessage" : "AtOnce"; });

TEST_P(ForwarderTest, Unary_GoesThereAndBack) {
  datasets_.get = [](auto&, const std::string& name, v1::Dataset& response) {
    response.set_name("datasets/" + name);
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  ASSERT_TRUE(Get(context, &response).ok());
  EXPECT_EQ(response.name(), "datasets/iris");
  const CallResult result = forward_all_.results.WaitForOne();
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.bytes_in, 6);
  EXPECT_EQ(result.bytes_out, 15);
}

TEST_P(ForwarderTest, ClientStream_EveryMessageArrives_AndTheHalfClose) {
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

TEST_P(ForwarderTest, ServerStream_EveryMessageArrives_InOrder) {
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

TEST_P(ForwarderTest, Bidi_AnswersComeBetweenTheQuestions) {
  grpc::ClientContext context;
  Prepare(context);
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel_);
  auto stream = stub->ServerReflectionInfo(&context);
  for (int i = 0; i < 100; ++i) {
    FakeEcho::Request request;
    FakeEcho::Response response;
    request.set_host(std::to_string(i));
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.valid_host(), request.host());
  }
  stream->WritesDone();
  FakeEcho::Response response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(ForwarderTest, Metadata_IsPassedBothWays_WithoutWhatIsTheProxys) {
  datasets_.get = [](grpc::ServerContext& context, const std::string&, v1::Dataset& response) {
    const auto& metadata = context.client_metadata();
    response.set_name(ValueOf(metadata, "from-caller") + "," + ValueOf(metadata, "blob-bin") + "," +
                      ValueOf(metadata, "serin-version") + "," +
                      ValueOf(metadata, "added-by-proxy"));
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
  EXPECT_EQ(response.name(), "hello,b\1,(none),yes");
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "initial"), "i");
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "serin-request-id"), "(none)");
  EXPECT_EQ(ValueOf(context.GetServerTrailingMetadata(), "trailing"), "t");
  EXPECT_EQ(ValueOf(context.GetServerTrailingMetadata(), "trailing-bin"), std::string("\0\xff", 2));
}

TEST_P(ForwarderTest, InitialMetadata_ArrivesBeforeAnyMessage) {
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

TEST_P(ForwarderTest, Error_ComesWithItsDetailsAndTrailers) {
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
  EXPECT_EQ(forward_all_.results.WaitForOne().status.error_message(), "name: is wrong");
}

TEST_P(ForwarderTest, UpstreamEndsInTheMiddleOfAnUpload_TheCallerHearsWhy) {
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

TEST_P(ForwarderTest, RefusedByThePlan_EndsWithItsError_AndTheUpstreamHearsNothing) {
  grpc::ClientContext context;
  Prepare(context);
  context.AddMetadata("test-refuse", "1");
  v1::Dataset response;
  const grpc::Status status = Get(context, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "models/wine does not exist");
}

TEST_P(ForwarderTest, CallerCancels_TheUpstreamIsCancelled_AndSeesNoHalfClose) {
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
  EXPECT_EQ(forward_all_.results.WaitForOne().status.error_code(), grpc::StatusCode::CANCELLED);
}

TEST_P(ForwarderTest, CallerStopsReading_TheUpstreamIsHeldBack_ThenCancelled) {
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
  EXPECT_LT(written, 20);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
}

TEST_P(ForwarderTest, Deadline_ReachesTheUpstream) {
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

TEST_P(ForwarderTest, DeadlinePasses_BothSidesEnd) {
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
  forward_all_.results.WaitForOne();
}

TEST_P(ForwarderTest, UpstreamDiesInTheMiddle_IsUnavailable) {
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

TEST_P(ForwarderTest, UpstreamIsNotThere_IsUnavailable) {
  upstream_.Kill();
  grpc::ClientContext context;
  Prepare(context);
  v1::Dataset response;
  EXPECT_EQ(Get(context, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_P(ForwarderTest, OversizeMessage_EndsTheCall_AlsoInTheMiddle) {
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
  EXPECT_EQ(status.error_message(), "too large");
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
}

TEST_P(ForwarderTest, OversizeFirstMessage_EndsTheCall) {
  datasets_.upload = [](auto&, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    while (reader.Read(&request)) {
    }
    return grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  writer->Write(Chunk(std::string(2 * kMaxMessage, 'x')));
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_P(ForwarderTest, NoMessageAtAll_IsForwarded_OrRefusedWhereOneIsNeeded) {
  datasets_.upload = [](auto&, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    return reader.Read(&request) ? grpc::Status::CANCELLED : grpc::Status::OK;
  };
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (GetParam()) {
    EXPECT_EQ(status.error_message(), "the call ended without a request message");
  } else {
    EXPECT_TRUE(status.ok());
  }
}

TEST_P(ForwarderTest, ManyCallsOfEveryKind_SomeCancelledAnywhere_AllEnd) {
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
