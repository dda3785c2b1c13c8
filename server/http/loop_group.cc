#include "server/http/loop_group.h"

#include <algorithm>
#include <latch>

namespace serin {

LoopGroup::LoopGroup(size_t count) {
  for (size_t i = 0; i < std::max<size_t>(count, 1); ++i) {
    loops_.push_back(std::make_unique<EpollLoop>());
  }
}

LoopGroup::~LoopGroup() = default;

void LoopGroup::RunOnEach(const std::function<void(size_t index)>& task) {
  std::latch done(static_cast<std::ptrdiff_t>(loops_.size()));
  for (size_t i = 0; i < loops_.size(); ++i) {
    loops_[i]->Post([&, i] {
      task(i);
      done.count_down();
    });
  }
  done.wait();
}

}  // namespace serin
