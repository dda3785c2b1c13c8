// Workers and servers die at random moments while many short jobs are accepted, run and cancelled.
// At the end each job has come to exactly one end, and every version can be asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  int value = otherwise;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

bool IsFinal(const v1::Job& job) {
  return job.state() == v1::JOB_STATE_SUCCEEDED || job.state() == v1::JOB_STATE_FAILED ||
         job.state() == v1::JOB_STATE_CANCELLED;
}

class Chaos {
 public:
  explicit Chaos(int seed) : random_(static_cast<uint32_t>(seed)) {}

  void Start() {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  // One random thing; `next` is the job that has to be accepted next. Returns whether it was.
  bool Step(int next) {
    absl::SleepFor(absl::Milliseconds(Draw(120)));
    switch (Draw(10)) {
      case 0:
        KillWorker();
        return false;
      case 1:
        Restart(/*orderly=*/Draw(3) == 0);
        return false;
      case 2:
        CancelOne();
        return false;
      case 3:
        return SubmitWhileTheServerDies(next);
      default:
        return Submit(next);
    }
  }

  // Nothing dies any more.
  void AwaitAll() {
    for (const auto& [name, accepted] : jobs_) {
      v1::Job job;
      for (int i = 0; i < 8 && !IsFinal(job); ++i) job = client().AwaitJob(name).value_or(job);
      EXPECT_TRUE(IsFinal(job)) << job.ShortDebugString();
      Note(job);
    }
  }

  void CheckJobs(size_t count) {
    v1::ListJobsRequest all;
    all.set_page_size(1000);
    const auto listed = client().Call(client().training(), &v1::TrainService::Stub::ListJobs, all);
    ASSERT_THAT(listed, IsOk());
    EXPECT_EQ(static_cast<size_t>(listed->jobs_size()), count) << "one job per request";
    for (const v1::Job& job : listed->jobs()) {
      Note(job);
      if (job.state() == v1::JOB_STATE_CANCELLED) {
        EXPECT_TRUE(cancelled_.contains(job.name()));
      }
      if (job.state() == v1::JOB_STATE_FAILED) {
        EXPECT_THAT(job.error().message(), HasSubstr("given up after 3 attempts"));
      }
    }
  }

  void CheckVersions() {
    std::set<std::string> made;
    for (const auto& [name, job] : ended_) {
      if (job.state() != v1::JOB_STATE_SUCCEEDED) continue;
      EXPECT_TRUE(made.insert(job.model_version()).second) << job.model_version() << " twice";
    }
    EXPECT_GT(made.size(), 0u);
    v1::ListModelVersionsRequest request;
    request.set_model("iris");
    request.set_page_size(1000);
    const auto listed =
        client().Call(client().models(), &v1::ModelService::Stub::ListModelVersions, request);
    ASSERT_THAT(listed, IsOk());
    std::set<std::string> registered;
    for (const v1::ModelVersion& version : listed->versions()) {
      registered.insert(version.name());
      const auto answer = client().Predict(PredictSetosa(absl::StrCat("iris@", version.version())));
      EXPECT_THAT(answer, IsOk()) << version.name();
    }
    EXPECT_EQ(registered, made) << "a version for each job that succeeded, and no other";
  }

  std::string Summary() const {
    std::map<std::string, int> counts;
    for (const auto& [name, job] : ended_) ++counts[v1::JobState_Name(job.state())];
    std::string text = absl::StrCat(restarts_, " restarts, ", workers_killed_, " workers killed");
    for (const auto& [state, count] : counts) absl::StrAppend(&text, ", ", count, " ", state);
    return text;
  }

 private:
  TestClient& client() { return server_.client(); }
  int Draw(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }

  bool Submit(int number) {
    v1::TrainRequest request =
        TrainIris("iris", number % 2 == 0 ? "logistic_regression" : "gradient_boosting");
    if (number % 2 != 0) {
      auto& parameters = *request.mutable_spec()->mutable_hyperparameters()->mutable_fields();
      parameters["rounds"].set_number_value(5);
    }
    request.set_request_id(absl::StrCat("job-", number));
    request.set_priority(number % 3);
    const auto job = client().Train(request);
    if (!job.ok()) return false;
    jobs_[job->name()] = number;
    return true;
  }

  // What was not acknowledged is asked for again, with the same request_id.
  bool SubmitWhileTheServerDies(int number) {
    bool accepted = false;
    std::thread submitting([&] { accepted = Submit(number); });
    absl::SleepFor(absl::Microseconds(Draw(5000)));
    server_.process().Kill();
    submitting.join();
    StartAgain();
    return accepted;
  }

  void KillWorker() {
    const std::vector<pid_t> workers = server_.process().Workers();
    if (workers.empty()) return;
    kill(workers[static_cast<size_t>(Draw(static_cast<int>(workers.size())))], SIGKILL);
    ++workers_killed_;
  }

  void Restart(bool orderly) {
    if (orderly) {
      EXPECT_EQ(server_.process().Stop(), 0);
    } else {
      server_.process().Kill();
    }
    StartAgain();
  }

  // Whatever had ended has ended.
  void StartAgain() {
    ++restarts_;
    ASSERT_THAT(server_.Start(), IsOk());
    for (const auto& [name, number] : jobs_) {
      v1::GetJobRequest request;
      request.set_name(name);
      const auto job = client().Call(client().training(), &v1::TrainService::Stub::GetJob, request);
      ASSERT_THAT(job, IsOk()) << "an accepted job is gone";
      Note(*job);
    }
  }

  void CancelOne() {
    if (jobs_.empty()) return;
    auto job = jobs_.begin();
    std::advance(job, Draw(static_cast<int>(jobs_.size())));
    v1::CancelJobRequest request;
    request.set_name(job->first);
    const auto cancelled =
        client().Call(client().training(), &v1::TrainService::Stub::CancelJob, request);
    cancelled_.insert(job->first);
    if (cancelled.ok()) Note(*cancelled);
  }

  // A job that has been seen to have ended never shows anything else.
  void Note(const v1::Job& job) {
    const auto before = ended_.find(job.name());
    if (before != ended_.end()) {
      EXPECT_EQ(before->second.state(), job.state()) << job.name();
      EXPECT_EQ(before->second.model_version(), job.model_version());
    }
    if (IsFinal(job)) ended_[job.name()] = job;
  }

  std::mt19937 random_;
  SingleServer server_{{"--max_concurrent_jobs=2"}};
  // Those accepted, and which they are.
  std::map<std::string, int> jobs_;
  std::set<std::string> cancelled_;
  std::map<std::string, v1::Job> ended_;
  int restarts_ = 0;
  int workers_killed_ = 0;
};

TEST(ChaosTest, EveryJobComesToOneEnd_AndEveryVersionCanBeAsked) {
  const int seed = FromEnvironment("SERIN_CHAOS_SEED", 1);
  const int jobs = FromEnvironment("SERIN_CHAOS_JOBS", 40);
  SCOPED_TRACE(absl::StrCat("SERIN_CHAOS_SEED=", seed));
  Chaos chaos(seed);
  chaos.Start();
  for (int next = 0; next < jobs && !testing::Test::HasFatalFailure();) next += chaos.Step(next);
  chaos.AwaitAll();
  chaos.CheckJobs(static_cast<size_t>(jobs));
  chaos.CheckVersions();
  RecordProperty("summary", chaos.Summary());
}

}  // namespace
}  // namespace serin
