#include "server/http/listening_socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/http/target.h"

namespace serin {
namespace {

constexpr int kBacklog = 4096;

absl::Status CannotListen(absl::string_view address, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", why));
}

// "192.0.2.1:80", "[::1]:80" or "unix:".
std::string Describe(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
    return absl::StrCat(text, ":", ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
    return absl::StrCat("[", text, "]:", ntohs(v6.sin6_port));
  }
  return "unix:";
}

int PortOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

// Returns the errno, 0 if it listens.
int BindAndListen(int fd, const sockaddr* address, socklen_t length) {
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool listens = bind(fd, address, length) == 0 && listen(fd, kBacklog) == 0;
  return listens ? 0 : errno;
}

UniqueFd MakeSocket(int family) {
  return UniqueFd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

absl::StatusOr<UniqueFd> BindUnix(const std::string& path) {
  sockaddr_un address = {.sun_family = AF_UNIX};
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("unix:", path, ": the path is too long"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  UniqueFd fd = MakeSocket(AF_UNIX);
  int error = BindAndListen(fd.get(), generic, sizeof(address));
  if (error == EADDRINUSE && connect(MakeSocket(AF_UNIX).get(), generic, sizeof(address)) != 0 &&
      errno == ECONNREFUSED) {
    unlink(path.c_str());  // Of a process that is gone.
    fd = MakeSocket(AF_UNIX);
    error = BindAndListen(fd.get(), generic, sizeof(address));
  }
  if (error != 0) return CannotListen(absl::StrCat("unix:", path), std::strerror(error));
  return fd;
}

absl::StatusOr<UniqueFd> BindTcp(absl::string_view text, const Target& target) {
  const addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
  if (failed != 0) return CannotListen(text, gai_strerror(failed));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  UniqueFd fd = MakeSocket(found->ai_family);
  const int error = BindAndListen(fd.get(), found->ai_addr, found->ai_addrlen);
  if (error != 0) return CannotListen(text, std::strerror(error));
  return fd;
}

}  // namespace

absl::StatusOr<ListeningSocket> ListeningSocket::Bind(absl::string_view address) {
  absl::StatusOr<Target> target = ParseTarget(address);
  if (!target.ok()) return target.status();
  const bool is_unix = !target->path.empty();
  absl::StatusOr<UniqueFd> fd = is_unix ? BindUnix(target->path) : BindTcp(address, *target);
  if (!fd.ok()) return fd.status();
  sockaddr_storage bound = {};
  socklen_t length = sizeof(bound);
  getsockname(fd->get(), reinterpret_cast<sockaddr*>(&bound), &length);
  return ListeningSocket(*std::move(fd),
                         is_unix ? absl::StrCat("unix:", target->path) : Describe(bound),
                         PortOf(bound));
}

absl::StatusOr<AcceptedSocket> ListeningSocket::Accept() {
  while (true) {
    sockaddr_storage peer = {};
    socklen_t length = sizeof(peer);
    UniqueFd fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &length,
                        SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.get() >= 0) return AcceptedSocket{std::move(fd), Describe(peer)};
    if (errno == ECONNABORTED || errno == EINTR) continue;  // A peer that was gone again.
    if (errno == EAGAIN) return absl::UnavailableError("nobody waits");
    return absl::ResourceExhaustedError(std::strerror(errno));
  }
}

}  // namespace serin
