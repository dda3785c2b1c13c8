#include "server/predict/called_version.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

// The model that the call names: in the message, or in the metadata by which the proxy chose its
// version. Where the two differ, the version would be another model's.
absl::StatusOr<VersionedRef> ModelOf(absl::string_view routed_by, const ModelQuery& query) {
  if (query.model.empty() && !routed_by.empty()) return ParseModelRef(kModelKey, routed_by);
  if (!routed_by.empty() && routed_by != query.model) {
    return InvalidField(query.model_field, absl::StrCat("must be as in the metadata ", kModelKey,
                                                        ", ", QuoteForError(routed_by), ", is ",
                                                        QuoteForError(query.model)));
  }
  return ParseModelRef(query.model_field, query.model);
}

absl::StatusOr<int32_t> NumberFrom(absl::string_view field, absl::string_view text) {
  int32_t version = 0;
  if (absl::SimpleAtoi(text, &version) && version > 0) return version;
  return InvalidField(field, absl::StrCat("must be a version number, is ", QuoteForError(text)));
}

absl::StatusOr<int32_t> AnsweringVersion(absl::string_view chosen, const ModelQuery& query,
                                         const VersionedRef& ref) {
  if (!chosen.empty()) return NumberFrom(kVersionKey, chosen);
  if (ref.version != 0) return ref.version;
  if (!query.version.empty() && ref.alias.empty()) return NumberFrom("version", query.version);
  return absl::FailedPreconditionError(
      "this is a predictor, which does not know the traffic; calls that pin no version go through "
      "the proxy");
}

}  // namespace

absl::StatusOr<CalledVersion> CalledVersionOf(const grpc::ServerContextBase& context,
                                              const ModelQuery& query) {
  CalledVersion called;
  SERIN_ASSIGN_OR_RETURN(called.project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ModelOf(MetadataOf(context, kModelKey), query));
  SERIN_ASSIGN_OR_RETURN(called.version,
                         AnsweringVersion(MetadataOf(context, kVersionKey), query, ref));
  called.model = ref.id;
  return called;
}

}  // namespace serin
