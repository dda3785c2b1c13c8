#ifndef SERIN_TESTS_UNIT_SERVER_PREDICT_GATED_BUNDLES_H_
#define SERIN_TESTS_UNIT_SERVER_PREDICT_GATED_BUNDLES_H_

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/predict/model_host.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {

// Bundles by their SHA-256, whose fetches a test can hold up, count, and let fail. Thread-safe.
class GatedBundles {
 public:
  std::string Store(const internal::v1::Bundle& bundle) {
    const StoredBundle stored(bundle);
    absl::MutexLock lock(&mutex_);
    bundles_[stored.sha256] = stored.bytes;
    return stored.sha256;
  }

  // Flips a bit of the bytes that are fetched.
  void Corrupt(const std::string& sha256) {
    absl::MutexLock lock(&mutex_);
    bundles_[sha256][bundles_[sha256].size() / 2] ^= 1;
  }
  // Fetches of it wait from now on.
  void Hold(const std::string& sha256) {
    absl::MutexLock lock(&mutex_);
    held_.insert(sha256);
  }
  void Release(const std::string& sha256) {
    absl::MutexLock lock(&mutex_);
    held_.erase(sha256);
  }
  // All fetches fail with this; OK: none any more.
  void FailWith(absl::Status error) {
    absl::MutexLock lock(&mutex_);
    error_ = std::move(error);
  }

  // How often it was fetched, or begun to be.
  int fetches(const std::string& sha256) {
    absl::MutexLock lock(&mutex_);
    return fetches_[sha256];
  }
  // Waits for so many.
  void AwaitFetches(const std::string& sha256, int count) {
    const auto there = [&]()
                           ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return fetches_[sha256] >= count; };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&there));
  }

  BundleSource source() {
    return [this](const std::string&, const std::string& sha256) { return Fetch(sha256); };
  }

 private:
  absl::StatusOr<std::string> Fetch(const std::string& sha256) {
    const auto released = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !held_.contains(sha256);
    };
    absl::MutexLock lock(&mutex_);
    ++fetches_[sha256];
    mutex_.Await(absl::Condition(&released));
    if (!error_.ok()) return error_;
    return bundles_.at(sha256);
  }

  absl::Mutex mutex_;
  std::map<std::string, std::string> bundles_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> fetches_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> held_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PREDICT_GATED_BUNDLES_H_
