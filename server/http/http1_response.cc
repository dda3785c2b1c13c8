#include "server/http/http1_response.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr absl::string_view kCrlf = "\r\n";

bool IsToken(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", c);
  });
}

bool IsValue(absl::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return absl::ascii_iscntrl(c) && c != '\t'; });
}

bool MayBeSent(const Headers& headers) {
  for (size_t i = 0; i < headers.size(); ++i) {
    const auto [name, value] = headers[i];
    if (!absl::StartsWith(name, ":") && !IsToken(name)) return false;
    if (!IsValue(value)) return false;
  }
  return true;
}

// Said by the connection itself, or not at all.
bool IsOfConnection(absl::string_view name) {
  return absl::StartsWith(name, ":") || name == "connection" || name == "keep-alive" ||
         name == "proxy-connection" || name == "transfer-encoding" || name == "upgrade" ||
         name == "trailer";
}

void AppendFields(const Headers& headers, bool with_length, std::string* out) {
  for (size_t i = 0; i < headers.size(); ++i) {
    const auto [name, value] = headers[i];
    if (IsOfConnection(name) || (!with_length && name == "content-length")) continue;
    absl::StrAppend(out, name, ": ", value, kCrlf);
  }
}

}  // namespace

Http1Response::Http1Response(const Http1Head& request)
    : is_head_(request.is_head),
      http10_(request.http10),
      accepts_trailers_(request.accepts_trailers) {}

bool Http1Response::Head(const Headers& headers, bool end, bool keep_alive, std::string* out) {
  int status = 0;
  if (head_sent_ || !absl::SimpleAtoi(headers.Get(":status"), &status) || status < 100 ||
      status > 999 || !MayBeSent(headers)) {
    return head_sent_;
  }
  if (status < 200) {
    if (http10_) return true;  // It knows none of them.
    absl::StrAppend(out, "HTTP/1.1 ", status, " ", HttpReason(status), kCrlf);
    AppendFields(headers, /*with_length=*/false, out);
    out->append(kCrlf.data(), kCrlf.size());
    return true;
  }
  head_sent_ = true;
  ChooseFraming(status, headers, end);
  WriteHead(status, headers, keep_alive && !must_close_, out);
  if (end) End(nullptr, out);
  return true;
}

void Http1Response::ChooseFraming(int status, const Headers& headers, bool end) {
  if (is_head_ || status == 204 || status == 304) {
    framing_ = Framing::kNone;
  } else if (absl::SimpleAtoi(headers.Get("content-length"), &remaining_) || end) {
    framing_ = Framing::kLength;
  } else if (!http10_) {
    framing_ = Framing::kChunked;
  } else {
    framing_ = Framing::kUntilClose;
    must_close_ = true;
  }
}

void Http1Response::WriteHead(int status, const Headers& headers, bool keep_alive,
                              std::string* out) const {
  absl::StrAppend(out, http10_ ? "HTTP/1.0 " : "HTTP/1.1 ", status, " ", HttpReason(status), kCrlf);
  const bool may_have_length = status != 204 && framing_ != Framing::kChunked;
  AppendFields(headers, may_have_length, out);
  if (framing_ == Framing::kLength && !headers.Has("content-length")) {
    absl::StrAppend(out, "content-length: 0", kCrlf);
  }
  if (framing_ == Framing::kChunked) absl::StrAppend(out, "transfer-encoding: chunked", kCrlf);
  if (!keep_alive) {
    absl::StrAppend(out, "connection: close", kCrlf);
  } else if (http10_) {
    absl::StrAppend(out, "connection: keep-alive", kCrlf);
  }
  out->append(kCrlf.data(), kCrlf.size());
}

void Http1Response::Data(absl::string_view data, bool end, std::string* out) {
  if (!head_sent_ || ended_) return;
  switch (framing_) {
    case Framing::kNone:
      break;
    case Framing::kLength:
      if (data.size() > remaining_) must_close_ = true;
      data = data.substr(0, remaining_);
      remaining_ -= data.size();
      out->append(data.data(), data.size());
      break;
    case Framing::kChunked:
      if (data.empty()) break;  // An empty chunk would be the last.
      absl::StrAppend(out, absl::Hex(data.size()), kCrlf, data, kCrlf);
      break;
    case Framing::kUntilClose:
      out->append(data.data(), data.size());
      break;
  }
  if (end) End(nullptr, out);
}

void Http1Response::Trailers(const Headers& trailers, std::string* out) {
  if (!head_sent_ || ended_) return;
  End(accepts_trailers_ && MayBeSent(trailers) ? &trailers : nullptr, out);
}

void Http1Response::End(const Headers* trailers, std::string* out) {
  ended_ = true;
  if (framing_ == Framing::kLength && remaining_ > 0) must_close_ = true;
  if (framing_ != Framing::kChunked) return;
  absl::StrAppend(out, "0", kCrlf);
  if (trailers != nullptr) AppendFields(*trailers, /*with_length=*/false, out);
  out->append(kCrlf.data(), kCrlf.size());
}

absl::string_view HttpReason(int status) {
  if (status == 499) return "Client Closed Request";
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  if (reason == "<unknown-status>") return "Unknown";
  return {reason.data(), reason.size()};
}

}  // namespace serin
