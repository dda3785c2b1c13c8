#include "server/http/tls_transport.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// The largest record of TLS, and so the most that is encrypted or decrypted at once.
constexpr size_t kRecord = 16 << 10;

// What OpenSSL reads from and writes to, so that it keeps no buffers for a connection at rest.
struct Wire {
  absl::string_view incoming;  // Encrypted, from the peer.
  std::string outgoing;        // Encrypted, not yet taken by the inner transport.
};

int ReadWire(BIO* bio, char* out, int size) {
  Wire& wire = *static_cast<Wire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (wire.incoming.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t taken = std::min(wire.incoming.size(), static_cast<size_t>(size));
  std::memcpy(out, wire.incoming.data(), taken);
  wire.incoming.remove_prefix(taken);
  return static_cast<int>(taken);
}

int WriteWire(BIO* bio, const char* bytes, int size) {
  static_cast<Wire*>(BIO_get_data(bio))->outgoing.append(bytes, static_cast<size_t>(size));
  return size;
}

long ControlWire(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* WireMethod() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "wire");
    BIO_meth_set_read(made, ReadWire);
    BIO_meth_set_write(made, WriteWire);
    BIO_meth_set_ctrl(made, ControlWire);
    return made;
  }();
  return method;
}

class TlsTransport final : public Transport, private TransportHandler {
 public:
  TlsTransport(EventLoop* loop, const TlsContext& context, std::unique_ptr<Transport> inner)
      : loop_(*loop), inner_(std::move(inner)), ssl_(SSL_new(context.get())) {
    BIO* const bio = BIO_new(WireMethod());
    BIO_set_data(bio, &wire_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_, bio, bio);  // Takes it.
    SSL_set_accept_state(ssl_);
  }

  ~TlsTransport() override {
    if (destroyed_ != nullptr) *destroyed_ = true;
    SSL_free(ssl_);
  }

  void set_handler(TransportHandler* handler) override {
    handler_ = handler;
    if (handler != nullptr) Resume();
  }

  void PauseReading(bool pause) override {
    paused_ = pause;
    if (pause) {
      inner_->PauseReading(true);
    } else {
      Resume();
    }
  }

  size_t Write(absl::string_view bytes) override {
    if (broken_) return bytes.size();
    size_t taken = 0;
    while (taken < bytes.size() && SSL_is_init_finished(ssl_) && wire_.outgoing.empty()) {
      const absl::string_view piece = bytes.substr(taken, kRecord);
      const int wrote = SSL_write(ssl_, piece.data(), static_cast<int>(piece.size()));
      if (wrote <= 0) break;
      taken += static_cast<size_t>(wrote);
      PushOut();
    }
    wants_to_write_ = taken < bytes.size();
    return taken;
  }

