#include "server/worker/accepted_dataset.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "server/rpc/call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(30);

}  // namespace

absl::StatusOr<v1::DatasetVersion> AcceptedDataset::Find(
    v1::DatasetService::StubInterface& datasets) const {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
  SetProject(context, project_);
  v1::GetDatasetVersionRequest request;
  request.set_name(name_);
  v1::DatasetVersion version;
  const absl::Status found = FromGrpc(datasets.GetDatasetVersion(&context, request, &version));
  SERIN_RETURN_IF_ERROR(Explain(found));
  const absl::Time made = FromProto(version.create_time());
  if (!create_time_ || made == *create_time_) return version;
  return absl::FailedPreconditionError(absl::StrCat(
      name_, " has been deleted and made again (at ",
      absl::FormatTime(absl::RFC3339_sec, made, absl::UTCTimeZone()),
      ") since the job was accepted; a job that is to read what has that name now has to be asked "
      "for again"));
}

absl::Status AcceptedDataset::Explain(const absl::Status& error) const {
  if (!absl::IsNotFound(error)) return error;
  return absl::FailedPreconditionError(
      absl::StrCat(name_, " has been deleted since the job was accepted"));
}

}  // namespace serin
