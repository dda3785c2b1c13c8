#include "server/predict/feature_index.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// The first names, so that a message about a model with thousands of features stays readable.
std::string NamesOf(const v1::Schema& features) {
  constexpr int kShown = 20;
  std::string names;
  for (int i = 0; i < features.columns_size() && i < kShown; ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", features.columns(i).name());
  }
  const int hidden = features.columns_size() - kShown;
  if (hidden > 0) absl::StrAppend(&names, " and ", hidden, " more");
  return names;
}

}  // namespace

FeatureIndex::FeatureIndex(v1::Schema features, absl::string_view target)
    : features_(std::move(features)), target_(target) {
  positions_.reserve(size());
  for (size_t i = 0; i < size(); ++i) positions_.emplace((*this)[i].name(), i);
}

std::optional<size_t> FeatureIndex::Find(absl::string_view name) const {
  const auto it = positions_.find(name);
  if (it == positions_.end()) return std::nullopt;
  return it->second;
}

std::string FeatureIndex::WhyUnknown(absl::string_view name) const {
  if (name == target_) return "is what the model predicts; leave it out";
  return absl::StrCat("the model has no such feature; its features are ", NamesOf(features_));
}

}  // namespace serin
