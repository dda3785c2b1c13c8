#ifndef SERIN_CORE_LEARN_TRAINING_THREADS_H_
#define SERIN_CORE_LEARN_TRAINING_THREADS_H_

#include <cstddef>

namespace serin {

// How many threads go through a table of so many cells. XGBoost adds up gradients in an order that
// depends on the number, and with it the last bits of the model: so the data decide, and never the
// machine.
inline size_t TrainingThreads(size_t cells) {
  // Below it, starting more threads than one costs more than they save.
  constexpr size_t kOneThreadCells = 200'000;
  constexpr size_t kThreads = 4;
  return cells <= kOneThreadCells ? 1 : kThreads;
}

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TRAINING_THREADS_H_
