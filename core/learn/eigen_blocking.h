#ifndef SERIN_CORE_LEARN_EIGEN_BLOCKING_H_
#define SERIN_CORE_LEARN_EIGEN_BLOCKING_H_

#include <Eigen/Core>

namespace serin {

// Eigen cuts products of matrices into blocks that fit the caches it finds, which decides in which
// order it sums. With these sizes it sums alike on every machine. To be called before the first
// product of a fit; setting the same sizes again changes nothing.
inline void PinEigenBlocking() {
  constexpr std::ptrdiff_t kKilobyte = 1024;
  Eigen::setCpuCacheSizes(32 * kKilobyte, 512 * kKilobyte, 8192 * kKilobyte);
}

}  // namespace serin

#endif  // SERIN_CORE_LEARN_EIGEN_BLOCKING_H_
