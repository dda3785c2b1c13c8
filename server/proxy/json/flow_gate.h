#ifndef SERIN_SERVER_PROXY_JSON_FLOW_GATE_H_
#define SERIN_SERVER_PROXY_JSON_FLOW_GATE_H_

#include <cstddef>
#include <utility>

namespace serin {

// Links the reading of one stream to the writing of another where what is written has another size
// than what was read, so that bytes cannot be matched one by one. What was read counts as consumed
// at once while less than `limit` bytes wait to be written, and otherwise when they have gone.
class FlowGate {
 public:
  explicit FlowGate(size_t limit) : limit_(limit) {}

  void OnQueued(size_t bytes) { queued_ += bytes; }
  void OnSent(size_t bytes) { queued_ -= bytes < queued_ ? bytes : queued_; }
  void OnRead(size_t bytes) { owed_ += bytes; }

  // What may be consumed of the stream that is read; to be asked after each of the above.
  size_t TakeConsumable() { return queued_ < limit_ ? std::exchange(owed_, 0) : 0; }

 private:
  const size_t limit_;
  size_t queued_ = 0;  // Written and not yet gone.
  size_t owed_ = 0;    // Read and not yet consumed.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_FLOW_GATE_H_
