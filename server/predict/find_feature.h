#ifndef SERIN_SERVER_PREDICT_FIND_FEATURE_H_
#define SERIN_SERVER_PREDICT_FIND_FEATURE_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "server/predict/feature_index.h"

namespace serin {

// As FeatureIndex::Find; without hashing if the name is that of feature `guess`, which it mostly is
// where callers keep to the model's order.
inline std::optional<size_t> FindFeature(const FeatureIndex& features, size_t guess,
                                         absl::string_view name) {
  if (features[guess].name() == name) return guess;
  return features.Find(name);
}

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_FIND_FEATURE_H_
