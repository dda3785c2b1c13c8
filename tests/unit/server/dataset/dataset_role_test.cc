#include "server/dataset/dataset_role.h"

#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"
#include "core/storage/memory_store.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

constexpr char kSmallFile[] = "age,city\n41,Rome\n?,Oslo\n33,Rome\n";

std::string ReadTestData(const std::string& name) {
  std::ifstream file(std::string(SERIN_TEST_DATA_DIR "/") + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

v1::UploadDatasetRequest SpecMessage(const v1::UploadDatasetSpec& spec) {
  v1::UploadDatasetRequest message;
  *message.mutable_spec() = spec;
  return message;
}

v1::UploadDatasetRequest ChunkMessage(std::string bytes) {
  v1::UploadDatasetRequest message;
  message.set_chunk(std::move(bytes));
  return message;
}

v1::UploadDatasetSpec SpecOf(const std::string& dataset, const std::string& request_id = "") {
  v1::UploadDatasetSpec spec;
  spec.set_dataset(dataset);
  spec.set_request_id(request_id);
  return spec;
}

// The role behind a real gRPC server; without a socket unless a test asks for one.
class DatasetRoleTest : public testing::Test {
 protected:
  DatasetRoleTest() {
    EXPECT_THAT(role_.Recover(), IsOk());
    grpc::ServerBuilder builder;
    builder.RegisterService(role_.service());
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    server_ = builder.BuildAndStart();
    stub_ = v1::DatasetService::NewStub(server_->InProcessChannel({}));
  }

  ~DatasetRoleTest() override { server_->Shutdown(); }

  // Sends the messages; those behind the one that ends the call go nowhere.
  absl::StatusOr<v1::DatasetVersion> Send(const std::vector<v1::UploadDatasetRequest>& messages) {
    grpc::ClientContext context;
    v1::DatasetVersion version;
    const auto writer = stub_->UploadDataset(&context, &version);
    for (const auto& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    const absl::Status status = FromGrpc(writer->Finish());
    if (!status.ok()) return status;
    return version;
  }

  absl::StatusOr<v1::DatasetVersion> Upload(const v1::UploadDatasetSpec& spec,
                                            const std::string& bytes, size_t piece = 1 << 16) {
    std::vector<v1::UploadDatasetRequest> messages = {SpecMessage(spec)};
    for (size_t at = 0; at < bytes.size(); at += piece) {
      messages.push_back(ChunkMessage(bytes.substr(at, piece)));
    }
    return Send(messages);
  }

  absl::StatusOr<std::vector<v1::ReadRowsResponse>> ReadRows(const v1::ReadRowsRequest& request) {
    grpc::ClientContext context;
    const auto reader = stub_->ReadRows(&context, request);
    std::vector<v1::ReadRowsResponse> batches(1);
    while (reader->Read(&batches.back())) batches.emplace_back();
    batches.pop_back();
    const absl::Status status = FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return batches;
  }

  bool StoreIsEmpty() {
    bool empty = true;
    EXPECT_THAT(store_.Scan("", "", [&](auto, auto) { return empty = false; }), IsOk());
    return empty;
  }

  double BytesGauge() {
    for (const auto& family : registry_.Collect()) {
      if (family.name == "serin_dataset_bytes") return family.metric[0].gauge.value;
    }
    return -1;
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  DatasetRole role_{&store_, &clock_, &ids_, &registry_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::DatasetService::Stub> stub_;
};

TEST_F(DatasetRoleTest, AnUploadedFile_IsDescribedProfiledAndRead) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto version, Upload(SpecOf("people"), kSmallFile, 7));
  EXPECT_EQ(version.name(), "datasets/people/versions/1");
  EXPECT_EQ(version.row_count(), 3);
  EXPECT_EQ(version.source_bytes(), static_cast<int64_t>(sizeof(kSmallFile) - 1));
  EXPECT_EQ(version.source_sha256(), Sha256Hex(kSmallFile));
  EXPECT_EQ(BytesGauge(), sizeof(kSmallFile) - 1);

  grpc::ClientContext context;
  v1::GetProfileRequest profile_request;
  profile_request.set_name("people");
  v1::DatasetProfile profile;
  ASSERT_TRUE(stub_->GetProfile(&context, profile_request, &profile).ok());
  EXPECT_EQ(profile.dataset_version(), "datasets/people/versions/1");
  EXPECT_EQ(profile.columns(0).missing(), 1);
  EXPECT_EQ(profile.columns(0).number().mean(), 37);
  EXPECT_EQ(profile.columns(1).top_values(0).value(), "Rome");

  v1::ReadRowsRequest request;
  request.set_name("people@1");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto batches, ReadRows(request));
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_THAT(batches[0].columns(0).missing_rows(), ElementsAre(1));
  EXPECT_THAT(batches[0].columns(1).strings().values(), ElementsAre("Rome", "Oslo", "Rome"));
}

TEST_F(DatasetRoleTest, Iris_ComesBackAsItWas) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto version, Upload(SpecOf("iris"), ReadTestData("iris.csv")));
  EXPECT_EQ(version.row_count(), 150);
  v1::ReadRowsRequest request;
  request.set_name("iris");
  request.add_columns("species");
  request.add_columns("sepal_length");
  request.set_offset(149);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto batches, ReadRows(request));
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].first_row(), 149);
  EXPECT_EQ(batches[0].columns(0).strings().values(0), "virginica");
  EXPECT_EQ(batches[0].columns(1).numbers().values(0), 5.9);
}

