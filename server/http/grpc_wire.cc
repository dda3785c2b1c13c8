#include "server/http/grpc_wire.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "server/http/grpc_codes.h"

namespace serin {
namespace {

constexpr absl::string_view kStatusField = "grpc-status";
constexpr absl::string_view kMessageField = "grpc-message";
constexpr absl::string_view kDetailsField = "grpc-status-details-bin";

constexpr int64_t kMaxTimeoutValue = 99'999'999;
constexpr size_t kMaxTimeoutDigits = 8;

constexpr size_t kMaxMessageBytes = 1024;  // Three times as many once encoded, at worst.
constexpr size_t kMaxDetailsBytes = 3072;  // 4 KiB in base64.

constexpr int kMaxGrpcCode = 16;

struct TimeoutUnit {
  char letter;
  absl::Duration length;
};

const TimeoutUnit* FindUnit(char letter) {
  static const TimeoutUnit kUnits[] = {{'H', absl::Hours(1)},        {'M', absl::Minutes(1)},
                                       {'S', absl::Seconds(1)},      {'m', absl::Milliseconds(1)},
                                       {'u', absl::Microseconds(1)}, {'n', absl::Nanoseconds(1)}};
  for (const TimeoutUnit& unit : kUnits) {
    if (unit.letter == letter) return &unit;
  }
  return nullptr;
}

absl::Status BadTimeout(absl::string_view value) {
  return InvalidField("grpc-timeout",
                      absl::StrCat("must be 1 to 8 digits and one of H, M, S, m, u and n, is ",
                                   QuoteForError(value)));
}

bool NeedsEncoding(char c) { return c < 0x20 || c > 0x7e || c == '%'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that "%XY" at the beginning of `text` stands for, or -1 where that is not there.
int DecodedByte(absl::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = HexDigit(text[1]);
  const int low = HexDigit(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string DecodePercent(absl::string_view value) {
  std::string bytes;
  bytes.reserve(value.size());
  while (!value.empty()) {
    const int byte = DecodedByte(value);
    bytes += byte < 0 ? value[0] : static_cast<char>(byte);
    value.remove_prefix(byte < 0 ? 1 : 3);
  }
  return bytes;
}

absl::Status WithMessage(const absl::Status& status, absl::string_view message) {
  absl::Status out(status.code(), message);
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    out.SetPayload(type_url, payload);
  });
  return out;
}

// google.rpc.Status as bytes, no more of them than go into a header.
std::string DetailsOf(const absl::Status& status) {
  std::string details = ToRpcStatus(status).SerializeAsString();
  if (details.size() <= kMaxDetailsBytes) return details;
  const absl::Status plain(status.code(), status.message());
  const std::string reason = ReasonOf(status);
  details = ToRpcStatus(reason.empty() ? plain : WithReason(plain, reason)).SerializeAsString();
  return details.size() <= kMaxDetailsBytes ? details : ToRpcStatus(plain).SerializeAsString();
}

// Without padding, as gRPC asks.
std::string Base64(absl::string_view bytes) {
  std::string text = absl::Base64Escape(bytes);
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

std::optional<google::rpc::Status> DetailsIn(const Headers& trailers) {
  const absl::string_view field = trailers.Get(kDetailsField);
  std::string bytes;
  google::rpc::Status details;
  if (field.empty() || !absl::Base64Unescape(field, &bytes) || !details.ParseFromString(bytes)) {
    return std::nullopt;
  }
  return details;
}

// Of a block of fields that has no grpc-status.
absl::Status StatusWithoutGrpc(const Headers& fields) {
  const absl::string_view text = fields.Get(":status");
  int http_status = 0;
  if (!absl::SimpleAtoi(text, &http_status)) {
    return absl::UnknownError("the response ended without a grpc-status");
  }
  return absl::Status(CodeOfHttpStatus(http_status),
                      absl::StrCat("the response is HTTP ", http_status,
                                   " without a grpc-status: no gRPC server has answered"));
}

}  // namespace

bool IsGrpcContentType(absl::string_view content_type) {
  if (!absl::ConsumePrefix(&content_type, kGrpcContentType)) return false;
  return content_type.empty() || content_type[0] == '+' || content_type[0] == ';';
}

absl::StatusOr<absl::Duration> ParseGrpcTimeout(absl::string_view value) {
  if (value.size() < 2 || value.size() > kMaxTimeoutDigits + 1) return BadTimeout(value);
  const TimeoutUnit* unit = FindUnit(value.back());
  if (unit == nullptr) return BadTimeout(value);
  int64_t number = 0;
  for (const char c : value.substr(0, value.size() - 1)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return BadTimeout(value);
    number = number * 10 + (c - '0');
  }
  return number * unit->length;
}

std::string FormatGrpcTimeout(absl::Duration remaining) {
  for (const char letter : {'n', 'u', 'm', 'S', 'M', 'H'}) {
    absl::Duration rest;
    const int64_t number = absl::IDivDuration(remaining, FindUnit(letter)->length, &rest);
    if (number < 1 && letter == 'n') return "1n";
    if (number <= kMaxTimeoutValue) return absl::StrCat(number, absl::string_view(&letter, 1));
  }
  return absl::StrCat(kMaxTimeoutValue, "H");
}

std::string EncodeGrpcMessage(absl::string_view message) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string value;
  value.reserve(message.size());
  for (const char c : message) {
    if (!NeedsEncoding(c)) {
      value += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    value += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return value;
}

std::string DecodeGrpcMessage(absl::string_view value) {
  std::string message = DecodePercent(value);
  if (IsUtf8(message)) return message;
  return IsUtf8(value) ? std::string(value) : EncodeGrpcMessage(value);
}

void AddGrpcStatus(const absl::Status& status, Headers* trailers) {
  if (status.ok()) return trailers->Add(kStatusField, "0");
  trailers->Add(kStatusField, absl::StrCat(static_cast<int>(status.code())));
  const absl::Status sent =
      status.message().size() <= kMaxMessageBytes
          ? status
          : WithMessage(status, Utf8Prefix(status.message(), kMaxMessageBytes));
  if (!sent.message().empty()) {
    trailers->Add(kMessageField, EncodeGrpcMessage(sent.message()));
  }
  trailers->Add(kDetailsField, Base64(DetailsOf(sent)));
}

Headers GrpcTrailers(const absl::Status& status) {
  Headers trailers;
  AddGrpcStatus(status, &trailers);
  return trailers;
}

Headers GrpcTrailersOnly(const absl::Status& status) {
  Headers head = GrpcResponseHead();
  AddGrpcStatus(status, &head);
  return head;
}

Headers GrpcResponseHead() { return {{":status", "200"}, {"content-type", kGrpcContentType}}; }

std::optional<absl::StatusCode> GrpcCodeOf(const Headers& trailers) {
  const absl::string_view text = trailers.Get(kStatusField);
  if (text.empty() && !trailers.Has(kStatusField)) return std::nullopt;
  int code = 0;
  const bool known = absl::SimpleAtoi(text, &code) && code >= 0 && code <= kMaxGrpcCode;
  return known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
}

absl::Status GrpcStatusOf(const Headers& trailers) {
  const std::optional<absl::StatusCode> code = GrpcCodeOf(trailers);
  if (!code) return StatusWithoutGrpc(trailers);
  if (*code == absl::StatusCode::kOk) return absl::OkStatus();
  const std::optional<google::rpc::Status> details = DetailsIn(trailers);
  if (details && details->code() == static_cast<int>(*code)) return FromRpcStatus(*details);
  return absl::Status(*code, DecodeGrpcMessage(trailers.Get(kMessageField)));
}

}  // namespace serin
