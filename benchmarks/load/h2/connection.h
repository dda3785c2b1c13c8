#ifndef SERIN_BENCHMARKS_LOAD_H2_CONNECTION_H_
#define SERIN_BENCHMARKS_LOAD_H2_CONNECTION_H_

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "benchmarks/load/h2/poller.h"

namespace serin::load {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Writes the next bytes of a body to a buffer and says how many; 0 at its end, kLater when there
// are none now (then Connection::Resume).
using Body = std::function<size_t(uint8_t* buffer, size_t size)>;
inline constexpr size_t kLater = SIZE_MAX;

// A body that is one string.
Body BodyOf(std::string bytes);

// What a connection tells its owner. Any of them may start or end streams; none may destroy the
// connection.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  // A field of a head or of trailers.
  virtual void OnField(int32_t, absl::string_view /*name*/, absl::string_view /*value*/) {}
  virtual void OnData(int32_t, absl::string_view) {}
  // The peer has said all.
  virtual void OnEnd(int32_t) {}
  // The peer resets a stream; with its other calls ended, it should have no reason to.
  virtual void OnReset(int32_t) {}
  // The last of a stream: OnEnd came before, unless the stream was reset.
  virtual void OnStreamClosed(int32_t) {}
  // The last of all.
  virtual void OnDisconnected() {}
};

// One HTTP/2 connection of a benchmark's program, at either end of it: nghttp2 on a socket. It
// shares no code with Serin's own, so that what a benchmark checks is not what it checks with.
class Connection {
 public:
  enum class End { kClient, kServer };

  // Takes the connected socket. The rest must outlive the connection.
  Connection(End end, int fd, Poller* poller, ConnectionEvents* events);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return fd_ >= 0; }
  // How many streams the peer lets us open.
  uint32_t max_streams() const;

  // Starts a call; negative when it cannot be.
  int32_t Request(const Fields& head, Body body);
  // Answers a call; nothing follows the body if there are no trailers.
  void Respond(int32_t stream, const Fields& head, Body body, const Fields& trailers);
  // A body has bytes again.
  void Resume(int32_t stream);
  void Cancel(int32_t stream);

  // Sends what the calls above have put up. Done by itself after events were delivered.
  void Flush();

 private:
  struct Outgoing {
    Body body;
    Fields trailers;
  };

  static nghttp2_session_callbacks* Callbacks();
  static ssize_t ReadBody(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                          uint32_t* flags, nghttp2_data_source* source, void* self);

  void OnReady(uint32_t events);
  bool Receive();
  void Disconnect();

  int fd_;
  Poller* const poller_;
  ConnectionEvents* const events_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, Outgoing> outgoing_;
  std::string unsent_;
  bool waits_for_room_ = false;
};

}  // namespace serin::load

#endif  // SERIN_BENCHMARKS_LOAD_H2_CONNECTION_H_