  void CloseWrite() override {
    write_closed_ = true;
    if (!broken_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
    ERR_clear_error();
    PushOut();
  }

  absl::string_view protocol() const override {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(ssl_, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }

 private:
  bool CanRead() const { return handler_ != nullptr && !paused_ && !broken_; }

  // Later, since this is called from methods: what was held back is read before what comes.
  void Resume() {
    inner_->set_handler(this);
    inner_->PauseReading(true);
    if (resume_ == nullptr) {
      resume_ = loop_.MakeTimer([this] {
        const std::string held = std::exchange(held_, "");
        if (!Decrypt(held)) return;
        if (!CanRead()) return;
        if (std::exchange(end_is_held_, false)) return handler_->OnEnd();
        inner_->PauseReading(false);
      });
    }
    resume_->Arm(absl::ZeroDuration());
  }

  void OnRead(absl::string_view bytes) override {
    if (broken_) return;
    if (held_.empty()) {
      Decrypt(bytes);
    } else {
      held_.append(bytes.data(), bytes.size());
    }
  }

  // Hands on all that `bytes` hold; keeps what is not wanted now. False: this was destroyed.
  bool Decrypt(absl::string_view bytes) {
    bool destroyed = false;
    destroyed_ = &destroyed;
    wire_.incoming = bytes;
    const bool goes_on = Handshake(&destroyed) && ReadRecords(&destroyed);
    if (destroyed) return false;
    destroyed_ = nullptr;
    if (goes_on) held_.assign(wire_.incoming.data(), wire_.incoming.size());
    wire_.incoming = {};
    return true;
  }

  bool Handshake(const bool* destroyed) {
    if (SSL_is_init_finished(ssl_)) return true;
    const int result = SSL_do_handshake(ssl_);
    PushOut();
    if (result != 1) {
      if (SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) Break("the TLS handshake failed");
      return false;
    }
    if (std::exchange(wants_to_write_, false)) handler_->OnWritable();
    return !*destroyed;
  }

  bool ReadRecords(const bool* destroyed) {
    std::array<char, kRecord> text;
    while (CanRead()) {
      const int size = SSL_read(ssl_, text.data(), static_cast<int>(text.size()));
      if (size <= 0) {
        OnNothingRead(SSL_get_error(ssl_, size));
        return !*destroyed;
      }
      handler_->OnRead(absl::string_view(text.data(), static_cast<size_t>(size)));
      if (*destroyed) return false;
    }
    return true;
  }

  void OnNothingRead(int error) {
    PushOut();  // An answer of TLS's own, perhaps.
    if (error == SSL_ERROR_WANT_READ) return;
    if (error == SSL_ERROR_ZERO_RETURN) {
      if (!std::exchange(ended_, true)) handler_->OnEnd();
      return;
    }
    Break("TLS failed");
  }

  void Break(absl::string_view what) {
    char cause[256] = "the peer broke off";
    if (const unsigned long error = ERR_get_error(); error != 0) {
      ERR_error_string_n(error, cause, sizeof(cause));
    }
    ERR_clear_error();
    PushOut();  // The alert.
    broken_ = true;
    if (handler_ != nullptr) {
      handler_->OnClosed(absl::UnavailableError(absl::StrCat(what, ": ", cause)));
    }
  }

  // Passes on what was encrypted, and the end after it.
  void PushOut() {
    if (!wire_.outgoing.empty()) wire_.outgoing.erase(0, inner_->Write(wire_.outgoing));
    if (!wire_.outgoing.empty()) return;
    wire_.outgoing.shrink_to_fit();
    if (std::exchange(write_closed_, false)) inner_->CloseWrite();
  }

  void OnWritable() override {
    PushOut();
    if (!wire_.outgoing.empty() || handler_ == nullptr) return;
    if (std::exchange(wants_to_write_, false)) handler_->OnWritable();
  }

  void OnEnd() override {
    if (!SSL_is_init_finished(ssl_)) return Break("the TLS handshake was cut off");
    if (std::exchange(ended_, true)) return;
    if (CanRead() && held_.empty()) return handler_->OnEnd();
    end_is_held_ = true;
  }

  void OnClosed(absl::Status why) override {
    broken_ = true;
    if (handler_ != nullptr) handler_->OnClosed(std::move(why));
  }

  EventLoop& loop_;
  std::unique_ptr<Transport> inner_;
  SSL* const ssl_;
  Wire wire_;
  TransportHandler* handler_ = nullptr;
  std::unique_ptr<Timer> resume_;
  std::string held_;          // Encrypted, came while nobody wanted it.
  bool end_is_held_ = false;  // The end, likewise.
  bool ended_ = false;
  bool paused_ = false;
  bool broken_ = false;
  bool wants_to_write_ = false;
  bool write_closed_ = false;
  bool* destroyed_ = nullptr;  // Set by the destructor, while a handler is called.
};

}  // namespace

std::unique_ptr<Transport> MakeTlsServerTransport(EventLoop* loop, const TlsContext& context,
                                                  std::unique_ptr<Transport> inner) {
  return std::make_unique<TlsTransport>(loop, context, std::move(inner));
}

}  // namespace serin
