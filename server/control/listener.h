#ifndef SERIN_SERVER_CONTROL_LISTENER_H_
#define SERIN_SERVER_CONTROL_LISTENER_H_

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// A callback that can be switched off: once Disarm has returned it is not running and will not be
// called again, so that what it points to may go. It must not switch itself off. Thread-safe.
class Listener {
 public:
  explicit Listener(std::function<void()> callback) : callback_(std::move(callback)) {}

  void Call() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (callback_) callback_();
  }
  void Disarm() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    callback_ = nullptr;
  }

 private:
  absl::Mutex mutex_;
  std::function<void()> callback_ ABSL_GUARDED_BY(mutex_);
};

// Who wants to know when something under a key changes. Those told come and look at it themselves,
// so that several changes may be seen as one. Thread-safe.
template <typename Key>
class Listeners {
 public:
  // Switched off and forgotten when it is destroyed.
  class Subscription {
   public:
    Subscription(Listeners* owner, Key key, std::shared_ptr<Listener> listener)
        : owner_(owner), key_(std::move(key)), listener_(std::move(listener)) {}
    ~Subscription() {
      listener_->Disarm();
      owner_->Remove(key_, listener_);
    }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    Listeners* const owner_;
    const Key key_;
    const std::shared_ptr<Listener> listener_;
  };

  std::unique_ptr<Subscription> Add(const Key& key, std::function<void()> callback)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    auto listener = std::make_shared<Listener>(std::move(callback));
    absl::MutexLock lock(&mutex_);
    listeners_.emplace(key, listener);
    return std::make_unique<Subscription>(this, key, std::move(listener));
  }

  // Calls those of one key, without a lock of its own held.
  void Notify(const Key& key) ABSL_LOCKS_EXCLUDED(mutex_) {
    for (const auto& listener : Select(key)) listener->Call();
  }
  void NotifyAll() ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<std::shared_ptr<Listener>> all;
    {
      absl::MutexLock lock(&mutex_);
      for (const auto& [key, listener] : listeners_) all.push_back(listener);
    }
    for (const auto& listener : all) listener->Call();
  }

 private:
  std::vector<std::shared_ptr<Listener>> Select(const Key& key) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<std::shared_ptr<Listener>> selected;
    absl::MutexLock lock(&mutex_);
    const auto [begin, end] = listeners_.equal_range(key);
    for (auto it = begin; it != end; ++it) selected.push_back(it->second);
    return selected;
  }
  void Remove(const Key& key, const std::shared_ptr<Listener>& listener)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    const auto [begin, end] = listeners_.equal_range(key);
    for (auto it = begin; it != end; ++it) {
      if (it->second != listener) continue;
      listeners_.erase(it);
      return;
    }
  }

  absl::Mutex mutex_;
  std::multimap<Key, std::shared_ptr<Listener>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_LISTENER_H_
