#include "core/interchange/json_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using Json = nlohmann::json;

// Takes about 1 GiB in memory.
constexpr size_t kMaxValues = size_t{1} << 26;
constexpr int kMaxDepth = 64;

// What nlohmann says ends with what it has read last, which may be all of a file, in any bytes.
absl::Status Unreadable(absl::string_view error) {
  constexpr size_t kMaxErrorBytes = 200;
  const size_t bracket = error.find("] ");
  if (bracket != absl::string_view::npos) error.remove_prefix(bracket + 2);
  return absl::InvalidArgumentError(Utf8Prefix(error, kMaxErrorBytes));
}

// Looks a file over before anything is made of it: counts values and levels, and stops the parser,
// which would recurse with them, where they are too many.
class SizeCheck final : public nlohmann::json_sax<Json> {
 public:
  // A value takes a byte of a file; UBJSON can announce lists whose values take none.
  explicit SizeCheck(size_t bytes) : max_values_(std::min(kMaxValues, bytes)) {}

  bool null() override { return Count(); }
  bool boolean(bool) override { return Count(); }
  bool number_integer(int64_t) override { return Count(); }
  bool number_unsigned(uint64_t) override { return Count(); }
  bool number_float(double, const std::string&) override { return Count(); }
  bool string(std::string&) override { return Count(); }
  bool binary(Json::binary_t&) override { return Count(); }
  bool key(std::string&) override { return Count(); }
  bool start_object(size_t size) override { return Open(size); }
  bool end_object() override { return Close(); }
  bool start_array(size_t size) override { return Open(size); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    status_ = Unreadable(error.what());
    return false;
  }

  const absl::Status& status() const { return status_; }

 private:
  bool Count(size_t count = 1) {
    if (count <= max_values_ - values_) {
      values_ += count;
      return true;
    }
    status_ = absl::ResourceExhaustedError(
        absl::StrCat("has more than ", max_values_, " values, which is more than can be read"));
    return false;
  }
  // `size` is what the file announces, all ones where it does not.
  bool Open(size_t size) {
    if (size != static_cast<size_t>(-1) && size > max_values_) return Count(size);
    if (++depth_ <= kMaxDepth) return Count();
    status_ = absl::InvalidArgumentError(absl::StrCat("is nested deeper than ", kMaxDepth));
    return false;
  }
  bool Close() {
    --depth_;
    return true;
  }

  const size_t max_values_;
  size_t values_ = 0;
  int depth_ = 0;
  absl::Status status_;
};

// JSON has no NaN, XGBoost writes it nevertheless: null in its place, outside of strings.
std::string ReplaceNaN(absl::string_view json) {
  std::string replaced;
  replaced.reserve(json.size());
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (!in_string && absl::StartsWith(json.substr(i), "NaN")) {
      replaced += "null";
      i += 2;
      continue;
    }
    if (json[i] == '"') in_string = !in_string;
    if (in_string && json[i] == '\\' && i + 1 < json.size()) replaced += json[i++];
    replaced += json[i];
  }
  return replaced;
}

absl::StatusOr<Json> Read(absl::string_view bytes, Json::input_format_t format) {
  SizeCheck check(bytes.size());
  Json::sax_parse(bytes.begin(), bytes.end(), &check, format);
  if (!check.status().ok()) return check.status();
  return format == Json::input_format_t::json ? Json::parse(bytes.begin(), bytes.end())
                                              : Json::from_ubjson(bytes.begin(), bytes.end());
}

}  // namespace

bool IsUbjsonObject(absl::string_view bytes) {
  // Behind the brace comes the type of the first key's length, or of all values, or their number.
  return bytes.size() > 1 && bytes[0] == '{' && absl::StrContains("iUIlL$#", bytes[1]);
}

absl::StatusOr<Json> ReadJsonFile(absl::string_view bytes) {
  try {
    if (IsUbjsonObject(bytes)) return Read(bytes, Json::input_format_t::ubjson);
    if (!absl::StrContains(bytes, "NaN")) return Read(bytes, Json::input_format_t::json);
    return Read(ReplaceNaN(bytes), Json::input_format_t::json);
  } catch (const std::exception& error) {
    return Unreadable(error.what());
  }
}

}  // namespace serin
