#include "core/learn/golden_rows.h"

#include <algorithm>
#include <vector>

#include "core/engine/golden_rows.h"

namespace serin {
namespace {

constexpr size_t kMaxExamples = 15;

std::vector<size_t> EvenlySpaced(size_t count) {
  const size_t taken = std::min(count, kMaxExamples);
  std::vector<size_t> indexes;
  for (size_t i = 0; i < taken; ++i) indexes.push_back(i * count / taken);
  return indexes;
}

}  // namespace

absl::StatusOr<internal::v1::GoldenRows> MakeGoldenRows(const Predictor& predictor,
                                                        const Examples& examples) {
  return ScoreGoldenRows(predictor,
                         TakeFeatures(examples, EvenlySpaced(examples.labels.rows.size())));
}

}  // namespace serin