TEST_F(DatasetRoleTest, ManyRows_ArriveInBoundedBatches) {
  std::string file = "id,comment\n";
  for (int i = 0; i < 30'000; ++i) absl::StrAppend(&file, i, ",", std::string(100, 'c'), i, "\n");
  ASSERT_THAT(Upload(SpecOf("big"), file), IsOk());
  v1::ReadRowsRequest request;
  request.set_name("big");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto batches, ReadRows(request));
  EXPECT_GT(batches.size(), 3u);
  int64_t next = 0;
  for (const auto& batch : batches) {
    EXPECT_LT(batch.ByteSizeLong(), 2u << 20);
    ASSERT_EQ(batch.first_row(), next);
    for (int64_t id : batch.columns(0).integers().values()) ASSERT_EQ(id, next++);
  }
  EXPECT_EQ(next, 30'000);
}

TEST_F(DatasetRoleTest, BadFiles_AreRefused_AndLeaveNothing) {
  const struct {
    std::string file;
    std::string message;
  } cases[] = {
      {"a,b\n1\n", "line 2, column 2 ('b'): missing"},
      {"a,b\n1,\"2\n", "line 2, column 2 ('b'): the quote that opens here is never closed"},
      {"a,b\n1,\xff\n", "line 2, column 2 ('b'): not UTF-8"},
      {"a,a\n1,2\n", "line 1, column 2 ('a'): column 1 has this name already"},
      {"a,\n1,2\n", "line 1, column 2: the header has no name"},
      {"", "the file is empty"},
      {"a,b\n", "the file has a header but no rows"},
  };
  for (const auto& bad : cases) {
    EXPECT_THAT(Upload(SpecOf("d"), bad.file), IsError(kInvalid, HasSubstr(bad.message)));
    EXPECT_TRUE(StoreIsEmpty()) << bad.message;
  }
  EXPECT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk());
}

TEST_F(DatasetRoleTest, FilesOverTheLimits_AreRefused_AndLeaveNothing) {
  constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
  std::string wide = "c";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&wide, ",c", i);
  EXPECT_THAT(Upload(SpecOf("d"), wide + "\n"),
              IsError(kExhausted, HasSubstr("line 1: the record has more than 4096 columns")));
  EXPECT_THAT(Upload(SpecOf("d"), "a\n" + std::string(100 << 20, 'x') + "\n", 1 << 20),
              IsError(kExhausted, HasSubstr("line 2: the record is longer than 16777216 bytes")));
  EXPECT_TRUE(StoreIsEmpty());
}

