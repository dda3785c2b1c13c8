#include "server/cluster/member.h"

#include <algorithm>
#include <utility>

#include "core/traffic/known_replicas.h"

namespace serin {

using internal::v1::ClusterState;
using internal::v1::JoinRequest;
using internal::v1::MemberHello;

namespace {

// Versions that load one right after the other are reported together.
constexpr absl::Duration kReportInterval = absl::Milliseconds(50);
constexpr absl::Duration kLoadInterval = absl::Seconds(1);
// Turns of the report loop, each of about kLoadInterval, from one report of distributions to the
// next.
constexpr int kTurnsPerDistributions = 5;

PredictorHooks HooksOf(ApplyFn apply) {
  return {.apply = [apply = std::move(apply)](const ClusterState& state, const ApplyContext&) {
    apply(state);
    return true;
  }};
}

}  // namespace

ClusterMember::ClusterMember(std::shared_ptr<grpc::Channel> control, MemberHello hello,
                             ApplyFn apply, RejoinBackoff backoff)
    : ClusterMember(std::move(control), std::move(hello), HooksOf(std::move(apply)), backoff) {}

ClusterMember::ClusterMember(std::shared_ptr<grpc::Channel> control, MemberHello hello,
                             PredictorHooks hooks, RejoinBackoff backoff)
    : control_(internal::v1::ClusterService::NewStub(std::move(control))),
      hello_(std::move(hello)),
      hooks_(std::move(hooks)),
      backoff_(backoff) {
  join_thread_ = std::thread([this] { JoinLoop(); });
  apply_thread_ = std::thread([this] { ApplyLoop(); });
  if (hooks_.report) report_thread_ = std::thread([this] { ReportLoop(); });
}

ClusterMember::~ClusterMember() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (session_ != nullptr) session_->TryCancel();
  }
  join_thread_.join();
  apply_thread_.join();
  if (report_thread_.joinable()) report_thread_.join();
}

void ClusterMember::Leave(absl::Duration timeout) {
  const auto alone = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !joined_; };
  absl::MutexLock lock(&mutex_);
  leaving_ = true;
  report_changed_ = true;
  mutex_.AwaitWithTimeout(absl::Condition(&alone), timeout);
}

void ClusterMember::JoinLoop() {
  absl::Duration pause = backoff_.min;
  do {
    if (RunSession()) pause = backoff_.min;
    pause = std::min(pause, backoff_.max);
  } while (Pause(std::exchange(pause, pause * 2)));
}

bool ClusterMember::RunSession() {
  grpc::ClientContext context;
  // While control is down the call waits for the channel to reconnect, instead of failing again
  // and again.
  context.set_wait_for_ready(true);
  if (!BeginSession(&context)) return false;
  Stream stream([&](Stream::Reactor* reactor) { control_->async()->Join(&context, reactor); });
  JoinRequest hello;
  *hello.mutable_hello() = hello_;
  bool received = false;
  if (stream.Write(hello)) {
    OpenStream(&stream);
    ClusterState state;
    while (stream.Read(&state)) {
      received = true;
      Offer(std::move(state));
      state.Clear();
    }
  }
  // A server that ended the stream may have left our side open; nothing more will be read.
  context.TryCancel();
  EndSession();
  stream.Finish();
  return received;
}

bool ClusterMember::BeginSession(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || leaving_) return false;
  session_ = context;
  ++session_number_;
  return true;
}

void ClusterMember::OpenStream(Stream* stream) {
  absl::MutexLock stream_lock(&stream_mutex_);
  stream_ = stream;
  sent_load_ = 0;  // Control may be another process than before.
  sent_distributions_.clear();
  if (hooks_.report) WriteReport();
  absl::MutexLock lock(&mutex_);
  joined_ = true;
}

void ClusterMember::EndSession() {
  {
    absl::MutexLock lock(&stream_mutex_);
    stream_ = nullptr;
  }
  absl::MutexLock lock(&mutex_);
  session_ = nullptr;
  joined_ = false;
}

