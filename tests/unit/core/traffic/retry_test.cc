#include "core/traffic/retry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/base/random_bits.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/train_service.pb.h"

namespace serin {
namespace {

const absl::Time kStart = absl::UnixEpoch() + absl::Hours(1);

bool Repeatable(const std::string& method) {
  // What declares the service is linked by naming a message of its file.
  v1::PredictRequest::descriptor();
  v1::GetModelRequest::descriptor();
  v1::TrainRequest::descriptor();
  v1::GetDatasetRequest::descriptor();
  const auto* found =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("serin.v1." + method);
  EXPECT_NE(found, nullptr) << method;
  return found != nullptr && IsRepeatable(*found);
}

TEST(IsRepeatableTest, ReadsAndPredictionsAre_WhatMakesThingsIsNot) {
  for (const char* method :
       {"PredictService.Predict", "ModelService.GetModel", "ModelService.ListModelVersions",
        "ModelService.SetTraffic", "ModelService.SetAlias", "TrainService.WatchJob",
        "DatasetService.ReadRows", "DatasetService.GetProfile"}) {
    EXPECT_TRUE(Repeatable(method)) << method;
  }
  for (const char* method : {"TrainService.Train", "DatasetService.UploadDataset",
                             "DatasetService.DeleteDataset", "ModelService.DeleteModel"}) {
    EXPECT_FALSE(Repeatable(method)) << method;
  }
}

FailedAttempt Unavailable() {
  return {
      .code = absl::StatusCode::kUnavailable, .request_complete = true, .method_repeatable = true};
}

TEST(MayRetryTest, UnavailableOfARepeatableMethod_AndNoOtherCode) {
  EXPECT_TRUE(MayRetry(Unavailable()));
  for (int code = 0; code <= 16; ++code) {
    FailedAttempt attempt = Unavailable();
    attempt.code = static_cast<absl::StatusCode>(code);
    EXPECT_EQ(MayRetry(attempt), attempt.code == absl::StatusCode::kUnavailable) << code;
  }
}

TEST(MayRetryTest, WhatNeverStarted_WhateverItDoes) {
  FailedAttempt attempt = Unavailable();
  attempt.method_repeatable = false;
  EXPECT_FALSE(MayRetry(attempt));
  attempt.never_started = true;
  EXPECT_TRUE(MayRetry(attempt));
}

TEST(MayRetryTest, NotOnceTheCallerHasSeenSome_OrSomeOfTheRequestIsGone_OrTooOften) {
  FailedAttempt attempt = Unavailable();
  attempt.response_begun = true;
  EXPECT_FALSE(MayRetry(attempt));
  attempt = Unavailable();
  attempt.request_complete = false;
  attempt.never_started = true;
  EXPECT_FALSE(MayRetry(attempt));
  attempt = Unavailable();
  attempt.number = kMaxAttempts - 1;
  EXPECT_TRUE(MayRetry(attempt));
  attempt.number = kMaxAttempts;
  EXPECT_FALSE(MayRetry(attempt));
}

TEST(RetryDelayTest, IsSpreadOverARangeThatDoubles) {
  RandomBits random(1);
  for (const auto& [number, most_ms] : {std::pair(1, 10.0), {2, 20.0}, {7, 640.0}, {20, 1000.0}}) {
    FailedAttempt attempt = Unavailable();
    attempt.number = number;
    double least = most_ms;
    double most = 0;
    double sum = 0;
    for (int i = 0; i < 1000; ++i) {
      const double delay = absl::ToDoubleMilliseconds(RetryDelay(attempt, random.Next()));
      least = std::min(least, delay);
      most = std::max(most, delay);
      sum += delay;
    }
    EXPECT_LT(least, 0.02 * most_ms);
    EXPECT_LE(most, most_ms);
    EXPECT_GT(most, 0.98 * most_ms);
    EXPECT_NEAR(sum / 1000, most_ms / 2, 0.05 * most_ms);
  }
}

TEST(RetryDelayTest, WhatWasRefusedOnce_GoesElsewhereAtOnce) {
  FailedAttempt attempt = Unavailable();
  attempt.never_started = true;
  EXPECT_EQ(RetryDelay(attempt, 123), absl::ZeroDuration());
  attempt.number = 2;
  EXPECT_GT(RetryDelay(attempt, 123), absl::ZeroDuration());
}

// Takes as many retries as there are; one call every millisecond for `seconds`.
int RetriesTaken(RetryBudget& budget, int seconds, absl::Time start) {
  int taken = 0;
  for (int ms = 0; ms < 1000 * seconds; ++ms) {
    const absl::Time now = start + absl::Milliseconds(ms);
    budget.OnCall(now);
    while (budget.TryTake(now)) ++taken;
  }
  return taken;
}

TEST(RetryBudgetTest, WhenEveryCallFails_RetriesAreTheRatioAndTheMinimum) {
  RetryBudget budget({.ratio = 0.1, .min_per_second = 3});
  EXPECT_NEAR(RetriesTaken(budget, 60, kStart), 60 * (100 + 3), 10);
}

TEST(RetryBudgetTest, WhatAQuietTimeSaves_IsAtMostAWindowOfIt) {
  RetryBudget budget({.ratio = 0.1, .min_per_second = 3, .window = absl::Seconds(10)});
  for (int ms = 0; ms < 300'000; ++ms) budget.OnCall(kStart + absl::Milliseconds(ms));
  const absl::Time end = kStart + absl::Minutes(5);
  EXPECT_NEAR(budget.balance(end), 10 * (100 + 3), 20);
  // And is gone after a time in which nothing was called, but for the minimum.
  EXPECT_LE(budget.balance(end + absl::Minutes(5)), 10 * 3 + 1);
}

TEST(RetryBudgetTest, FewCalls_HaveTheMinimum) {
  RetryBudget budget({.ratio = 0.1, .min_per_second = 3});
  budget.OnCall(kStart);
  int taken = 0;
  while (budget.TryTake(kStart)) ++taken;
  EXPECT_EQ(taken, 3);
  EXPECT_FALSE(budget.TryTake(kStart));
  EXPECT_TRUE(budget.TryTake(kStart + absl::Seconds(1)));
}

TEST(RetryBudgetTest, ATimeThatGoesBack_ChangesNothing) {
  RetryBudget budget({});
  budget.OnCall(kStart);
  const double balance = budget.balance(kStart);
  EXPECT_EQ(budget.balance(kStart - absl::Hours(1)), balance);
  EXPECT_EQ(budget.balance(kStart), balance);
}

}  // namespace
}  // namespace serin
