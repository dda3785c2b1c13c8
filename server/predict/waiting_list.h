#ifndef SERIN_SERVER_PREDICT_WAITING_LIST_H_
#define SERIN_SERVER_PREDICT_WAITING_LIST_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "server/predict/model_waiter.h"
#include "server/predict/wanted_versions.h"

namespace serin {

// Who waits for which version. Not thread-safe.
class WaitingList {
 public:
  size_t size() const { return size_; }
  bool Has(const VersionName& version) const { return waiters_.contains(version); }

  void Add(const VersionName& version, ModelWaiter* waiter) {
    waiters_[version].push_back(waiter);
    ++size_;
  }

  // False for one that does not wait.
  bool Remove(const ModelWaiter* waiter) {
    for (auto it = waiters_.begin(); it != waiters_.end(); ++it) {
      std::vector<ModelWaiter*>& of_version = it->second;
      const auto found = std::find(of_version.begin(), of_version.end(), waiter);
      if (found == of_version.end()) continue;
      of_version.erase(found);
      if (of_version.empty()) waiters_.erase(it);
      --size_;
      return true;
    }
    return false;
  }

  // All of a version, in the order in which they came; they wait no more.
  std::vector<ModelWaiter*> Take(const VersionName& version) {
    const auto it = waiters_.find(version);
    if (it == waiters_.end()) return {};
    std::vector<ModelWaiter*> taken = std::move(it->second);
    waiters_.erase(it);
    size_ -= taken.size();
    return taken;
  }

 private:
  std::map<VersionName, std::vector<ModelWaiter*>> waiters_;  // None of them empty.
  size_t size_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_WAITING_LIST_H_
