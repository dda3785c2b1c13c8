#include "core/base/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr size_t kMaxNameLength = 63;
constexpr absl::string_view kNameRule =
    "1 to 63 characters of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit";

bool IsNameCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
}

bool IsAllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::StatusOr<int32_t> ParseVersionNumber(absl::string_view field, absl::string_view text) {
  int32_t version = 0;
  if (!IsAllDigits(text) || !absl::SimpleAtoi(text, &version) || version < 1) {
    return InvalidField(
        field, absl::StrCat("version must be a whole number from 1, is ", QuoteForError(text)));
  }
  return version;
}

// Splits off what follows `@` or `/versions/`, whichever `text` has.
absl::StatusOr<VersionedRef> ParseRef(absl::string_view field, absl::string_view text,
                                      absl::string_view collection, bool aliases) {
  constexpr absl::string_view kVersions = "/versions/";
  absl::string_view rest = absl::StripPrefix(text, collection);
  VersionedRef ref;
  if (const size_t at = rest.find('@'); at != rest.npos) {
    const absl::string_view suffix = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (aliases && !IsAllDigits(suffix)) {
      SERIN_RETURN_IF_ERROR(ValidateAlias(field, suffix));
      ref.alias = std::string(suffix);
    } else {
      SERIN_ASSIGN_OR_RETURN(ref.version, ParseVersionNumber(field, suffix));
    }
  } else if (const size_t slash = rest.find(kVersions); slash != rest.npos) {
    SERIN_ASSIGN_OR_RETURN(ref.version,
                           ParseVersionNumber(field, rest.substr(slash + kVersions.size())));
    rest = rest.substr(0, slash);
  }
  SERIN_RETURN_IF_ERROR(ValidateName(field, rest));
  ref.id = std::string(rest);
  return ref;
}

absl::StatusOr<std::string> WholeResource(absl::string_view field,
                                          absl::StatusOr<VersionedRef> ref) {
  if (!ref.ok()) return ref.status();
  if (ref->names_version()) {
    return InvalidField(field, absl::StrCat("must name no version, only ", QuoteForError(ref->id)));
  }
  return std::move(ref->id);
}

}  // namespace

absl::Status ValidateName(absl::string_view field, absl::string_view name) {
  if (name.empty()) return InvalidField(field, "is required");
  const bool valid = name.size() <= kMaxNameLength && absl::ascii_isalnum(name[0]) &&
                     std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (valid) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be ", kNameRule, ", is ", QuoteForError(name)));
}

absl::Status ValidateAlias(absl::string_view field, absl::string_view alias) {
  SERIN_RETURN_IF_ERROR(ValidateName(field, alias));
  if (!IsAllDigits(alias)) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("an alias must not be a number, is ", QuoteForError(alias)));
}

absl::StatusOr<VersionedRef> ParseDatasetRef(absl::string_view field, absl::string_view text) {
  return ParseRef(field, text, "datasets/", /*aliases=*/false);
}

absl::StatusOr<VersionedRef> ParseModelRef(absl::string_view field, absl::string_view text) {
  return ParseRef(field, text, "models/", /*aliases=*/true);
}

absl::StatusOr<std::string> ParseJobName(absl::string_view field, absl::string_view text) {
  const absl::string_view id = absl::StripPrefix(text, "jobs/");
  SERIN_RETURN_IF_ERROR(ValidateName(field, id));
  return std::string(id);
}

absl::StatusOr<std::string> ParseScheduleName(absl::string_view field, absl::string_view text) {
  const absl::string_view id = absl::StripPrefix(text, "schedules/");
  SERIN_RETURN_IF_ERROR(ValidateName(field, id));
  return std::string(id);
}

absl::StatusOr<std::string> ParseDatasetName(absl::string_view field, absl::string_view text) {
  return WholeResource(field, ParseDatasetRef(field, text));
}

absl::StatusOr<std::string> ParseModelName(absl::string_view field, absl::string_view text) {
  return WholeResource(field, ParseModelRef(field, text));
}

std::string DatasetName(absl::string_view dataset) { return absl::StrCat("datasets/", dataset); }

std::string DatasetVersionName(absl::string_view dataset, int32_t version) {
  return absl::StrCat("datasets/", dataset, "/versions/", version);
}

std::string ModelName(absl::string_view model) { return absl::StrCat("models/", model); }

std::string ModelVersionName(absl::string_view model, int32_t version) {
  return absl::StrCat("models/", model, "/versions/", version);
}

std::string JobName(absl::string_view job) { return absl::StrCat("jobs/", job); }

std::string ScheduleName(absl::string_view schedule) {
  return absl::StrCat("schedules/", schedule);
}

}  // namespace serin