TEST_F(DatasetRoleTest, BadMessages_AreRefused_NamingTheField) {
  const auto spec = SpecMessage(SpecOf("d"));
  EXPECT_THAT(Send({}), IsError(kInvalid, Eq("spec: must be set in the first message")));
  EXPECT_THAT(Send({ChunkMessage("a\n1\n")}), IsError(kInvalid, HasSubstr("spec: must be set")));
  EXPECT_THAT(Send({spec, spec}), IsError(kInvalid, HasSubstr("chunk: must be set in every")));
  EXPECT_THAT(Send({spec, v1::UploadDatasetRequest()}), IsError(kInvalid, HasSubstr("chunk: ")));
  EXPECT_THAT(Send({spec, ChunkMessage(std::string((1 << 20) + 1, 'x'))}),
              IsError(kInvalid, Eq("chunk: must have at most 1048576 bytes, has 1048577")));
  EXPECT_THAT(Upload(SpecOf("a/b"), kSmallFile), IsError(kInvalid, HasSubstr("spec.dataset: ")));
  EXPECT_THAT(Upload(SpecOf(std::string(300, 'a')), kSmallFile),
              IsError(kInvalid, AllOf(HasSubstr("spec.dataset: "), HasSubstr("(300 bytes)"))));
  EXPECT_THAT(Upload(SpecOf("d@2"), kSmallFile), IsError(kInvalid, HasSubstr("spec.dataset: ")));
  EXPECT_THAT(Upload(SpecOf("d", std::string(65, 'r')), kSmallFile),
              IsError(kInvalid, HasSubstr("spec.request_id: must have at most 64")));
  v1::UploadDatasetSpec typed = SpecOf("d");
  typed.mutable_schema()->add_columns()->set_name("nowhere");
  EXPECT_THAT(Upload(typed, kSmallFile),
              IsError(kInvalid, HasSubstr("spec.schema.columns[0].name: the file has no column")));
  EXPECT_TRUE(StoreIsEmpty());
}

TEST_F(DatasetRoleTest, MessagesOverGrpcsLimit_AreRefused) {
  EXPECT_THAT(Send({SpecMessage(SpecOf("d")), ChunkMessage(std::string(5 << 20, 'x'))}),
              IsError(absl::StatusCode::kResourceExhausted, testing::_));
  EXPECT_TRUE(StoreIsEmpty());
}

TEST_F(DatasetRoleTest, AClientThatGoesAway_LeavesNothing) {
  const auto over_tcp = v1::DatasetService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::InsecureChannelCredentials()));
  for (int i = 0; i < 100; ++i) {
    v1::DatasetService::Stub& stub = i % 2 == 0 ? *stub_ : *over_tcp;
    grpc::ClientContext context;
    v1::DatasetVersion version;
    const auto writer = stub.UploadDataset(&context, &version);
    ASSERT_TRUE(writer->Write(SpecMessage(SpecOf("d"))));
    ASSERT_TRUE(writer->Write(ChunkMessage(kSmallFile)));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // Every one of the calls is over once the server has shut down.
  server_->Shutdown();
  EXPECT_TRUE(StoreIsEmpty());
}

TEST_F(DatasetRoleTest, AFileThatIsNotOfTheAnnouncedSize_IsRefused_AndLeavesNothing) {
  constexpr int64_t kSize = sizeof(kSmallFile) - 1;
  v1::UploadDatasetSpec spec = SpecOf("d");
  spec.set_size_bytes(kSize + 8);
  EXPECT_THAT(Upload(spec, kSmallFile),
              IsError(kInvalid, Eq("spec.size_bytes: must be the size of the file, is 40; the "
                                   "upload ended after 32 bytes")));
  spec.set_size_bytes(-1);
  EXPECT_THAT(Upload(spec, kSmallFile), IsError(kInvalid, HasSubstr("must not be negative")));
  spec.set_size_bytes(int64_t{1} << 40);
  EXPECT_THAT(Upload(spec, kSmallFile),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("the limit is 17179869184")));
  EXPECT_TRUE(StoreIsEmpty());
  spec.set_size_bytes(kSize);
  EXPECT_THAT(Upload(spec, kSmallFile), IsOk());
}

// So that it is known by then whether the caller has gone away.
TEST_F(DatasetRoleTest, AFileOfUnknownSize_IsWrittenOnceBeforeTheVersionIsMade) {
  v1::UploadDatasetSpec spec = SpecOf("d");
  ASSERT_THAT(Upload(spec, kSmallFile), IsOk());
  EXPECT_EQ(store_.write_count(), 2);
  spec.set_size_bytes(sizeof(kSmallFile) - 1);
  ASSERT_THAT(Upload(spec, kSmallFile), IsOk());
  EXPECT_EQ(store_.write_count(), 3);
}

TEST_F(DatasetRoleTest, ARepeatedUpload_ReturnsTheFirstVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Upload(SpecOf("d", "r1"), kSmallFile));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Upload(SpecOf("d", "r1"), kSmallFile));
  EXPECT_EQ(again.name(), first.name());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto other, Upload(SpecOf("d", "r2"), kSmallFile));
  EXPECT_EQ(other.version(), 2);
}

