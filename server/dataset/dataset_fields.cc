#include "server/dataset/dataset_fields.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr size_t kMaxDescriptionBytes = 4096;
constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxLabelBytes = 256;

absl::Status CheckBytes(absl::string_view field, absl::string_view text, size_t limit) {
  if (text.size() <= limit) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("must have at most ", limit, " bytes, has ", text.size()));
}

absl::Status ValidateLabelKey(const std::string& field, const std::string& key) {
  SERIN_RETURN_IF_ERROR(ValidateName(field, key));
  if (absl::ascii_isalpha(static_cast<unsigned char>(key[0]))) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must begin with a letter, is '", key, "'"));
}

absl::Status ValidateAge(absl::string_view field, const google::protobuf::Duration& age) {
  constexpr int64_t kMaxSeconds = 315'576'000'000;  // google/protobuf/duration.proto.
  const bool positive = age.seconds() >= 0 && age.nanos() >= 0 && age.seconds() + age.nanos() > 0;
  if (positive && age.seconds() <= kMaxSeconds && age.nanos() <= 999'999'999) {
    return absl::OkStatus();
  }
  return InvalidField(field, absl::StrCat("must be more than 0 and at most ", kMaxSeconds,
                                          " seconds, is ", age.seconds(), " s and ", age.nanos(),
                                          " ns; leave it out to keep rows of any age"));
}

}  // namespace

absl::Status ValidateDescription(absl::string_view field, absl::string_view description) {
  return CheckBytes(field, description, kMaxDescriptionBytes);
}

absl::Status ValidateLabels(absl::string_view field,
                            const google::protobuf::Map<std::string, std::string>& labels) {
  if (labels.size() > kMaxLabels) {
    return InvalidField(field,
                        absl::StrCat("must be at most ", kMaxLabels, ", are ", labels.size()));
  }
  for (const auto& [key, value] : labels) {
    SERIN_RETURN_IF_ERROR(ValidateLabelKey(absl::StrCat(field, ".key"), key));
    SERIN_RETURN_IF_ERROR(
        CheckBytes(absl::StrCat(field, "[\"", key, "\"]"), value, kMaxLabelBytes));
  }
  return absl::OkStatus();
}

absl::Status ValidateRetention(absl::string_view field, const v1::Retention& retention) {
  if (retention.has_max_age()) {
    SERIN_RETURN_IF_ERROR(ValidateAge(absl::StrCat(field, ".max_age"), retention.max_age()));
  }
  if (retention.max_bytes() < 0) {
    return InvalidField(absl::StrCat(field, ".max_bytes"),
                        absl::StrCat("must not be negative, is ", retention.max_bytes()));
  }
  if (retention.max_rows() < 0) {
    return InvalidField(absl::StrCat(field, ".max_rows"),
                        absl::StrCat("must not be negative, is ", retention.max_rows()));
  }
  return absl::OkStatus();
}

}  // namespace serin
