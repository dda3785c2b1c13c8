#include "server/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace serin {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

absl::Status Invalid(absl::string_view what) {
  char cause[256] = "nothing in PEM was found";
  if (const unsigned long error = ERR_get_error(); error != 0) {
    ERR_error_string_n(error, cause, sizeof(cause));
  }
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", cause));
}

// h2 if the client offers it, then http/1.1; with neither the handshake fails.
int SelectAlpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
               unsigned int in_length, void*) {
  static constexpr unsigned char kOurs[] = "\x02h2\x08http/1.1";
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(out), out_length, kOurs,
                                          sizeof(kOurs) - 1, in, in_length);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

absl::Status UseCertificate(SSL_CTX* context, const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Certificate leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return Invalid("the certificate cannot be read");
  }
  while (X509* const link = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    SSL_CTX_add0_chain_cert(context, link);  // Takes it.
  }
  ERR_clear_error();  // The end of the text is an error to it.
  return absl::OkStatus();
}

absl::Status UseKey(SSL_CTX* context, const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) return Invalid("the private key cannot be read");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return Invalid("the private key does not belong to the certificate");
  }
  return absl::OkStatus();
}

}  // namespace

void TlsContext::Deleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Create(const std::string& certificate,
                                                                     const std::string& key) {
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(context.get(), SelectAlpn, nullptr);
  if (absl::Status status = UseCertificate(context.get(), certificate); !status.ok()) return status;
  if (absl::Status status = UseKey(context.get(), key); !status.ok()) return status;
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context)));
}

}  // namespace serin
