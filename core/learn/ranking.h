#ifndef SERIN_CORE_LEARN_RANKING_H_
#define SERIN_CORE_LEARN_RANKING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace serin {

// How often each row counts.
using RowWeights = std::vector<uint32_t>;

// Rows by falling score, for what is said of a class by moving a threshold through its scores.
class Ranking {
 public:
  // One score and one truth per row; fewer than 2^32.
  Ranking(const std::vector<double>& scores, const std::vector<bool>& positive);

  struct Areas {
    // Nothing where no positive or no negative counts.
    std::optional<double> roc;
    // Average precision; likewise.
    std::optional<double> precision_recall;
  };

  // The probability that a positive row scores higher than a negative one, where equal scores count
  // half (Hanley and McNeil 1982), and the sum of precision times gain in recall over the
  // thresholds. `weights` has one per row.
  Areas MeasureAreas(const RowWeights& weights) const;

  // Rows that are found when all at or above a threshold are taken.
  struct Point {
    double threshold;
    int64_t positives;
    int64_t negatives;
  };

  // One per different score, falling.
  std::vector<Point> Points() const;

 private:
  struct Row {
    uint32_t index;
    bool positive;
    bool last;  // The next row scores less.
  };

  std::vector<Row> rows_;
  std::vector<double> thresholds_;  // One per row that is `last`.
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_RANKING_H_
