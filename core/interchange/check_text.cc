#include "core/interchange/check_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr size_t kMaxNameBytes = 256;

using Strings = google::protobuf::RepeatedPtrField<std::string>;

absl::Status CheckUtf8(absl::string_view what, absl::string_view text) {
  if (IsUtf8(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("model: ", what, " is not UTF-8"));
}

absl::Status CheckName(absl::string_view what, const std::string& name) {
  SERIN_RETURN_IF_ERROR(CheckUtf8(what, name));
  if (name.size() <= kMaxNameBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("model: ", what, " is longer than ", kMaxNameBytes, " bytes"));
}

absl::Status CheckAll(absl::string_view what, const Strings& texts) {
  for (const std::string& text : texts) SERIN_RETURN_IF_ERROR(CheckUtf8(what, text));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckText(const internal::v1::Predictor& predictor) {
  for (const v1::ColumnSchema& column : predictor.features().columns()) {
    SERIN_RETURN_IF_ERROR(CheckName("the name of a feature", column.name()));
  }
  SERIN_RETURN_IF_ERROR(CheckName("the name of the target", predictor.target().name()));
  SERIN_RETURN_IF_ERROR(CheckAll("a class", predictor.classes()));
  for (const internal::v1::ColumnTransform& transform : predictor.pipeline().columns()) {
    SERIN_RETURN_IF_ERROR(CheckAll("a category", transform.one_hot().categories()));
    SERIN_RETURN_IF_ERROR(CheckAll("a category", transform.category_code().categories()));
    SERIN_RETURN_IF_ERROR(CheckAll("a category", transform.target_mean().categories()));
  }
  return absl::OkStatus();
}

}  // namespace serin
