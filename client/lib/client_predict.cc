#include <memory>
#include <thread>
#include <utility>

#include "client/lib/connection.h"
#include "serin/client.h"

// Predictions over a stream.

namespace serin {
namespace {

using Stream = grpc::ClientReaderWriter<v1::PredictRequest, v1::PredictResponse>;

// Writes what `next` gives, on a thread of its own: a server that is not read from does not read
// either, so that one thread that does both could wait for ever.
class RequestWriter {
 public:
  RequestWriter(Stream* stream, grpc::ClientContext* context, const PredictRequestFn& next)
      : thread_([this, stream, context, &next] { outcome_ = Write(*stream, *context, next); }) {}
  ~RequestWriter() {
    if (thread_.joinable()) thread_.join();
  }

  // What `next` ended with. Waits until it has.
  absl::Status Join() {
    thread_.join();
    return outcome_;
  }

 private:
  static absl::Status Write(Stream& stream, grpc::ClientContext& context,
                            const PredictRequestFn& next) {
    while (true) {
      absl::StatusOr<std::optional<v1::PredictRequest>> request = next();
      if (!request.ok()) {
        context.TryCancel();
        return request.status();
      }
      if (!*request) break;
      if (!stream.Write(**request)) return absl::OkStatus();  // The stream's end says why.
    }
    stream.WritesDone();
    return absl::OkStatus();
  }

  absl::Status outcome_;
  std::thread thread_;
};

}  // namespace

absl::Status Client::PredictStream(const PredictRequestFn& next,
                                   const PredictResponseFn& visit) const {
  Call call(connection_->project(), absl::InfiniteDuration());
  const std::unique_ptr<Stream> stream = connection_->predictions().PredictStream(call.context());
  RequestWriter writer(stream.get(), call.context(), next);
  v1::PredictResponse response;
  absl::Status visited;
  while (visited.ok() && stream->Read(&response)) visited = visit(response);
  if (!visited.ok()) call.context()->TryCancel();
  const absl::Status written = writer.Join();
  const grpc::Status status = stream->Finish();
  if (!visited.ok()) return visited;
  return written.ok() ? call.Outcome(status) : written;
}

}  // namespace serin
