#include "server/http/http1_request.h"

#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace serin {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A piece of a chunk's framing is short, but for extensions and trailers that nobody reads.
constexpr size_t kMaxFramingBytes = 16 * 1024;

// "0\r\n\r\n", the shortest that chunks may end with. Beast asserts that no less is shown to it
// twice.
constexpr size_t kLastChunkBytes = 5;

constexpr char kWrongVersion[] = "the version must be HTTP/1.1 or HTTP/1.0";

// About the connection alone; the rest of the process does not see them. Expect is among them since
// it is answered here.
bool IsOfConnection(absl::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "proxy-connection" ||
         name == "transfer-encoding" || name == "upgrade" || name == "expect" || name == "te" ||
         name == "trailer" || name == "host";
}

bool HasToken(absl::string_view list, absl::string_view token) {
  for (absl::string_view part : absl::StrSplit(list, ',')) {
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(part), token)) return true;
  }
  return false;
}

}  // namespace

class Http1Request::Parser final : public http::basic_parser<true> {
 public:
  Parser(absl::string_view scheme, uint32_t max_head_bytes)
      : scheme_(scheme), max_head_bytes_(max_head_bytes) {
    header_limit(2 * max_head_bytes);  // Ours counts the whole head, Beast's what is left of it.
    // Not boost::none, below which Beast finds every body too large. Bodies are not held here.
    body_limit(std::numeric_limits<uint64_t>::max());
    eager(false);
  }

  Event Next(absl::string_view* bytes);

  const Http1Head& head() const { return head_; }
  absl::string_view body() const { return body_; }
  int status() const { return status_; }
  const std::string& error() const { return error_; }

 private:
  using BeastView = boost::beast::string_view;

