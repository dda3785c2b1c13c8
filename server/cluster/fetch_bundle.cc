#include "server/cluster/fetch_bundle.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "server/rpc/status.h"

namespace serin {

absl::StatusOr<std::string> BundleFetcher::Fetch(const std::string& project,
                                                 const std::string& sha256) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return absl::CancelledError("this process is stopping");
    under_way_.insert(&context);
  }
  absl::StatusOr<std::string> bytes = Read(context, project, sha256);
  absl::MutexLock lock(&mutex_);
  under_way_.erase(&context);
  return bytes;
}

absl::StatusOr<std::string> BundleFetcher::Read(grpc::ClientContext& context,
                                                const std::string& project,
                                                const std::string& sha256) {
  internal::v1::FetchBundleRequest request;
  request.set_project(project);
  request.set_bundle_sha256(sha256);
  const auto stream = control_->FetchBundle(&context, request);
  std::string bytes;
  internal::v1::FetchBundleResponse response;
  while (stream->Read(&response)) bytes += response.chunk();
  SERIN_RETURN_IF_ERROR(FromGrpc(stream->Finish()));
  if (const std::string actual = Sha256Hex(bytes); actual != sha256) {
    return absl::DataLossError(absl::StrCat("bundle ", sha256, " arrived as ", bytes.size(),
                                            " bytes with SHA-256 ", actual));
  }
  return bytes;
}

void BundleFetcher::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  for (grpc::ClientContext* context : under_way_) context->TryCancel();
}

}  // namespace serin
