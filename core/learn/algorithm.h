#ifndef SERIN_CORE_LEARN_ALGORITHM_H_
#define SERIN_CORE_LEARN_ALGORITHM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/hyperparameters.h"
#include "core/learn/training_inputs.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/algorithm.pb.h"

// The inside of an algorithm. A new one is a file with a function that returns an Algorithm, and a
// line in algorithms.cc.

namespace serin {

// What an algorithm takes by default; a specification can ask for other encodings.
enum class InputKind {
  // No gaps, comparable scales: numbers are standardised and filled with their mean, categories
  // become one input each.
  kStandardised,
  // Gaps (NaN) and any scale: numbers stay as they are, categories become their index.
  kRaw,
};

// Whether inputs of this kind may be NaN.
inline bool TakesGaps(InputKind kind) { return kind == InputKind::kRaw; }

// What an estimator is fitted on.
struct TrainingSet {
  size_t row_count = 0;
  size_t input_count = 0;
  std::vector<double> inputs;  // row_count x input_count, row by row.
  // Per row the index of the class, or the number to predict.
  std::vector<double> targets;
  size_t class_count = 0;  // 0: regression.
  // One per input.
  std::vector<TrainingInput> columns;
};

// One step of an iterative fit.
struct Iteration {
  int number;   // From 1.
  int planned;  // There may be fewer.
  // On the training set, in the unit that the algorithm minimises; not after each step where that
  // would cost much, and not of those, such as forests, that do not minimise step by step.
  std::optional<double> loss = std::nullopt;
  // The same on the rows that early stopping looks at, where there are such.
  std::optional<double> validation_loss = std::nullopt;
};

// Hears of each iteration; returns false to stop.
using IterationSink = std::function<bool(const Iteration&)>;

struct Algorithm {
  v1::Algorithm description;
  InputKind inputs;
  // Fits an estimator and puts it into `model`. The task is one of description.tasks, and every
  // class has a row. CANCELLED when the sink says so.
  absl::Status (*fit)(const TrainingSet& data, const Hyperparameters& hyperparameters,
                      uint64_t seed, const IterationSink& sink, internal::v1::Predictor* model);
};

// In order of their names.
const std::vector<Algorithm>& Algorithms();

// The algorithm of this name, or null.
const Algorithm* FindAlgorithm(absl::string_view name);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_ALGORITHM_H_
