#include <string>

#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ControlRoleTest, CompleteJob_Repeated_IsOk_AndMakesOneVersion) {
  ASSERT_THAT(Train(Request()), IsOk());
  const auto attempt = AwaitAttempt();
  const std::string bundle = StoredBundle(TinyClassifier()).bytes;
  EXPECT_THAT(Complete(attempt, bundle), IsOk());
  EXPECT_THAT(Complete(attempt, bundle), IsOk());
  v1::GetModelRequest request;
  request.set_name("shirts");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model model,
                             Ask<v1::Model>([&](auto* context, auto* response) {
                               return models_->GetModel(context, request, response);
                             }));
  EXPECT_EQ(model.version_count(), 1);
}

TEST_F(ControlRoleTest, CompleteJob_TakesOnlyABundleThatProvesItself) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const std::string whole = StoredBundle(TinyClassifier()).bytes;
  EXPECT_THAT(Complete(attempt, whole.substr(0, whole.size() - 1)),
              IsError(absl::StatusCode::kDataLoss, testing::_));
  internal::v1::Bundle wrong = TinyClassifier();
  wrong.mutable_golden_rows()->set_outputs(0, 0.123);
  EXPECT_THAT(Complete(attempt, StoredBundle(wrong).bytes),
              IsError(absl::StatusCode::kFailedPrecondition, testing::_));
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_RUNNING);
  EXPECT_THAT(Complete(attempt, whole), IsOk());
}

TEST_F(ControlRoleTest, CompleteJob_OfAnOldAttempt_IsRefusedBeforeItsBytesCome) {
  ASSERT_THAT(Train(Request()), IsOk());
  internal::v1::CompleteJobRequest request;
  *request.mutable_attempt() = AwaitAttempt();
  request.mutable_attempt()->set_number(9);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  google::protobuf::Empty empty;
  const auto writer = worker_->CompleteJob(&context, &empty);
  writer->Write(request);
  EXPECT_THAT(FromGrpc(writer->Finish()), IsError(kAborted, HasSubstr("attempt 9")));
}

TEST_F(ControlRoleTest, CompleteJob_WithoutAnAttempt_IsRefused) {
  const auto complete = [&](bool with_bytes) {
    grpc::ClientContext context;
    google::protobuf::Empty empty;
    const auto writer = worker_->CompleteJob(&context, &empty);
    internal::v1::CompleteJobRequest request;
    request.set_chunk("bytes");
    if (with_bytes) writer->Write(request);
    writer->WritesDone();
    return FromGrpc(writer->Finish());
  };
  EXPECT_THAT(complete(true), IsError(kInvalid, HasSubstr("attempt: must come before")));
  EXPECT_THAT(complete(false), IsError(kInvalid, HasSubstr("attempt: is required")));
}

TEST_F(ControlRoleTest, WorkersThatHandInGarbageAndDie_FailTheJob_AndLeaveNoVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  for (int number = 1; number <= 3; ++number) {
    const auto attempt = AwaitAttempt();
    EXPECT_EQ(attempt.number(), number);
    EXPECT_THAT(Complete(attempt, std::string(100'000, 'x')),
                IsError(absl::StatusCode::kDataLoss, testing::_));
    launcher_.Exit(absl::InternalError("the worker was ended by signal 6 (Aborted)"));
  }
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(GetJob(job.name())->error().message(), HasSubstr("signal 6"));
  EXPECT_THAT(GetModel(), IsError(kNotFound, testing::_));
}

TEST_F(ControlRoleTest, WorkerOfAnOldAttempt_IsAborted) {
  ASSERT_THAT(Train(Request()), IsOk());
  const auto old = AwaitAttempt();
  launcher_.Exit(absl::InternalError("the worker was ended by signal 9 (Killed)"));
  const auto current = AwaitAttempt();
  EXPECT_EQ(current.number(), 2);
  EXPECT_THAT(GetAssignment(old), IsError(kAborted, HasSubstr("attempt 1")));
  EXPECT_THAT(Report(old, 0.1), IsError(kAborted, testing::_));
  EXPECT_THAT(Complete(old, StoredBundle(TinyClassifier()).bytes), IsError(kAborted, testing::_));
  EXPECT_THAT(Fail(old, absl::InternalError("x")), IsError(kAborted, testing::_));
  EXPECT_THAT(GetAssignment(current), IsOk());
}

TEST_F(ControlRoleTest, WhatASearchAndAComparisonFound_IsShownWithTheVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  internal::v1::ReportProgressRequest news;
  *news.mutable_attempt() = attempt;
  news.mutable_leaderboard()->set_finished(1);
  ASSERT_THAT(Ask<internal::v1::ReportProgressResponse>([&](auto* context, auto* response) {
                return worker_->ReportProgress(context, news, response);
              }),
              IsOk());
  EXPECT_EQ(GetJob(job.name())->leaderboard().finished(), 1);
  internal::v1::CompleteJobRequest head;
  head.mutable_leaderboard()->set_finished(40);
  head.mutable_comparison()->set_better(true);
  head.add_warnings("odd");
  ASSERT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes, head), IsOk());
  v1::GetModelVersionRequest request;
  request.set_name("models/shirts/versions/1");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion version,
                             Ask<v1::ModelVersion>([&](auto* context, auto* response) {
                               return models_->GetModelVersion(context, request, response);
                             }));
  EXPECT_EQ(version.leaderboard().finished(), 40);
  EXPECT_TRUE(version.comparison().better());
  EXPECT_THAT(version.warnings(), testing::ElementsAre("odd"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, GetJob(job.name()));
  EXPECT_THAT(ended.warnings(), testing::ElementsAre("odd"));
  EXPECT_FALSE(ended.has_leaderboard());
}

}  // namespace
}  // namespace serin
