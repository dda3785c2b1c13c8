#include "core/transform/stratum_sizes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace serin {
namespace {

// Gives each part its whole rows, then what is left of the stratum one by one to the parts that are
// owed most. `owed` is what each part lacks of its share of the strata so far.
std::vector<int64_t> SizesOf(int64_t rows, const std::vector<double>& fractions,
                             std::vector<double>* owed) {
  std::vector<int64_t> sizes;
  int64_t left = rows;
  for (size_t part = 0; part < fractions.size(); ++part) {
    const double share = fractions[part] * static_cast<double>(rows);
    sizes.push_back(std::min(static_cast<int64_t>(std::floor(share)), left));
    left -= sizes.back();
    (*owed)[part] += share - static_cast<double>(sizes.back());
  }
  std::vector<size_t> parts(fractions.size());
  std::iota(parts.begin(), parts.end(), size_t{0});
  std::stable_sort(parts.begin(), parts.end(),
                   [&](size_t a, size_t b) { return (*owed)[a] > (*owed)[b]; });
  for (size_t next = 0; left > 0; next = (next + 1) % parts.size(), --left) {
    ++sizes[parts[next]];
    (*owed)[parts[next]] -= 1;
  }
  return sizes;
}

}  // namespace

std::vector<std::vector<int64_t>> StratumSizes(const std::vector<int64_t>& stratum_rows,
                                               const std::vector<double>& fractions) {
  std::vector<double> owed(fractions.size(), 0);
  std::vector<std::vector<int64_t>> sizes;
  sizes.reserve(stratum_rows.size());
  for (const int64_t rows : stratum_rows) sizes.push_back(SizesOf(rows, fractions, &owed));
  return sizes;
}

}  // namespace serin
