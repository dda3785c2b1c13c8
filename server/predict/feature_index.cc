#include "server/predict/feature_index.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/table/schema.h"

namespace serin {
namespace {

std::vector<std::string> NamesOf(const v1::Schema& features) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& feature : features.columns()) names.push_back(feature.name());
  return names;
}

}  // namespace

FeatureIndex::FeatureIndex(v1::Schema features, absl::string_view target)
    : features_(std::move(features)), target_(target), positions_(NamesOf(features_)) {}

std::string FeatureIndex::WhyUnknown(absl::string_view name) const {
  if (name == target_) return "is what the model predicts; leave it out";
  return absl::StrCat("the model has no such feature; its features are ",
                      ListColumnNames(features_));
}

}  // namespace serin
