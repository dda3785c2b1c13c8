#ifndef SERIN_CORE_INTERCHANGE_IMPORTED_MODEL_H_
#define SERIN_CORE_INTERCHANGE_IMPORTED_MODEL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What an importer makes of a file, before the caller has said how the columns are called.
struct ImportedModel {
  // Complete but for the target. Features and classes are named as the file has them, else by their
  // number.
  internal::v1::Predictor predictor;
  // What wrote the file, as far as it says: such as xgboost 1.7.4.
  std::string producer;
  // What is to be known of its answers, a sentence each.
  std::vector<std::string> warnings;
};

// More columns than any table has that Serin takes, and few enough to be made of a number in a
// file.
inline constexpr int kMaxImportedFeatures = 100'000;
inline constexpr int kMaxImportedClasses = 10'000;

// Adds a feature that goes into the model as the number that it is.
void AddNumber(absl::string_view name, internal::v1::Predictor* predictor);

// The labels 0, 1, ... of a classification.
void NumberClasses(int count, internal::v1::Predictor* predictor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_IMPORTED_MODEL_H_
