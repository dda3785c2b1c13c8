#include "server/control/prediction_log.h"

#include <cstdint>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/storage/records.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/internal/v1/records.pb.h"
#include "server/control/keys.h"

namespace serin {
namespace {

constexpr int64_t kDefaultRetentionSeconds = int64_t{30} * 24 * 3600;
constexpr int64_t kMaxRetentionSeconds = int64_t{3653} * 24 * 3600;

// The features of all versions of the model.
absl::StatusOr<std::set<std::string>> FeaturesOf(const StoreReader& store,
                                                 absl::string_view project,
                                                 absl::string_view model) {
  std::set<std::string> features;
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(store.Scan(
      ModelVersionsPrefix(project, model), "", [&](absl::string_view key, absl::string_view value) {
        const auto record = ParseRecord<internal::v1::ModelVersionRecord>(key, value);
        parsed = record.status();
        if (!parsed.ok()) return false;
        for (const auto& column : record->version().features().columns()) {
          features.insert(column.name());
        }
        return true;
      }));
  SERIN_RETURN_IF_ERROR(parsed);
  return features;
}

// A name that is mistyped would be written for all to read. `seen`: those named before.
absl::Status CheckNames(absl::string_view field,
                        const google::protobuf::RepeatedPtrField<std::string>& names,
                        const std::set<std::string>& features, std::set<std::string>& seen) {
  for (int i = 0; i < names.size(); ++i) {
    const std::string path = absl::StrCat("prediction_log.", field, "[", i, "]");
    if (!features.contains(names[i])) {
      return InvalidField(
          path, absl::StrCat("must be a feature of the model, is ", QuoteForError(names[i]),
                             "; there are ", absl::StrJoin(features, ", ")));
    }
    if (!seen.insert(names[i]).second) {
      return InvalidField(path, absl::StrCat("must be named once, to be dropped or to be hashed; ",
                                             QuoteForError(names[i]), " is there twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckFeatures(const v1::PredictionLog& log, const std::set<std::string>& features) {
  std::set<std::string> seen;
  SERIN_RETURN_IF_ERROR(CheckNames("drop_features", log.drop_features(), features, seen));
  return CheckNames("hash_features", log.hash_features(), features, seen);
}

absl::Status CheckSampling(const v1::PredictionLog& log) {
  const double percent = log.sampling_percent();
  if (percent > 0 && percent <= 100) return absl::OkStatus();
  return InvalidField("prediction_log.sampling_percent",
                      absl::StrCat("must be above 0 and at most 100, is ", percent));
}

absl::Status CheckRetention(const google::protobuf::Duration& retention) {
  const bool positive =
      retention.seconds() > 0 || (retention.seconds() == 0 && retention.nanos() > 0);
  if (positive && retention.seconds() <= kMaxRetentionSeconds) return absl::OkStatus();
  return InvalidField(
      "prediction_log.retention",
      absl::StrCat("must be above 0 and at most 10 years, is ", retention.seconds(), " s"));
}

}  // namespace

absl::StatusOr<v1::PredictionLog> CheckPredictionLog(const StoreReader& store,
                                                     absl::string_view project,
                                                     absl::string_view model,
                                                     v1::PredictionLog log) {
  SERIN_RETURN_IF_ERROR(ValidateName("model", absl::StrCat("predictions.", model)));
  if (!log.has_sampling_percent()) log.set_sampling_percent(100);
  if (!log.has_retention()) log.mutable_retention()->set_seconds(kDefaultRetentionSeconds);
  SERIN_RETURN_IF_ERROR(CheckSampling(log));
  SERIN_RETURN_IF_ERROR(CheckRetention(log.retention()));
  SERIN_ASSIGN_OR_RETURN(const std::set<std::string> features, FeaturesOf(store, project, model));
  SERIN_RETURN_IF_ERROR(CheckFeatures(log, features));
  return log;
}

}  // namespace serin
