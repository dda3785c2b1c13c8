#ifndef SERIN_CORE_LEARN_MEAN_OF_AREAS_H_
#define SERIN_CORE_LEARN_MEAN_OF_AREAS_H_

#include <optional>

namespace serin {

// The mean of the classes' areas; nothing where a class has none.
class MeanOfAreas {
 public:
  void Add(const std::optional<double>& area) {
    ++count_;
    defined_ = defined_ && area.has_value();
    sum_ += area.value_or(0);
  }

  std::optional<double> Get() const {
    if (!defined_ || count_ == 0) return std::nullopt;
    return sum_ / count_;
  }

 private:
  double sum_ = 0;
  int count_ = 0;
  bool defined_ = true;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MEAN_OF_AREAS_H_
