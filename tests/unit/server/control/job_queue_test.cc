#include "server/control/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/control/finished_jobs.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Runs what waits, one after the other: "project/job".
std::vector<std::string> RunAll(JobQueue queue) {
  std::vector<std::string> order;
  while (const std::optional<JobId> next = queue.Next()) {
    order.push_back(next->first + "/" + next->second);
    queue.Take(*next);
  }
  return order;
}

TEST(JobQueueTest, OneProject_InTheOrderOfAcceptance) {
  JobQueue queue;
  for (const char* job : {"2", "1", "3"}) queue.Add({"a", job}, 0);
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/1", "a/2", "a/3"));
}

TEST(JobQueueTest, HigherPriority_First_WhoeverCameBefore) {
  JobQueue queue;
  queue.Add({"a", "1"}, -100);
  queue.Add({"a", "2"}, 0);
  queue.Add({"b", "3"}, 100);
  queue.Add({"a", "4"}, 100);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/4", "b/3", "a/2", "a/1"));
}

TEST(JobQueueTest, ProjectsOfOnePriority_TakeTurns_HoweverManyJobsOneOfThemHas) {
  JobQueue queue;
  for (const char* job : {"1", "2", "3", "4"}) queue.Add({"a", job}, 0);
  queue.Add({"b", "5"}, 0);
  queue.Add({"c", "6"}, 0);
  queue.Add({"c", "7"}, 0);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/1", "b/5", "c/6", "a/2", "c/7", "a/3", "a/4"));
}

TEST(JobQueueTest, ProjectThatComesLate_WaitsForOneJobOfTheOther) {
  JobQueue queue;
  for (const char* job : {"1", "2", "3"}) queue.Add({"b", job}, 0);
  queue.Take({"b", "1"});
  queue.Add({"a", "9"}, 0);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/9", "b/2", "b/3"));
}

TEST(JobQueueTest, UrgentJobs_DoNotTakeTheTurnOfTheirProject) {
  JobQueue queue;
  queue.Add({"a", "1"}, 0);
  queue.Add({"b", "2"}, 0);
  queue.Add({"a", "8"}, 5);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/8", "a/1", "b/2"));
}

TEST(JobQueueTest, Remove_TakesAJobOut_AndLeavesTheTurnAlone) {
  JobQueue queue;
  queue.Add({"a", "1"}, 0);
  queue.Add({"b", "2"}, 0);
  queue.Add({"b", "3"}, 7);
  queue.Remove({"b", "3"});
  queue.Remove({"a", "nothing"});
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/1", "b/2"));
  queue.Remove({"a", "1"});
  queue.Remove({"b", "2"});
  EXPECT_EQ(queue.Next(), std::nullopt);
}

TEST(JobQueueTest, AddedAgain_TakesTheNewPriority) {
  JobQueue queue;
  queue.Add({"a", "1"}, 0);
  queue.Add({"a", "2"}, 0);
  queue.Add({"a", "2"}, 1);
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_THAT(RunAll(queue), ElementsAre("a/2", "a/1"));
}

TEST(FinishedJobsTest, BeyondTheBound_ThoseThatEndedFirst_AreForgotten) {
  FinishedJobs finished(2);
  EXPECT_THAT(finished.Surplus("a"), IsEmpty());
  finished.Add({"a", "9"});
  finished.Add({"a", "1"});
  finished.Add({"b", "5"});
  EXPECT_THAT(finished.Surplus("a"), ElementsAre(JobId("a", "9")));
  EXPECT_THAT(finished.Surplus("a"), ElementsAre(JobId("a", "9"))) << "asking changes nothing";
  finished.Add({"a", "2"});
  EXPECT_THAT(finished.Surplus("a"), ElementsAre(JobId("a", "1")));
  EXPECT_THAT(finished.Surplus("b"), IsEmpty());
}

}  // namespace
}  // namespace serin
