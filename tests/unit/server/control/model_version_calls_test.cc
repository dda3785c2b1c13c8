#include <string>

#include "core/base/sha256.h"
#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ControlRoleTest, GetModelVersion_TakesNumbersAndAliases) {
  MakeVersion(0);
  const auto get = [&](const std::string& name) {
    v1::GetModelVersionRequest request;
    request.set_name(name);
    return Ask<v1::ModelVersion>([&](auto* context, auto* version) {
      return models_->GetModelVersion(context, request, version);
    });
  };
  EXPECT_EQ(get("shirts@1")->name(), "models/shirts/versions/1");
  EXPECT_EQ(get("shirts@1")->features().columns_size(), 2);
  EXPECT_EQ(get("shirts@1")->classes_size(), 2);
  EXPECT_THAT(get("shirts"), IsError(kInvalid, HasSubstr("name: must name a version")));
  EXPECT_THAT(get("shirts@2"), IsError(kNotFound, testing::_));
  EXPECT_THAT(get("socks@1"), IsError(kNotFound, HasSubstr("models/socks")));

  v1::SetAliasRequest alias;
  alias.set_model("shirts");
  alias.set_alias("champion");
  alias.set_version(1);
  EXPECT_THAT(Ask<v1::Model>([&](auto* context, auto* model) {
                return models_->SetAlias(context, alias, model);
              }),
              IsOk());
  EXPECT_EQ(get("models/shirts@champion")->version(), 1);
}

// Jobs that make a version again.
class VerifyModelVersionTest : public ControlRoleTest {
 protected:
  // models/shirts/versions/1, whose bundle this returns.
  std::string MakeVersion() {
    const absl::StatusOr<v1::Job> job = Train(Request());
    internal::v1::Bundle bundle = TinyClassifier();
    *bundle.mutable_lineage()->mutable_spec() = job->spec();
    std::string bytes = StoredBundle(bundle).bytes;
    EXPECT_THAT(Complete(AwaitAttempt(), bytes), IsOk());
    launcher_.Exit(absl::OkStatus());
    return bytes;
  }
  absl::StatusOr<v1::Job> Verify(const std::string& name, const std::string& request_id = "") {
    v1::VerifyModelVersionRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    return Ask<v1::Job>([&](auto* context, auto* job) {
      return train_->VerifyModelVersion(context, request, job);
    });
  }
  absl::StatusOr<std::string> ReadBundle(const internal::v1::Attempt& attempt,
                                         const std::string& version) {
    grpc::ClientContext context;
    internal::v1::ReadBundleRequest request;
    *request.mutable_attempt() = attempt;
    request.set_model_version(version);
    const auto reader = worker_->ReadBundle(&context, request);
    internal::v1::ReadBundleResponse response;
    std::string bytes;
    while (reader->Read(&response)) bytes += response.chunk();
    const absl::Status status = FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return bytes;
  }
  absl::Status Verified(const internal::v1::Attempt& attempt) {
    internal::v1::CompleteVerificationRequest request;
    *request.mutable_attempt() = attempt;
    request.mutable_verification()->set_identical(true);
    return Ask<google::protobuf::Empty>([&](auto* context, auto* empty) {
             return worker_->CompleteVerification(context, request, empty);
           })
        .status();
  }
};

TEST_F(VerifyModelVersionTest, IsAJob_WhoseWorkerReadsTheBundle_AndWhichMakesNoVersion) {
  const std::string bundle = MakeVersion();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Verify("models/shirts/versions/1"));
  EXPECT_EQ(job.type(), v1::JOB_TYPE_VERIFY);
  EXPECT_EQ(job.spec().dataset(), "datasets/sizes/versions/3");
  const auto attempt = AwaitAttempt();
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Assignment assignment, GetAssignment(attempt));
  EXPECT_EQ(assignment.type(), v1::JOB_TYPE_VERIFY);
  EXPECT_EQ(assignment.verify().name(), "models/shirts/versions/1");
  EXPECT_EQ(assignment.verify().bundle_sha256(), Sha256Hex(bundle));
  EXPECT_EQ(assignment.dataset_create_time().seconds(), 1234);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string read,
                             ReadBundle(attempt, assignment.verify().name()));
  EXPECT_EQ(read, bundle);

  // Its outcome is no model.
  EXPECT_THAT(Complete(attempt, bundle),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("JOB_TYPE_VERIFY")));
  ASSERT_THAT(Verified(attempt), IsOk());
  EXPECT_THAT(Verified(attempt), IsOk()) << "the answer may have been lost";
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, GetJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_TRUE(ended.verification().identical());
  EXPECT_EQ(ended.model_version(), "");
  EXPECT_EQ(GetModel()->version_count(), 1);
}

TEST_F(VerifyModelVersionTest, TakesAliases_AndTheSameRequestOnce) {
  MakeVersion();
  ASSERT_THAT(SetAlias("champion", 1), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Verify("shirts@champion", "once"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job again, Verify("shirts@champion", "once"));
  EXPECT_EQ(again.name(), job.name());
}

TEST_F(VerifyModelVersionTest, SaysWhatIsNotThere) {
  MakeVersion();
  EXPECT_THAT(Verify("shirts"), IsError(kInvalid, HasSubstr("name: must name a version")));
  EXPECT_THAT(Verify("shirts@2"), IsError(kNotFound, HasSubstr("models/shirts/versions/2")));
  EXPECT_THAT(Verify("socks@1"), IsError(kNotFound, HasSubstr("models/socks")));
  datasets_.deleted = true;
  EXPECT_THAT(Verify("shirts@1"),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/sizes/versions/3, which models/shirts/versions/1 was "
                                "trained on, is not there any more")));
}

TEST_F(VerifyModelVersionTest, AWorkerThatWasGivenUp_ReadsNothing) {
  MakeVersion();
  ASSERT_THAT(Train(Request()), IsOk());
  internal::v1::Attempt attempt = AwaitAttempt();
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/1"), IsOk());
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/7"), IsError(kNotFound, testing::_));
  EXPECT_THAT(Verified(attempt),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("not JOB_TYPE_VERIFY")));
  attempt.set_number(9);
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/1"), IsError(kAborted, testing::_));
  EXPECT_THAT(Verified(attempt), IsError(kAborted, testing::_));
}

}  // namespace
}  // namespace serin
