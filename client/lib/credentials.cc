#include "client/lib/credentials.h"

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// gRPC would take any file, and fail at the first call without saying why.
absl::StatusOr<std::string> ReadCertificates(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("tls.ca_file: ", path, " cannot be read"));
  }
  if (!absl::StrContains(text.str(), "-----BEGIN CERTIFICATE-----")) {
    return absl::InvalidArgumentError(
        absl::StrCat("tls.ca_file: ", path, " has no certificate in PEM"));
  }
  return text.str();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const std::optional<TlsOptions>& tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  if (!tls->ca_file.empty()) {
    SERIN_ASSIGN_OR_RETURN(options.pem_root_certs, ReadCertificates(tls->ca_file));
  }
  return grpc::SslCredentials(options);
}

}  // namespace serin
