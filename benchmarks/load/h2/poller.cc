#include "benchmarks/load/h2/poller.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace serin::load {

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  Add(timer_, [this](uint32_t) {
    uint64_t expirations = 0;
    if (read(timer_, &expirations, sizeof(expirations)) > 0 && alarm_) {
      std::exchange(alarm_, nullptr)();
    }
  });
}

Poller::~Poller() {
  close(timer_);
  close(epoll_);
}

void Poller::Add(int fd, Handler handler) {
  handlers_[fd] = std::make_shared<Handler>(std::move(handler));
  epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Poller::WatchWritable(int fd, bool wanted) {
  epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  if (wanted) event.events |= EPOLLOUT;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Poller::Remove(int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  handlers_.erase(fd);
}

void Poller::SetAlarm(absl::Time when, std::function<void()> alarm) {
  alarm_ = std::move(alarm);
  // All zero would switch the timer off.
  const absl::Duration wait = std::max(when - absl::Now(), absl::Nanoseconds(1));
  const itimerspec spec = {.it_interval = {}, .it_value = absl::ToTimespec(wait)};
  timerfd_settime(timer_, 0, &spec, nullptr);
}

void Poller::RunOnce() {
  epoll_event events[64];
  const int count = epoll_wait(epoll_, events, std::size(events), /*timeout=*/-1);
  for (int i = 0; i < count; ++i) {
    const auto it = handlers_.find(events[i].data.fd);
    if (it == handlers_.end()) continue;
    const std::shared_ptr<Handler> handler = it->second;
    (*handler)(events[i].events);
  }
}

}  // namespace serin::load
