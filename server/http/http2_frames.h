#ifndef SERIN_SERVER_HTTP_HTTP2_FRAMES_H_
#define SERIN_SERVER_HTTP_HTTP2_FRAMES_H_

#include <nghttp2/nghttp2.h>

#include "absl/strings/string_view.h"
#include "server/http/http2_connection.h"

namespace serin {

// What nghttp2 calls while it reads and writes frames, turned into what happens to streams.
class Http2Frames {
 public:
  // A session that calls back to `connection`.
  static nghttp2_session* MakeSession(Http2Connection* connection);

  // nghttp2_session_mem_recv.
  static ssize_t Receive(nghttp2_session* session, absl::string_view bytes);

  // Counts a frame that nghttp2 does not get. Returns as Receive.
  static int DropReset(Http2Connection& connection);

  // Where nghttp2 reads the body of a stream: its queue.
  static nghttp2_data_provider Body();

 private:
  using Frame = const nghttp2_frame*;

  // Frames that come. All return 0 to go on.
  static int OnBeginFrame(nghttp2_session*, const nghttp2_frame_hd* header, void* connection);
  static int OnBeginHeaders(nghttp2_session* session, Frame frame, void* connection);
  static int OnHeader(nghttp2_session* session, Frame frame, const uint8_t* name,
                      size_t name_length, const uint8_t* value, size_t value_length, uint8_t flags,
                      void* connection);
  static int OnData(nghttp2_session* session, uint8_t flags, int32_t id, const uint8_t* data,
                    size_t length, void* connection);
  static int OnFrame(nghttp2_session* session, Frame frame, void* connection);
  static int OnInvalidFrame(nghttp2_session*, Frame frame, int error, void* connection);
  static int OnStreamClose(nghttp2_session* session, int32_t id, uint32_t error, void* connection);

  // Frames that go.
  static ssize_t ReadBody(nghttp2_session* session, int32_t id, uint8_t* buffer, size_t length,
                          uint32_t* flags, nghttp2_data_source* source, void* connection);
  static int SendBody(nghttp2_session*, nghttp2_frame* frame, const uint8_t* frame_header,
                      size_t length, nghttp2_data_source* source, void* connection);
  static int OnFrameSent(nghttp2_session* session, Frame frame, void* connection);

  static void OnHead(Http2Connection& connection, Http2Stream* stream, bool end);
  static void OnRequest(Http2Connection& connection, Http2Stream* stream, bool end);
  static void Refuse(Http2Connection& connection, Http2Stream* stream, const char* status);
  static void OnPing(Http2Connection& connection, Frame frame);
  static void OnReset(Http2Connection& connection, Http2Stream* stream);
  static int Charge(Http2Connection& connection, RateGuard& guard, const char* violation);
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_FRAMES_H_
