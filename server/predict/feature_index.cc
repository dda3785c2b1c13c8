#include "server/predict/feature_index.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/table/schema.h"

namespace serin {
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
  return absl::StrCat("the model has no such feature; its features are ",
                      ListColumnNames(features_));
}

}  // namespace serin
