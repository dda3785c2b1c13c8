#include "server/predict/oip/raw_bytes.h"

#include <cstdint>
#include <cstring>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr size_t kLengthBytes = 4;

// The element at the front, which is taken off; false where it is cut short.
bool TakeElement(absl::string_view* raw, absl::string_view* element) {
  uint32_t length = 0;
  if (raw->size() < kLengthBytes) return false;
  std::memcpy(&length, raw->data(), kLengthBytes);
  if (raw->size() - kLengthBytes < length) return false;
  *element = raw->substr(kLengthBytes, length);
  raw->remove_prefix(kLengthBytes + length);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<absl::string_view>> ReadRawBytes(absl::string_view raw,
                                                            absl::uint128 count) {
  std::vector<absl::string_view> elements;
  for (absl::string_view rest = raw; !rest.empty();) {
    if (elements.size() == count) {
      return absl::InvalidArgumentError(
          absl::StrCat("must have ", ShowCount(count), " elements, as the shape says, has more"));
    }
    const size_t start = raw.size() - rest.size();
    absl::string_view element;
    if (!TakeElement(&rest, &element)) {
      return absl::InvalidArgumentError(
          absl::StrCat("must have whole elements, each behind its length in 4 bytes; element ",
                       elements.size(), ", at byte ", start, ", is cut short"));
    }
    elements.push_back(element);
  }
  if (elements.size() == count) return elements;
  return absl::InvalidArgumentError(absl::StrCat(
      "must have ", ShowCount(count), " elements, as the shape says, has ", elements.size()));
}

void AppendRawBytes(absl::string_view element, std::string* raw) {
  const auto length = static_cast<uint32_t>(element.size());
  raw->append(reinterpret_cast<const char*>(&length), kLengthBytes);
  raw->append(element.data(), element.size());
}

std::string ShowCount(absl::uint128 count) {
  std::ostringstream text;
  text << count;
  return text.str();
}

}  // namespace serin
