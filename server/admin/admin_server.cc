#include "server/admin/admin_server.h"

#include <CivetServer.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"

namespace serin {
namespace {

constexpr char kPrometheusText[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kPlainText[] = "text/plain; charset=utf-8";

void Reply(mg_connection* connection, absl::string_view status, const char* content_type,
           const std::string& body) {
  const std::string head =
      absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Type: ", content_type,
                   "\r\nContent-Length: ", body.size(), "\r\nCache-Control: no-store\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  mg_write(connection, body.data(), body.size());
}

class MetricsHandler final : public CivetHandler {
 public:
  explicit MetricsHandler(prometheus::Registry* registry) : registry_(registry) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    Reply(connection, "200 OK", kPrometheusText,
          prometheus::TextSerializer().Serialize(registry_->Collect()));
    return true;
  }

 private:
  prometheus::Registry* const registry_;
};

class HealthHandler final : public CivetHandler {
 public:
  explicit HealthHandler(ReadyCheck ready) : ready_(std::move(ready)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    const absl::Status status = ready_();
    if (status.ok()) {
      Reply(connection, "200 OK", kPlainText, "ok\n");
    } else {
      Reply(connection, "503 Service Unavailable", kPlainText,
            absl::StrCat(status.message(), "\n"));
    }
    return true;
  }

 private:
  const ReadyCheck ready_;
};

// Connects to a port of this machine and hangs up. Whether that works does not matter.
void Knock(const std::string& address, int port) {
  sockaddr_in peer = {};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  if (inet_pton(AF_INET, address.c_str(), &peer.sin_addr) == 1) {
    (void)connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer));
  }
  close(fd);
}

// civetweb's options are a list of names and values in turn.
std::vector<std::string> CivetOptions(const AdminOptions& options) {
  return {"listening_ports",    absl::StrCat(options.address, ":", options.port),
          "num_threads",        "2",
          "request_timeout_ms", "5000",
          "enable_keep_alive",  "no"};
}

}  // namespace

class AdminServer::Http {
 public:
  // Throws CivetException if it cannot listen.
  Http(const AdminOptions& options, prometheus::Registry* registry, ReadyCheck ready)
      : address_(options.address),
        metrics_(registry),
        health_(std::move(ready)),
        server_(CivetOptions(options)) {
    server_.addHandler("/metrics$", metrics_);
    server_.addHandler("/healthz$", health_);
  }

  // civetweb 1.15 looks whether it is to stop only when a connection arrives, or every 2 s
  // (github.com/civetweb/civetweb/issues/1163): connections are made until it has.
  ~Http() {
    const int port = this->port();
    absl::Notification closed;
    std::thread closer([&] {
      server_.close();
      closed.Notify();
    });
    while (!closed.WaitForNotificationWithTimeout(absl::Milliseconds(5))) Knock(address_, port);
    closer.join();
  }

  int port() { return server_.getListeningPorts().at(0); }

 private:
  const std::string address_;
  MetricsHandler metrics_;
  HealthHandler health_;
  CivetServer server_;  // Last: stops before its handlers go.
};

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(const AdminOptions& options,
                                                                prometheus::Registry* registry,
                                                                ReadyCheck ready) {
  try {
    auto http = std::make_unique<Http>(options, registry, std::move(ready));
    const int port = http->port();
    return std::unique_ptr<AdminServer>(new AdminServer(std::move(http), port));
  } catch (const CivetException&) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.address, ":", options.port,
                     " for /metrics: is the port in use? Choose another with --admin_port"));
  }
}

AdminServer::AdminServer(std::unique_ptr<Http> http, int port)
    : http_(std::move(http)), port_(port) {}
AdminServer::~AdminServer() = default;

}  // namespace serin
