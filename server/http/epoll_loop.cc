#include "server/http/epoll_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <latch>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/http/timer_queue.h"
#include "server/http/unique_fd.h"

namespace serin {
namespace {

// Events taken in one round; what is posted waits no longer than their callbacks take.
constexpr int kEventsPerRound = 256;

// Bytes read at once.
constexpr size_t kReadBuffer = 64 << 10;

constexpr uint32_t kReading = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

absl::Time ReadClock() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

// What epoll_wait takes: never early, -1 for ever.
int ToTimeout(absl::Duration wait) {
  if (wait == absl::InfiniteDuration()) return -1;
  const int64_t ms = absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)));
  return static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace

class EpollLoop::Impl {
 public:
  Impl()
      : epoll_(epoll_create1(EPOLL_CLOEXEC)),
        wakeup_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        read_buffer_(kReadBuffer) {
    // Edge-triggered, it need never be read: every write to it is an event.
    epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.ptr = &wakeup_}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wakeup_.get(), &event);
    thread_ = std::thread([this] {
      constructed_.wait();
      Run();
    });
    constructed_.count_down();
  }

  ~Impl() {
    stopping_.store(true);
    Wake();
    thread_.join();
  }

  absl::Time Now() {
    if (!now_is_read_) {
      now_ = ReadClock();
      now_is_read_ = true;
    }
    return now_;
  }

  void Post(std::function<void()> task) {
    if (std::this_thread::get_id() == thread_.get_id()) {
      tasks_.push_back(std::move(task));
      return;
    }
    bool first = false;
    {
      const absl::MutexLock lock(&mutex_);
      first = posted_.empty();
      posted_.push_back(std::move(task));
    }
    if (first) Wake();  // Else whoever was first has.
  }

  std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) {
    return std::make_unique<LoopTimer>(this, std::move(callback));
  }

  std::unique_ptr<Watch> MakeWatch(int fd, WatchHandler* handler) {
    return std::make_unique<LoopWatch>(this, fd, handler);
  }

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

  class LoopWatch final : public Watch {
   public:
    LoopWatch(Impl* loop, int fd, WatchHandler* handler)
        : loop_(*loop), fd_(fd), handler_(*handler) {
      Control(EPOLL_CTL_ADD, kReading);
    }
    ~LoopWatch() override {
      Control(EPOLL_CTL_DEL, 0);
      loop_.Forget(this);
    }

    // An EPOLLOUT that is always registered would wake the loop for each read of a Unix socket's
    // peer.
    void WantRoom() override {
      if (!std::exchange(wants_room_, true)) Control(EPOLL_CTL_MOD, kReading | EPOLLOUT);
    }

    // Destroyed by OnReadable, it has been taken out of `event`.
    void Call(const epoll_event& event) {
      const uint32_t events = event.events;
      if ((events & (EPOLLIN | kEnds)) != 0) handler_.OnReadable((events & kEnds) != 0);
      if (event.data.ptr == nullptr || !wants_room_) return;
      if ((events & (EPOLLOUT | kEnds)) == 0) return;
      wants_room_ = false;
      Control(EPOLL_CTL_MOD, kReading);
      handler_.OnRoom();
    }

   private:
    void Control(int operation, uint32_t events) {
      epoll_event event = {.events = events, .data = {.ptr = this}};
      epoll_ctl(loop_.epoll_.get(), operation, fd_, &event);
    }

    Impl& loop_;
    const int fd_;
    WatchHandler& handler_;
    bool wants_room_ = false;
  };

  void Run() {
    while (!stopping_.load(std::memory_order_relaxed)) {
      Wait();
      for (event_ = 0; event_ < event_count_; ++event_) Call(events_[event_]);
      if (timers_.next() <= Now()) RunTimers();
      RunTasks();
    }
    tasks_.clear();
    TakePosted();
    tasks_.clear();
  }

  void Wait() {
    now_is_read_ = false;
    const int timeout = tasks_.empty() ? ToTimeout(timers_.next() - Now()) : 0;
    now_is_read_ = false;
    event_count_ = std::max(epoll_wait(epoll_.get(), events_.data(), kEventsPerRound, timeout), 0);
  }

  void Call(const epoll_event& event) {
    if (event.data.ptr == &wakeup_) {
      TakePosted();
    } else if (event.data.ptr != nullptr) {
      static_cast<LoopWatch*>(event.data.ptr)->Call(event);
    }
  }

  // Of the events that were taken, too.
  void Forget(const LoopWatch* watch) {
    for (int i = event_; i < event_count_; ++i) {
      if (events_[i].data.ptr == watch) events_[i].data.ptr = nullptr;
    }
  }

  void Wake() {
    const uint64_t one = 1;
    // Fails only when it has been written 2^64 times.
    [[maybe_unused]] const ssize_t written = write(wakeup_.get(), &one, sizeof(one));
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

  // What a timer's callback arms is for another round, or one that arms itself for now would keep
  // all else from running.
  void RunTimers() {
    const absl::Time now = Now();
    earliest_ = now + absl::Nanoseconds(1);
    while (TimerQueue::Entry* const entry = timers_.PopDue(now)) {
      static_cast<LoopTimer*>(entry)->Call();
    }
  }

  const UniqueFd epoll_;
  UniqueFd wakeup_;
  std::vector<char> read_buffer_;

  std::array<epoll_event, kEventsPerRound> events_;
  int event_ = 0;  // Which is being told.
  int event_count_ = 0;

  bool now_is_read_ = false;
  absl::Time now_;
  TimerQueue timers_;
  absl::Time earliest_ = absl::InfinitePast();  // That a timer may be armed for.
  LoopTimer* calling_ = nullptr;
  std::vector<std::function<void()>> tasks_;
  std::vector<std::function<void()>> running_;

  absl::Mutex mutex_;
  std::vector<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);  // By other threads.
  std::atomic<bool> stopping_{false};
  std::latch constructed_{1};
  std::thread thread_;
};

EpollLoop::EpollLoop() : impl_(std::make_unique<Impl>()) {}

EpollLoop::~EpollLoop() = default;

absl::Time EpollLoop::Now() const { return impl_->Now(); }

void EpollLoop::Post(std::function<void()> task) { impl_->Post(std::move(task)); }

std::unique_ptr<Timer> EpollLoop::MakeTimer(std::function<void()> callback) {
  return impl_->MakeTimer(std::move(callback));
}

void EpollLoop::Run(const std::function<void()>& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

std::unique_ptr<Watch> EpollLoop::MakeWatch(int fd, WatchHandler* handler) {
  return impl_->MakeWatch(fd, handler);
}

absl::Span<char> EpollLoop::read_buffer() { return impl_->read_buffer(); }

}  // namespace serin
