#include "core/explain/shap_path.h"

#include <algorithm>

namespace serin {

ShapPath ShapPath::CopyTo(ShapStep* room) const {
  ShapPath copy(room);
  std::copy_n(steps_, size_, room);
  copy.size_ = size_;
  return copy;
}

void ShapPath::Extend(int32_t input, double unknown, double known) {
  const size_t depth = size_++;
  steps_[depth] = {input, unknown, known, depth == 0 ? 1.0 : 0.0};
  const auto all = static_cast<double>(depth + 1);
  for (size_t i = depth; i-- > 0;) {
    steps_[i + 1].weight += known * steps_[i].weight * static_cast<double>(i + 1) / all;
    steps_[i].weight = unknown * steps_[i].weight * static_cast<double>(depth - i) / all;
  }
}

size_t ShapPath::Find(int32_t input) const {
  for (size_t i = 1; i < size_; ++i) {
    if (steps_[i].input == input) return i;
  }
  return 0;
}

// Extend puts w[j] * unknown * (depth - j) / all of each weight w[j] into weight j, and
// w[j] * known * (j + 1) / all into weight j + 1. That is solved from both ends to where the shares
// are equal: on the way there errors shrink, beyond they would grow.
template <typename Visit>
void ShapPath::SolveWithout(size_t i, Visit visit) const {
  const size_t depth = size_ - 1;
  const auto all = static_cast<double>(depth + 1);
  const double unknown = steps_[i].unknown;
  const double known = steps_[i].known;
  const double below = static_cast<double>(depth) * unknown / (known + unknown);
  const size_t middle = known == 0 ? depth : static_cast<size_t>(below);
  double from_below = 0;
  for (size_t j = 0; j < middle; ++j) {
    const double weight =
        (steps_[j].weight - from_below) * all / (unknown * static_cast<double>(depth - j));
    visit(j, weight);
    from_below = weight * known * static_cast<double>(j + 1) / all;
  }
  double from_above = steps_[depth].weight;
  for (size_t j = depth; j-- > middle;) {
    const double both = steps_[j].weight;
    const double weight = from_above * all / (known * static_cast<double>(j + 1));
    visit(j, weight);
    from_above = both - weight * unknown * static_cast<double>(depth - j) / all;
  }
}

void ShapPath::Unwind(size_t i) {
  SolveWithout(i, [this](size_t j, double weight) { steps_[j].weight = weight; });
  --size_;
  for (size_t j = i; j < size_; ++j) {
    steps_[j].input = steps_[j + 1].input;
    steps_[j].unknown = steps_[j + 1].unknown;
    steps_[j].known = steps_[j + 1].known;
  }
}

double ShapPath::SumWithout(size_t i) const {
  double sum = 0;
  SolveWithout(i, [&sum](size_t, double weight) { sum += weight; });
  return sum;
}

}  // namespace serin
