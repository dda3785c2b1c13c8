#ifndef SERIN_SERVER_HTTP_TLS_CONTEXT_H_
#define SERIN_SERVER_HTTP_TLS_CONTEXT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

typedef struct ssl_ctx_st SSL_CTX;

namespace serin {

// A server's certificate and key, and how it speaks TLS: 1.2 or later, ALPN h2 before http/1.1.
// Immutable; shared by all threads.
class TlsContext {
 public:
  // Both in PEM; the certificate may be followed by its chain. INVALID_ARGUMENT says which of them
  // cannot be read, or that they do not belong together.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Create(const std::string& certificate,
                                                                  const std::string& key);

  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* get() const { return context_.get(); }

 private:
  struct Deleter {
    void operator()(SSL_CTX* context) const;
  };
  using Context = std::unique_ptr<SSL_CTX, Deleter>;

  explicit TlsContext(Context context) : context_(std::move(context)) {}

  const Context context_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_TLS_CONTEXT_H_
