#include "server/proxy/json/model_target.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

absl::Status ValidateVersion(const std::string& version) {
  int32_t number = 0;
  if (absl::SimpleAtoi(version, &number) && number > 0) return absl::OkStatus();
  return InvalidField("version",
                      absl::StrCat("must be a number from 1, is ", QuoteForError(version)));
}

}  // namespace

std::string ModelTarget::name() const {
  if (!version.empty()) return absl::StrCat("models/", model, "/versions/", version);
  if (!alias.empty()) return absl::StrCat("models/", model, "@", alias);
  return absl::StrCat("models/", model);
}

absl::StatusOr<ModelTarget> TakeModelTarget(absl::Span<const std::string>* segments) {
  ModelTarget target;
  if (segments->empty()) return InvalidField("model", "must be named in the path");
  target.model = segments->front();
  SERIN_RETURN_IF_ERROR(ValidateName("model", target.model));
  segments->remove_prefix(1);
  if (segments->size() < 2) return target;
  const std::string& what = (*segments)[0];
  if (what == "versions") {
    target.version = (*segments)[1];
    SERIN_RETURN_IF_ERROR(ValidateVersion(target.version));
  } else if (what == "labels") {
    target.alias = (*segments)[1];
    SERIN_RETURN_IF_ERROR(ValidateAlias("label", target.alias));
  } else {
    return target;
  }
  segments->remove_prefix(2);
  return target;
}

}  // namespace serin