void ClusterMember::Offer(ClusterState state) {
  absl::MutexLock lock(&mutex_);
  if (hello_.role() == MemberHello::ROLE_PROXY) {
    KeepKnownReplicas(known_, &state);
    known_ = state.replicas();
  }
  newest_ = Received{std::move(state), session_number_};
}

bool ClusterMember::Pause(absl::Duration duration) {
  const auto over = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || leaving_; };
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&over), duration);
}

void ClusterMember::ApplyLoop() {
  const ApplyContext context = {.superseded = [this] { return Superseded(); },
                                .report_changed = [this] { ReportSoon(); }};
  Received received;
  absl::Duration pause = absl::InfiniteDuration();
  while (AwaitState(pause, &received)) {
    if (hooks_.apply(received.state, context)) {
      Answer(received);
      pause = absl::InfiniteDuration();
    } else {
      pause = pause == absl::InfiniteDuration() ? backoff_.min : std::min(pause * 2, backoff_.max);
    }
  }
}

bool ClusterMember::AwaitState(absl::Duration timeout, Received* received) {
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || leaving_ || newest_.has_value();
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  if (stopping_ || leaving_) return false;
  if (newest_) *received = *std::exchange(newest_, std::nullopt);
  return true;
}

bool ClusterMember::Superseded() const {
  absl::MutexLock lock(&mutex_);
  return stopping_ || leaving_ || newest_.has_value();
}

void ClusterMember::Answer(const Received& applied) {
  JoinRequest request;
  request.mutable_applied()->set_revision(applied.state.revision());
  absl::MutexLock stream_lock(&stream_mutex_);
  if (stream_ == nullptr) return;
  {
    absl::MutexLock lock(&mutex_);
    if (applied.session != session_number_) return;
  }
  // Control takes the answer to mean that it has been told how it went.
  if (hooks_.report) WriteReport();
  stream_->Write(request);
}

void ClusterMember::ReportLoop() {
  const auto changed = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || report_changed_;
  };
  for (int turn = 1;; ++turn) {
    bool report = false;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kReportInterval);
      mutex_.AwaitWithTimeout(absl::Condition(&changed), kLoadInterval);
      if (stopping_) return;
      report = std::exchange(report_changed_, false);
    }
    if (report) {
      SendReport();
    } else {
      SendLoad();
    }
    if (turn % kTurnsPerDistributions == 0) SendDistributions();
  }
}

void ClusterMember::ReportSoon() {
  absl::MutexLock lock(&mutex_);
  report_changed_ = true;
}

void ClusterMember::SendReport() {
  absl::MutexLock lock(&stream_mutex_);
  if (stream_ != nullptr) WriteReport();
}

void ClusterMember::WriteReport() {
  JoinRequest request;
  *request.mutable_report() = hooks_.report();
  {
    absl::MutexLock lock(&mutex_);
    request.mutable_report()->set_draining(leaving_);
  }
  // One that fails means that the session is ending.
  stream_->Write(request);
}

void ClusterMember::SendLoad() {
  const double load = hooks_.load();
  absl::MutexLock lock(&stream_mutex_);
  if (stream_ == nullptr || load == sent_load_) return;
  JoinRequest request;
  request.mutable_load()->set_load(load);
  if (stream_->Write(request)) sent_load_ = load;
}

void ClusterMember::SendDistributions() {
  if (!hooks_.distributions) return;
  JoinRequest request;
  *request.mutable_distributions() = hooks_.distributions();
  // Reports have no maps, so that equal ones have equal bytes.
  std::string bytes = request.SerializeAsString();
  absl::MutexLock lock(&stream_mutex_);
  if (stream_ == nullptr || bytes == sent_distributions_) return;
  if (stream_->Write(request)) sent_distributions_ = std::move(bytes);
}

}  // namespace serin
