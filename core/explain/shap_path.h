#ifndef SERIN_CORE_EXPLAIN_SHAP_PATH_H_
#define SERIN_CORE_EXPLAIN_SHAP_PATH_H_

#include <cstddef>
#include <cstdint>

namespace serin {

// An input that splits a way down a tree.
struct ShapStep {
  // Stands before the first step, for there is a set of inputs that has none.
  static constexpr int32_t kNoInput = -1;

  int32_t input = kNoInput;
  // Share of the training rows that go this way, where the input is not known.
  double unknown = 1;
  // 1 if the row itself goes this way, else 0. Never 0 together with `unknown`.
  double known = 1;
  // Of all ways to choose so many of the path's inputs as there are steps before this one: the sum
  // of what reaches the path's end, each weighed by its share of the orders of the inputs.
  double weight = 1;
};

// The different inputs on a way down a tree, with the sums that Shapley values are made of: EXTEND
// and UNWIND of Lundberg, Erion and Lee, "Consistent Individualized Feature Attribution for Tree
// Ensembles", 2018, algorithm 2, but for the way UNWIND is solved, which loses no digits on paths
// of any length. A view of steps that lie elsewhere.
class ShapPath {
 public:
  // `steps` has room for one more than are ever added.
  explicit ShapPath(ShapStep* steps) : steps_(steps) {}

  // The same path where `room` begins; what is done there does not change this one.
  ShapPath CopyTo(ShapStep* room) const;

  size_t size() const { return size_; }
  const ShapStep& operator[](size_t i) const { return steps_[i]; }
  // The first element that is not in use.
  ShapStep* end() const { return steps_ + size_; }

  // Adds a step; an input that is on the path already has been taken off before.
  void Extend(int32_t input, double unknown, double known);

  // Where the input is on the path, 0 if it is not.
  size_t Find(int32_t input) const;

  // Undoes the Extend of step `i` > 0.
  void Unwind(size_t i);

  // The sum of the weights that the path would have without step `i` > 0.
  double SumWithout(size_t i) const;

 private:
  // Calls visit(j, weight) with each weight that the path would have without step `i`; what it does
  // to the weight of step j is not looked at any more.
  template <typename Visit>
  void SolveWithout(size_t i, Visit visit) const;

  ShapStep* steps_;
  size_t size_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_SHAP_PATH_H_
