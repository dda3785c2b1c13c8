#include "server/http/resolver.h"

#include <utility>

// Boost 1.74 needs <utility> before it.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

using boost::asio::ip::tcp;

SocketAddress AddressOf(const tcp::endpoint& endpoint) {
  SocketAddress address = {.size = static_cast<socklen_t>(endpoint.size())};
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return address;
}

absl::StatusOr<std::vector<SocketAddress>> LookUp(tcp::resolver* resolver, const std::string& host,
                                                  const std::string& port) {
  boost::system::error_code error;
  const tcp::resolver::results_type found = resolver->resolve(host, port, error);
  if (error) return absl::UnavailableError(absl::StrCat("no such host: ", error.message()));
  std::vector<SocketAddress> addresses;
  for (const auto& entry : found) addresses.push_back(AddressOf(entry.endpoint()));
  return addresses;
}

}  // namespace

Resolver::Resolver(EventLoop* loop)
    : loop_(*loop), thread_(std::make_unique<boost::asio::thread_pool>(1)) {}

Resolver::~Resolver() { thread_->stop(); }

void Resolver::Resolve(std::string host, std::string port, Done done) {
  boost::asio::post(*thread_, [thread = thread_.get(), loop = &loop_, host = std::move(host),
                               port = std::move(port), done = std::move(done)]() mutable {
    tcp::resolver resolver(*thread);
    loop->Post([done = std::move(done), found = LookUp(&resolver, host, port)] { done(found); });
  });
}

}  // namespace serin
