#include "core/learn/class_counts.h"

#include <algorithm>

#include "core/engine/log.h"

namespace serin {

std::vector<double> ClassCounts(const TrainingSet& data) {
  std::vector<double> counts(data.class_count);
  for (const double target : data.targets) ++counts[static_cast<size_t>(target)];
  return counts;
}

std::vector<double> LogShares(const TrainingSet& data) {
  std::vector<double> shares = ClassCounts(data);
  for (double& share : shares) {
    share = Log(std::max(share, 0.5) / static_cast<double>(data.row_count));
  }
  return shares;
}

}  // namespace serin
