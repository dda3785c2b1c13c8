#ifndef SERIN_SERVER_PROXY_FORWARDER_H_
#define SERIN_SERVER_PROXY_FORWARDER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/proxy/call_metadata.h"

namespace serin {

// Where a call goes, with what the proxy adds to its metadata.
struct Destination {
  grpc::GenericStub* stub = nullptr;  // Outlives the call.
  Metadata metadata;
};

// How a call ended, and the bytes of its messages.
struct CallResult {
  grpc::Status status;
  uint64_t bytes_in = 0;   // From the caller.
  uint64_t bytes_out = 0;  // To the caller.
};

// What the forwarder does not know about its call. No two methods of one plan run at once.
class CallPlan {
 public:
  virtual ~CallPlan() = default;

  // Whether Choose has to see the first message; nothing goes upstream before it has.
  virtual bool needs_first_message() const = 0;

  // Called once, with the first message or nullptr. An error ends the call with it.
  virtual absl::StatusOr<Destination> Choose(const grpc::ByteBuffer* first_message) = 0;

  // OK, or the error that ends the call, for every message from the caller.
  virtual absl::Status CheckSize(size_t message_bytes) const = 0;

  // What the caller is told, and the log, when the upstream, the way there or the caller itself
  // ended the call with `status`, an error or OK.
  virtual grpc::Status Explain(const grpc::Status& status) = 0;

  // The last thing that happens to a call, however it ended.
  virtual void OnDone(const CallResult& result) = 0;
};

// Moves one call of any kind (unary or streaming) between its caller and an upstream without
// looking at the bytes: messages, half-close, metadata, status with details, deadline and
// cancellation. At most one message is under way in each direction, so that a slow reader holds
// back the writer on the other side.
//
// Two pumps run independently. Requests: read from the caller, write upstream, read the next.
// Responses: read from upstream, write to the caller, read the next. Each pump starts operations on
// the upstream call from reactions of the caller's, and so has a hold on it (grpc's
// ClientBidiReactor::AddHold) until the pump has ended. The upstream's OnDone therefore comes when
// both have ended and no write to the caller is under way; it finishes the caller's side, whose
// OnDone destroys all. Reads are under way on the caller's side at that time when the upstream ends
// first; they fail and find the request pump closed.
class Forwarder final : public grpc::ServerGenericBidiReactor {
 public:
  // Destroys itself when the call is done. `context` belongs to grpc.
  Forwarder(grpc::GenericCallbackServerContext* context, std::unique_ptr<CallPlan> plan);

  // Reactions of the caller's side.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // The upstream's side.
  class Upstream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
   public:
    explicit Upstream(Forwarder* forwarder) : forwarder_(*forwarder) {}

    void OnReadInitialMetadataDone(bool ok) override;
    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override;
    void OnWritesDoneDone(bool ok) override;
    void OnDone(const grpc::Status& status) override;

   private:
    Forwarder& forwarder_;
  };

  // What the request pump is doing.
  enum class Requests {
    kFirst,    // Waiting for the message by which the upstream is chosen.
    kReading,  // Waiting for the caller; no operation on the upstream is under way or coming.
    kWriting,  // An operation on the upstream is under way, or about to be started.
    kClosed,   // Ended; the hold is released.
  };

  void Connect(const grpc::ByteBuffer* first_message);
  void OnFirstMessage(bool ok);
  void OnNextMessage(bool ok);
  void ForwardRequest();
  // Goes on with the next request, or ends the pump if there is no point.
  void OnRequestForwarded(bool ok) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the request pump, which is in kWriting.
  void EndRequests() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the response pump, and the other one unless it is busy and will see to it itself.
  void EndResponses() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the call with this error in place of what the upstream will say to being cancelled.
  void Abort(const absl::Status& error) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnUpstreamDone(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void FinishWith(const grpc::Status& status);

  grpc::GenericCallbackServerContext* const context_;
  const std::unique_ptr<CallPlan> plan_;

  // Each buffer and counter belongs to its pump, the status to whoever finishes.
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  CallResult result_;

  absl::Mutex mutex_;
  Requests requests_ ABSL_GUARDED_BY(mutex_) = Requests::kFirst;
  bool responses_ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status abort_ ABSL_GUARDED_BY(mutex_);  // Set by Abort.

  // TryCancel may be called at any time, before the call starts and after it is done.
  grpc::ClientContext upstream_context_;
  Upstream upstream_{this};
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_FORWARDER_H_
