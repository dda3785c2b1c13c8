#include <algorithm>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ControlRoleTest, Train_SpellsOutTheSpec_AndTheWorkerGetsIt) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(job.model(), "models/shirts");
  EXPECT_EQ(job.spec().dataset(), "datasets/sizes/versions/3");
  EXPECT_EQ(job.spec().features_size(), 2);
  EXPECT_EQ(job.spec().task(), v1::TASK_CLASSIFICATION);
  EXPECT_GT(job.spec().hyperparameters().fields_size(), 0);

  SERIN_ASSERT_OK_AND_ASSIGN(const auto assignment, GetAssignment(AwaitAttempt()));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(assignment.spec(), job.spec()));
  EXPECT_EQ(assignment.dataset_create_time().seconds(), 1234) << "which dataset has that name";
}

TEST_F(ControlRoleTest, Train_NamesWhatIsWrong) {
  v1::TrainRequest request = Request();
  request.set_model("Shirts/x");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("model: ")));
  request = Request();
  request.mutable_spec()->set_target("weight");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.target: ")));
  request = Request();
  request.mutable_spec()->set_algorithm("oracle");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.algorithm: ")));
  request = Request();
  request.mutable_spec()->set_dataset("a/b");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.dataset: ")));
  request = Request(std::string(65, 'x'));
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("request_id: ")));
  request = Request();
  request.set_priority(101);
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("priority: must be from -100 to 100")));
  request = Request();
  request.mutable_spec()->set_dataset("shoes");
  EXPECT_THAT(Train(request), IsError(kNotFound, HasSubstr("datasets/shoes does not exist")));
  EXPECT_THAT(Train(Request(), "other"), IsError(kNotFound, HasSubstr("datasets/sizes")));
}

TEST_F(ControlRoleTest, Train_Repeated_ReturnsTheSameJob_EvenWithoutTheDatasetRole) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request("once")));
  EXPECT_EQ(Train(Request("once"))->name(), job.name());
  datasets_server_.Shutdown();
  EXPECT_EQ(Train(Request("once"))->name(), job.name());
  EXPECT_THAT(Train(Request("twice")), IsError(absl::StatusCode::kUnavailable, testing::_));
}

TEST_F(ControlRoleTest, ResolveTraining_SaysWhatTrainWouldMakeOfIt) {
  v1::ResolveTrainingRequest request;
  *request.mutable_spec() = Request().spec();
  const auto resolve = [&] {
    return Ask<v1::ResolveTrainingResponse>([&](auto* context, auto* response) {
      return train_->ResolveTraining(context, request, response);
    });
  };
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ResolveTrainingResponse resolved, resolve());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(resolved.spec(), job.spec()));
  request.mutable_spec()->set_target("weight");
  EXPECT_THAT(resolve(), IsError(kInvalid, HasSubstr("spec.target: ")));
  request.mutable_spec()->set_dataset("shoes");
  EXPECT_THAT(resolve(), IsError(kNotFound, HasSubstr("datasets/shoes")));
}

TEST_F(ControlRoleTest, CancelJob_OfARunningJob_KillsItsWorker_AndEndsTheStream) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job cancelled, CancelJob(job.name()));
  EXPECT_EQ(cancelled.state(), v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(cancelled.has_cancel_time());
  EXPECT_EQ(launcher_.running(), 0u);
  while (watch->reader->Read(&seen)) {
  }
  EXPECT_EQ(seen.state(), v1::JOB_STATE_CANCELLED);
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
  // What the worker had on its way comes too late.
  EXPECT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes),
              IsError(kAborted, testing::_));
  EXPECT_THAT(GetModel(), IsError(kNotFound, testing::_));
  EXPECT_EQ(CancelJob(job.name())->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_THAT(CancelJob("jobs/nothing"), IsError(kNotFound, HasSubstr("jobs/nothing")));
}

TEST_F(ControlRoleTest, CancelJob_OfAJobThatHasSucceeded_ChangesNothing) {
  const std::string job = MakeVersion(0);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job cancelled, CancelJob(job));
  EXPECT_EQ(cancelled.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_FALSE(cancelled.has_cancel_time());
}

TEST_F(ControlRoleTest, ListAlgorithms_HasThoseOfLearn) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto listed,
                             Ask<v1::ListAlgorithmsResponse>([&](auto* context, auto* response) {
                               return train_->ListAlgorithms(context, {}, response);
                             }));
  std::vector<std::string> names;
  for (const v1::Algorithm& algorithm : listed.algorithms()) names.push_back(algorithm.name());
  EXPECT_THAT(names, testing::IsSupersetOf({"gradient_boosting", "logistic_regression"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace serin