  void on_request_impl(http::verb, BeastView method, BeastView target, int version,
                       error_code& ec) override;
  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_field_impl(http::field field, BeastView name, BeastView value, error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(BeastView body, error_code&) override;
  void on_chunk_header_impl(uint64_t size, BeastView, error_code&) override { chunk_left_ = size; }
  size_t on_chunk_body_impl(uint64_t, BeastView body, error_code&) override;
  void on_finish_impl(error_code&) override {}

  // Between the data of one chunk and that of the next.
  bool InChunkFraming() const { return has_head_ && head_.chunked && chunk_left_ == 0; }
  void SetTarget(absl::string_view target, error_code& ec);
  void TakeFraming(http::field field, absl::string_view value, error_code& ec);
  void BuildHead();
  Event CheckSize(size_t waiting);
  Event Fail(const error_code& ec);
  void Refuse(int status, absl::string_view why, error_code& ec);

  const std::string scheme_;
  const uint32_t max_head_bytes_;
  Http1Head head_;
  bool has_head_ = false;
  bool told_head_ = false;
  size_t head_bytes_ = 0;
  std::string method_;
  std::string path_;
  std::string authority_;
  bool has_authority_ = false;  // By the target or by Host.
  int hosts_ = 0;
  int content_lengths_ = 0;
  std::vector<std::string> connection_options_;
  std::vector<std::pair<std::string, std::string>> fields_;
  absl::string_view body_;
  uint64_t chunk_left_ = 0;  // Of the current chunk's data.
  int status_ = 400;
  std::string error_;
};

Http1Request::Event Http1Request::Parser::Next(absl::string_view* bytes) {
  while (true) {
    if (has_head_ && !std::exchange(told_head_, true)) return Event::kHead;
    if (is_done()) return Event::kEnd;
    // Lines that are empty before a request are to be ignored (RFC 9112, section 2.2).
    if (head_bytes_ == 0) {
      while (absl::ConsumePrefix(bytes, "\r\n")) {
      }
    }
    if (bytes->empty() || (head_bytes_ == 0 && *bytes == "\r")) return Event::kNeedMore;
    if (InChunkFraming() && bytes->size() < kLastChunkBytes) return Event::kNeedMore;
    body_ = {};
    error_code ec;
    const size_t used = put(boost::asio::const_buffer(bytes->data(), bytes->size()), ec);
    bytes->remove_prefix(used);
    if (!has_head_ || !told_head_) head_bytes_ += used;
    if (ec == http::error::need_more) return CheckSize(bytes->size());
    if (ec) return Fail(ec);
    if (!told_head_ && head_bytes_ > max_head_bytes_) return Fail(http::error::header_limit);
    if (!body_.empty()) return Event::kBody;
  }
}

// What waits for the rest of it must not grow without bound.
Http1Request::Event Http1Request::Parser::CheckSize(size_t waiting) {
  if (!has_head_ && head_bytes_ + waiting > max_head_bytes_) return Fail(http::error::header_limit);
  if (has_head_ && waiting > kMaxFramingBytes) return Fail(http::error::bad_chunk_extension);
  return Event::kNeedMore;
}

Http1Request::Event Http1Request::Parser::Fail(const error_code& ec) {
  if (ec == http::error::header_limit) {
    status_ = 431;
    error_ = absl::StrCat("the head of a request may have at most ", max_head_bytes_, " bytes");
  } else if (ec == http::error::bad_version) {
    status_ = 505;
    error_ = kWrongVersion;
  } else if (error_.empty()) {
    error_ = absl::StrCat("the request is not HTTP/1.1: ", ec.message());
  }
  return Event::kError;
}

void Http1Request::Parser::Refuse(int status, absl::string_view why, error_code& ec) {
  status_ = status;
  error_ = std::string(why);
  ec = http::error::bad_value;
}

void Http1Request::Parser::on_request_impl(http::verb, BeastView method, BeastView target,
                                           int version, error_code& ec) {
  method_ = std::string(View(method));
  if (version != 10 && version != 11) {
    return Refuse(505, kWrongVersion, ec);
  }
  head_.http10 = version == 10;
  head_.is_head = method_ == "HEAD";
  if (method_ == "CONNECT") return Refuse(405, "this server is no tunnel", ec);
  SetTarget(View(target), ec);
}

// Origin form, or the absolute form that clients of proxies send, whose authority is before Host.
void Http1Request::Parser::SetTarget(absl::string_view target, error_code& ec) {
  if (absl::ConsumePrefix(&target, "http://") || absl::ConsumePrefix(&target, "https://")) {
    const size_t slash = target.find_first_of("/?");
    authority_ = std::string(target.substr(0, slash));
    has_authority_ = true;
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  if (!absl::StartsWith(target, "/") && target != "*") {
    return Refuse(400, "the target must be a path that begins with '/'", ec);
  }
  path_ = std::string(target);
}

void Http1Request::Parser::on_field_impl(http::field field, BeastView name, BeastView value,
                                         error_code& ec) {
  if (has_head_) return;  // A trailer. Nothing here has a use for them.
  const std::string lower = absl::AsciiStrToLower(View(name));
  const absl::string_view text = View(value);
  TakeFraming(field, text, ec);
  if (ec) return;
  if (lower == "te") head_.accepts_trailers = HasToken(text, "trailers");
  if (lower == "connection") {
    for (absl::string_view option : absl::StrSplit(text, ',')) {
      connection_options_.push_back(absl::AsciiStrToLower(absl::StripAsciiWhitespace(option)));
    }
  }
  if (!IsOfConnection(lower)) fields_.emplace_back(lower, std::string(text));
}

// Beast refuses both a length and a coding, and codings after one another. What it lets pass, and
// others may read otherwise, is refused here.
void Http1Request::Parser::TakeFraming(http::field field, absl::string_view value, error_code& ec) {
  if (field == http::field::content_length && ++content_lengths_ > 1) {
    return Refuse(400, "there are several Content-Length", ec);
  }
  if (field == http::field::transfer_encoding) {
    if (head_.http10) return Refuse(400, "HTTP/1.0 has no Transfer-Encoding", ec);
    if (!absl::EqualsIgnoreCase(value, "chunked")) {
      return Refuse(501, "the only Transfer-Encoding is chunked", ec);
    }
  }
  if (field == http::field::expect) {
    if (!absl::EqualsIgnoreCase(value, "100-continue")) {
      return Refuse(417, "the only expectation is 100-continue", ec);
    }
    head_.expects_continue = !head_.http10;
  }
  if (field == http::field::host) {
    if (++hosts_ > 1) return Refuse(400, "there are several Host", ec);
    if (!std::exchange(has_authority_, true)) authority_ = std::string(value);
  }
}

void Http1Request::Parser::on_header_impl(error_code& ec) {
  if (!head_.http10 && hosts_ == 0) return Refuse(400, "there is no Host", ec);
  has_head_ = true;
  head_.chunked = chunked();
  head_.content_length = chunked() ? 0 : content_length().value_or(0);
  head_.has_body = head_.chunked || head_.content_length > 0;
  head_.keep_alive = keep_alive();
  BuildHead();
}

void Http1Request::Parser::BuildHead() {
  head_.headers = Headers{
      {":method", method_}, {":scheme", scheme_}, {":authority", authority_}, {":path", path_}};
  for (const auto& [name, value] : fields_) {
    bool hop_by_hop = false;
    for (const std::string& option : connection_options_) hop_by_hop |= option == name;
    if (!hop_by_hop) head_.headers.Add(name, value);
  }
  fields_.clear();
}

size_t Http1Request::Parser::on_body_impl(BeastView body, error_code&) {
  body_ = View(body);
  return body.size();
}

size_t Http1Request::Parser::on_chunk_body_impl(uint64_t, BeastView body, error_code&) {
  body_ = View(body);
  chunk_left_ -= body.size();
  return body.size();
}

Http1Request::Http1Request(absl::string_view scheme, uint32_t max_head_bytes)
    : parser_(std::make_unique<Parser>(scheme, max_head_bytes)) {}
Http1Request::~Http1Request() = default;

Http1Request::Event Http1Request::Next(absl::string_view* bytes) { return parser_->Next(bytes); }
const Http1Head& Http1Request::head() const { return parser_->head(); }
absl::string_view Http1Request::body() const { return parser_->body(); }
int Http1Request::status() const { return parser_->status(); }
const std::string& Http1Request::error() const { return parser_->error(); }

}  // namespace serin
