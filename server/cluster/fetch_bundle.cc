#include "server/cluster/fetch_bundle.h"

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "server/rpc/status.h"

namespace serin {

absl::StatusOr<std::string> FetchBundle(internal::v1::ClusterService::StubInterface& control,
                                        const std::string& project, const std::string& sha256,
                                        absl::Duration timeout) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  internal::v1::FetchBundleRequest request;
  request.set_project(project);
  request.set_bundle_sha256(sha256);
  const auto stream = control.FetchBundle(&context, request);
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

}  // namespace serin
