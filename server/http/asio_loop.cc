#include "server/http/asio_loop.h"

#include <utility>

// Boost 1.74 needs <utility> before it.
#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/http/timer_queue.h"

namespace serin {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// Callbacks in one round; what is posted waits no longer than these take.
constexpr int kCallbacksPerRound = 256;

// Bytes read at once.
constexpr size_t kReadBuffer = 64 << 10;

absl::Time FromClock(Clock::time_point time) {
  return absl::UnixEpoch() + absl::FromChrono(time.time_since_epoch());
}

Clock::time_point ToClock(absl::Time time) {
  // Up to the next nanosecond: never early.
  return Clock::time_point(
      std::chrono::nanoseconds(absl::ToInt64Nanoseconds(time - absl::UnixEpoch()) + 1));
}

}  // namespace

class AsioLoop::Impl {
 public:
  Impl() : read_buffer_(kReadBuffer) {
    thread_ = std::thread([this] {
      constructed_.wait();
      Run();
    });
    constructed_.count_down();
  }

  ~Impl() {
    stopping_.store(true);
    asio::post(context_, [] {});
    thread_.join();
  }

  absl::Time Now() {
    if (!now_is_read_) {
      now_ = FromClock(Clock::now());
      now_is_read_ = true;
    }
    return now_;
  }

  bool IsOwnThread() const { return std::this_thread::get_id() == thread_.get_id(); }

  void Post(std::function<void()> task) {
    if (IsOwnThread()) {
      tasks_.push_back(std::move(task));
      return;
    }
    bool first = false;
    {
      const absl::MutexLock lock(&mutex_);
      first = posted_.empty();
      posted_.push_back(std::move(task));
    }
    if (!first) return;  // Whoever was first has woken the loop.
    asio::post(context_, [this] { TakePosted(); });
  }

  std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) {
    return std::make_unique<LoopTimer>(this, std::move(callback));
  }

  asio::io_context& context() { return context_; }
  absl::Span<char> read_buffer() { return absl::MakeSpan(read_buffer_); }

 private:
  class LoopTimer final : public Timer, public TimerQueue::Entry {
   public:
    LoopTimer(Impl* loop, std::function<void()> callback)
        : loop_(*loop), callback_(std::move(callback)) {}
    ~LoopTimer() override {
      Disarm();
      if (loop_.calling_ == this) loop_.calling_ = nullptr;
    }

    void Arm(absl::Duration delay) override {
      Disarm();
      if (delay == absl::InfiniteDuration()) return;
      loop_.timers_.Insert(this, std::max(loop_.Now() + delay, loop_.earliest_));
      loop_.WakeForTimers();
    }

    void Disarm() override {
      if (queued()) loop_.timers_.Remove(this);
    }

    void Call() {
      Impl& loop = loop_;
      std::function<void()> callback = std::move(callback_);
      loop.calling_ = this;
      callback();
      if (loop.calling_ == this) callback_ = std::move(callback);  // It was not destroyed.
      loop.calling_ = nullptr;
    }

   private:
    Impl& loop_;
    std::function<void()> callback_;
  };

  void Run() {
    const auto work = asio::make_work_guard(context_);
    while (!stopping_.load(std::memory_order_relaxed)) {
      now_is_read_ = false;
      if (tasks_.empty()) context_.run_one();
      for (int i = 0; i < kCallbacksPerRound && context_.poll_one() > 0; ++i) {
      }
      RunTasks();
    }
    tasks_.clear();
    TakePosted();
    tasks_.clear();
  }

  void TakePosted() {
    const absl::MutexLock lock(&mutex_);
    for (std::function<void()>& task : posted_) tasks_.push_back(std::move(task));
    posted_.clear();
  }

  // What they post runs in the next round.
  void RunTasks() {
    running_.swap(tasks_);
    for (const std::function<void()>& task : running_) task();
    running_.clear();
  }

  // One system timer for all of ours. It is set only to an earlier time: that of a timer that was
  // disarmed passes for nothing, which is rarer than timers are armed.
  void WakeForTimers() {
    if (timers_.next() >= wake_) return;
    wake_ = timers_.next();
    wakeup_.expires_at(ToClock(wake_));
    wakeup_.async_wait([this](boost::system::error_code error) {
      if (!error) RunTimers();
    });
  }

  void RunTimers() {
    wake_ = absl::InfiniteFuture();
    now_is_read_ = false;
    const absl::Time now = Now();
    earliest_ = now + absl::Nanoseconds(1);
    while (TimerQueue::Entry* const entry = timers_.PopDue(now)) {
      static_cast<LoopTimer*>(entry)->Call();
    }
    WakeForTimers();
  }

  // Descriptors are used only by the loop's thread, so that their locks are not needed.
  asio::io_context context_{static_cast<int>(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO)};
  asio::steady_timer wakeup_{context_};
  std::vector<char> read_buffer_;

  bool now_is_read_ = false;
  absl::Time now_;
  TimerQueue timers_;
  // What a timer's callback arms is for another round, or one that arms itself for now would keep
  // all else from running.
  absl::Time earliest_ = absl::InfinitePast();
  absl::Time wake_ = absl::InfiniteFuture();  // When wakeup_ is set to.
  LoopTimer* calling_ = nullptr;
  std::vector<std::function<void()>> tasks_;
  std::vector<std::function<void()>> running_;

  absl::Mutex mutex_;
  std::vector<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);  // By other threads.
  std::atomic<bool> stopping_{false};
  std::latch constructed_{1};
  std::thread thread_;
};

AsioLoop::AsioLoop() : impl_(std::make_unique<Impl>()) {}

AsioLoop::~AsioLoop() = default;

absl::Time AsioLoop::Now() const { return impl_->Now(); }

void AsioLoop::Post(std::function<void()> task) { impl_->Post(std::move(task)); }

std::unique_ptr<Timer> AsioLoop::MakeTimer(std::function<void()> callback) {
  return impl_->MakeTimer(std::move(callback));
}

void AsioLoop::Run(const std::function<void()>& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

boost::asio::io_context& AsioLoop::context() { return impl_->context(); }

absl::Span<char> AsioLoop::read_buffer() { return impl_->read_buffer(); }

}  // namespace serin
