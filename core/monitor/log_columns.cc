#include "core/monitor/log_columns.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace serin {
namespace {

constexpr absl::string_view kFeaturePrefix = "feature_";
constexpr std::array kOwn = {kLogTime,    kLogPredictionId, kLogRow,    kLogRequestId,
                             kLogVersion, kLogKey,          kLogCaller, kLogLatency,
                             kFeedbackId, kFeedbackLabel};

bool IsOwn(absl::string_view column) {
  return std::find(kOwn.begin(), kOwn.end(), column) != kOwn.end() ||
         absl::StartsWith(column, kLogPrediction) || absl::StartsWith(column, kLogProbability);
}

// COLUMN_TYPE_CATEGORY: category
std::string ShortName(v1::ColumnType type) {
  const std::string name = v1::ColumnType_Name(type);
  return absl::AsciiStrToLower(absl::StripPrefix(name, "COLUMN_TYPE_"));
}

}  // namespace

std::string PredictionsDataset(absl::string_view model) {
  return absl::StrCat("predictions.", model);
}

std::string FeedbackDataset(absl::string_view model) { return absl::StrCat("feedback.", model); }

std::string ColumnOfFeature(absl::string_view feature) {
  if (!IsOwn(feature) && !absl::StartsWith(feature, kFeaturePrefix)) return std::string(feature);
  return absl::StrCat(kFeaturePrefix, feature);
}

absl::string_view FeatureOfColumn(absl::string_view column) {
  return IsOwn(column) ? "" : absl::StripPrefix(column, kFeaturePrefix);
}

v1::Schema FitIntoDataset(const v1::Schema& rows, const v1::Schema& dataset) {
  absl::flat_hash_map<std::string, v1::ColumnType> known;
  for (const auto& column : dataset.columns()) known[column.name()] = column.type();
  absl::flat_hash_set<std::string> used;
  const auto fits = [&](const std::string& name, v1::ColumnType type) {
    const auto found = known.find(name);
    return (found == known.end() || found->second == type) && !used.contains(name);
  };
  v1::Schema fitted = rows;
  for (v1::ColumnSchema& column : *fitted.mutable_columns()) {
    std::string name = column.name();
    for (int number = 1; !fits(name, column.type()); ++number) {
      name = absl::StrCat(column.name(), "_", ShortName(column.type()));
      if (number > 1) absl::StrAppend(&name, number);
    }
    used.insert(name);
    column.set_name(name);
  }
  return fitted;
}

}  // namespace serin