TEST_F(DatasetRoleTest, UploadsOfOneNameAtOnce_AllSucceed) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk()); });
  }
  for (auto& thread : threads) thread.join();
  grpc::ClientContext context;
  v1::ListDatasetVersionsRequest request;
  request.set_dataset("d");
  v1::ListDatasetVersionsResponse response;
  ASSERT_TRUE(stub_->ListDatasetVersions(&context, request, &response).ok());
  ASSERT_EQ(response.versions_size(), 4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(response.versions(i).version(), 4 - i);
}

TEST_F(DatasetRoleTest, AFullDisk_IsUnavailable_AndReadingGoesOn) {
  ASSERT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk());
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  const auto failed = Upload(SpecOf("e"), kSmallFile);
  EXPECT_THAT(failed, IsError(absl::StatusCode::kUnavailable, HasSubstr("cannot write")));
  v1::ReadRowsRequest request;
  request.set_name("d");
  EXPECT_THAT(ReadRows(request), IsOk());
  request.set_name("e");
  EXPECT_THAT(ReadRows(request), IsError(absl::StatusCode::kNotFound, Eq("datasets/e does not "
                                                                         "exist")));
}

TEST_F(DatasetRoleTest, ADiskWithLittleLeft_RefusesUploads_AndGoesOnOnceThereIsMore) {
  ASSERT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk());
  store_.SetFreeBytes(100 << 20);
  const auto refused = Upload(SpecOf("e"), kSmallFile);
  EXPECT_THAT(refused, IsError(absl::StatusCode::kResourceExhausted,
                               HasSubstr("the server's disk is full: 100 MiB are left")));
  EXPECT_EQ(ReasonOf(refused.status()), "DISK_FULL");
  v1::DeleteDatasetRequest request;
  request.set_name("datasets/d");
  google::protobuf::Empty empty;
  grpc::ClientContext context;
  EXPECT_TRUE(stub_->DeleteDataset(&context, request, &empty).ok());
  EXPECT_TRUE(StoreIsEmpty());
  store_.SetFreeBytes(int64_t{1} << 30);
  EXPECT_THAT(Upload(SpecOf("e"), kSmallFile), IsOk());
}

TEST_F(DatasetRoleTest, Delete_RemovesTheDataset_OnceOnly) {
  ASSERT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk());
  v1::DeleteDatasetRequest request;
  request.set_name("datasets/d");
  google::protobuf::Empty empty;
  grpc::ClientContext first, second;
  EXPECT_TRUE(stub_->DeleteDataset(&first, request, &empty).ok());
  EXPECT_TRUE(StoreIsEmpty());
  EXPECT_EQ(BytesGauge(), 0);
  EXPECT_THAT(FromGrpc(stub_->DeleteDataset(&second, request, &empty)),
              IsError(absl::StatusCode::kNotFound, Eq("datasets/d does not exist")));
}

TEST_F(DatasetRoleTest, Projects_DoNotSeeEachOther) {
  ASSERT_THAT(Upload(SpecOf("d"), kSmallFile), IsOk());
  v1::GetDatasetRequest request;
  request.set_name("d");
  v1::Dataset dataset;
  grpc::ClientContext own, other, malformed;
  EXPECT_TRUE(stub_->GetDataset(&own, request, &dataset).ok());
  SetProject(other, "other");
  EXPECT_THAT(FromGrpc(stub_->GetDataset(&other, request, &dataset)),
              IsError(absl::StatusCode::kNotFound, testing::_));
  SetProject(malformed, "a/b");
  EXPECT_THAT(FromGrpc(stub_->GetDataset(&malformed, request, &dataset)),
              IsError(kInvalid, HasSubstr("serin-project: ")));
}

TEST_F(DatasetRoleTest, AReaderThatGoesAway_EndsTheStream) {
  std::string file = "id,comment\n";
  for (int i = 0; i < 30'000; ++i) absl::StrAppend(&file, i, ",", std::string(100, 'c'), i, "\n");
  ASSERT_THAT(Upload(SpecOf("big"), file), IsOk());
  grpc::ClientContext context;
  v1::ReadRowsRequest request;
  request.set_name("big");
  const auto reader = stub_->ReadRows(&context, request);
  v1::ReadRowsResponse batch;
  ASSERT_TRUE(reader->Read(&batch));
  context.TryCancel();
  while (reader->Read(&batch)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  server_->Shutdown();  // Returns, since no call is left.
}

}  // namespace
}  // namespace serin
