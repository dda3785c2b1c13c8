#ifndef SERIN_SERVER_HTTP_SESSION_LIMITS_H_
#define SERIN_SERVER_HTTP_SESSION_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace serin {

// How often something may happen: `burst` times at once, and `per_second` in the long run.
struct Rate {
  uint32_t burst = 0;
  uint32_t per_second = 0;
};

// What a peer may cost. A peer that exceeds a Rate gets GOAWAY(ENHANCE_YOUR_CALM) and is cut off.
struct SessionLimits {
  // Streams at a time. A server announces it and refuses what is above (REFUSED_STREAM); a client
  // opens no more even where its peer would take more.
  uint32_t max_concurrent_streams = 1024;

  // Of one head or trailers, as Headers::list_bytes counts. A request above it is answered 431, a
  // response resets its stream; four times as much costs the connection.
  uint32_t max_header_list_bytes = 32 << 10;

  // Bytes that a peer may send and that were not consumed: the most that is held of it. The
  // connection's should be several of the stream's, so that one slow stream does not stop others.
  uint32_t stream_window = 256 << 10;
  uint32_t connection_window = 4 << 20;

  // Bytes gathered for one write to the socket. The most that waits for a peer that does not read,
  // besides what the owners of streams have queued.
  size_t write_bytes = 64 << 10;

  // Frames (acknowledgements, resets, heads) that wait for a peer that does not read. Above it the
  // connection is cut off.
  size_t max_queued_frames = 10'000;

  // From the connection's start, TLS included, to the end of the preface and the first SETTINGS.
  absl::Duration preface_timeout = absl::Seconds(10);

  // From the first frame of a head to its last.
  absl::Duration header_timeout = absl::Seconds(10);

  // Without a stream. A server sends GOAWAY and closes, a client goes away.
  absl::Duration idle_timeout = absl::Minutes(10);

  // Without a byte from the peer a PING goes out, and unless a byte comes within the timeout the
  // connection is lost. Only with streams open unless `keepalive_when_idle`.
  // grpc++ servers tell clients that ping more often than every five minutes to go away, unless
  // built with GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS.
  absl::Duration keepalive_interval = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
  bool keepalive_when_idle = false;

  // With bytes to send that the peer takes none of: for want of its window the stream is reset
  // (CANCEL), since it does not read its socket the connection is lost. Noticed up to a quarter
  // later.
  absl::Duration stall_timeout = absl::Minutes(5);

  // How long after the last GOAWAY the peer has to close its side.
  absl::Duration linger = absl::Seconds(1);

  // Streams that the peer reset within 100 ms of opening them (CVE-2023-44487). Those that lived
  // longer are bounded by max_concurrent_streams, and a client that gives up at its deadline is no
  // attacker.
  Rate quick_resets = {.burst = 500, .per_second = 200};

  // Frames that move nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, RST_STREAM, empty DATA.
  // Every DATA and HEADERS frame sent to the peer earns two more. (Frames of unknown types, and
  // DATA for streams that have ended, are skipped: they cost no more than their bytes.)
  Rate idle_frames = {.burst = 2'000, .per_second = 200};

  // Requests that HTTP forbids (answered with RST_STREAM) or whose head is too large (431), and
  // those refused above max_concurrent_streams.
  Rate bad_requests = {.burst = 2'000, .per_second = 200};
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_SESSION_LIMITS_H_
