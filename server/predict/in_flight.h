#ifndef SERIN_SERVER_PREDICT_IN_FLIGHT_H_
#define SERIN_SERVER_PREDICT_IN_FLIGHT_H_

#include <atomic>
#include <cstdint>

namespace serin {

// Counts what is being answered, for as long as it lives.
class InFlight {
 public:
  // `count` outlives it.
  explicit InFlight(std::atomic<int64_t>* count) : count_(*count) { ++count_; }
  ~InFlight() { --count_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<int64_t>& count_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_IN_FLIGHT_H_
