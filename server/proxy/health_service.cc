#include "server/proxy/health_service.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "server/rpc/call.h"

namespace serin {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// One Watch. It sends the state whenever it differs from what it sent last; changes that come while
// a write is under way are merged into the newest. All but the reactions need the service's mutex.
class HealthService::Watcher final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(HealthService* service, bool known) : service_(*service), known_(known) {}

  // Sends what is to be sent, or ends the call if it is to end.
  void Update() {
    if (writing_ || finished_) return;
    const ServingStatus status = service_.StatusOf(known_);
    if (!cancelled_ && status != sent_) {
      Send(status);
    } else if (cancelled_ || service_.shut_down_) {
      finished_ = true;
      Finish(cancelled_ ? grpc::Status::CANCELLED
                        : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping"));
    }
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&service_.mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    Update();
  }

  void OnCancel() override {
    absl::MutexLock lock(&service_.mutex_);
    cancelled_ = true;
    Update();
  }

  void OnDone() override {
    {
      absl::MutexLock lock(&service_.mutex_);
      service_.watchers_.erase(this);
    }
    delete this;
  }

 private:
  void Send(ServingStatus status) {
    sent_ = status;
    writing_ = true;
    response_.set_status(status);
    StartWrite(&response_);
  }

  HealthService& service_;
  const bool known_;
  HealthCheckResponse response_;
  std::optional<ServingStatus> sent_;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

HealthService::HealthService(const std::vector<std::string>& services)
    : services_([&] {
        std::set<std::string> names(services.begin(), services.end());
        names.insert("");
        return names;
      }()) {}

bool HealthService::serving() {
  absl::MutexLock lock(&mutex_);
  return serving_;
}

HealthService::ServingStatus HealthService::StatusOf(bool known) const {
  if (!known) return HealthCheckResponse::SERVICE_UNKNOWN;
  return serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void HealthService::NotifyAll() {
  for (Watcher* watcher : watchers_) watcher->Update();
}

void HealthService::SetServing(bool serving) {
  absl::MutexLock lock(&mutex_);
  serving_ = serving && !shut_down_;
  NotifyAll();
}

void HealthService::Shutdown() {
  absl::MutexLock lock(&mutex_);
  serving_ = false;
  shut_down_ = true;
  NotifyAll();
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  if (services_.count(request->service()) == 0) {
    return Finish(context, ResourceNotFound(absl::StrCat("service ", request->service())));
  }
  absl::MutexLock lock(&mutex_);
  response->set_status(StatusOf(/*known=*/true));
  return Finish(context, absl::OkStatus());
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext*, const HealthCheckRequest* request) {
  auto* watcher = new Watcher(this, services_.count(request->service()) > 0);
  absl::MutexLock lock(&mutex_);
  watchers_.insert(watcher);
  watcher->Update();
  return watcher;
}

}  // namespace serin
