#ifndef SERIN_SERVER_HTTP_HEADERS_H_
#define SERIN_SERVER_HTTP_HEADERS_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace serin {

// A block of header or trailer fields, in order. Names are in lower case; pseudo-header fields
// (:method, :path, :scheme, :authority, :status) are fields like others and come first.
//
// All text is in one buffer, so that a block of a usual size costs one allocation. Views into it
// are valid until the next Add, and not for a block that it is moved to.
class Headers {
 public:
  struct Field {
    absl::string_view name;
    absl::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  // Neither is checked here: a session refuses what may not be sent.
  void Add(absl::string_view name, absl::string_view value) {
    if (empty()) text_.reserve(kUsualText);
    text_.append(name.data(), name.size());
    const auto name_end = static_cast<uint32_t>(text_.size());
    text_.append(value.data(), value.size());
    ends_.push_back({.name = name_end, .value = static_cast<uint32_t>(text_.size())});
  }

  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  Field operator[](size_t index) const {
    const uint32_t begin = index == 0 ? 0 : ends_[index - 1].value;
    const auto [name_end, value_end] = ends_[index];
    return {.name = {text_.data() + begin, name_end - begin},
            .value = {text_.data() + name_end, value_end - name_end}};
  }

  // The value of the first field of that name; the empty string if there is none.
  absl::string_view Get(absl::string_view name) const;
  bool Has(absl::string_view name) const;

  // All names and values, one after the other.
  absl::string_view text() const { return text_; }

  // As RFC 9113 (6.5.2) counts them: names, values, and 32 for each field.
  size_t list_bytes() const { return text_.size() + 32 * ends_.size(); }

 private:
  struct End {
    uint32_t name;
    uint32_t value;
  };

  // Most heads of calls fit.
  static constexpr size_t kUsualText = 400;
  static constexpr size_t kUsualFields = 12;

  // The index of the first field of that name, or size().
  size_t Find(absl::string_view name) const;

  std::string text_;
  absl::InlinedVector<End, kUsualFields> ends_;  // Where each field's name and value end in text_.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HEADERS_H_
