#include "benchmarks/load/h2/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "absl/strings/numbers.h"

namespace serin::load {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::cerr << what << ": " << std::strerror(errno) << std::endl;
  std::exit(1);
}

void Prepare(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

sockaddr_in AddressOf(const std::string& host, int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) Die("no IPv4 address: " + host);
  return address;
}

}  // namespace

int Listen(int* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = AddressOf("127.0.0.1", 0);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, 1024) != 0) Die("listen");
  getsockname(fd, generic, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

int Accept(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) Prepare(fd);
  return fd;
}

int Connect(const std::string& target) {
  const size_t colon = target.rfind(':');
  int port = 0;
  if (colon == target.npos || !absl::SimpleAtoi(target.substr(colon + 1), &port)) {
    Die("not HOST:PORT: " + target);
  }
  const sockaddr_in address = AddressOf(target.substr(0, colon), port);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Die("connect to " + target);
  }
  Prepare(fd);
  return fd;
}

void AllowOpenFiles(size_t count) {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = count;
  if (limit.rlim_max < count) limit.rlim_max = count;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) Die("too few open files are allowed");
}

}  // namespace serin::load
