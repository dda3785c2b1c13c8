#ifndef SERIN_SERVER_PROXY_JSON_FRONT_OPTIONS_H_
#define SERIN_SERVER_PROXY_JSON_FRONT_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace serin {

// What the JSON front is told by whoever configures the proxy.
struct FrontOptions {
  // Origins ("https://app.example.com") whose pages may call; "*" stands for all. Empty: no page of
  // another origin may, which is the default of browsers.
  std::vector<std::string> allowed_origins;

  // Of a body that is read whole before it is looked at (all but streams and uploads): 413 above.
  size_t max_body_bytes = size_t{16} << 20;
  // Of all such bodies, and messages of Connect streams, that one front holds at a time: 429 above.
  size_t max_held_bytes = size_t{64} << 20;
  // A body, or a message, of at least so many bytes is read and written on another thread than the
  // loop's: JSON takes some 200 ns for each byte.
  size_t offload_bytes = 16 << 10;
  // Of one message of a Connect stream in JSON, which is read on the loop. Others are held to
  // max_body_bytes.
  uint32_t max_stream_json_bytes = uint32_t{1} << 20;
  // Of one message of a gRPC response.
  uint32_t max_message_bytes = uint32_t{64} << 20;
  // Arrays and objects within one another. At most 90: protobuf's own parser stops at 100.
  int max_json_depth = 64;
  // What may wait for a slow reader, in each direction of an exchange.
  size_t flow_window = 256 * 1024;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_FRONT_OPTIONS_H_
