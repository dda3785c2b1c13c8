#ifndef SERIN_SERVER_HTTP_HEADERS_H_
#define SERIN_SERVER_HTTP_HEADERS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace serin {

// A block of header or trailer fields, in order. Names are in lower case; pseudo-header fields
// (:method, :path, :scheme, :authority, :status) are fields like others and come first.
//
// All text is in one buffer, so that a block of any size costs two allocations. Views into it are
// valid until the next Add.
class Headers {
 public:
  struct Field {
    absl::string_view name;
    absl::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  // Neither is checked here: a session refuses what may not be sent.
  void Add(absl::string_view name, absl::string_view value);

  // Makes room for so many more fields, with so many bytes of names and values.
  void Reserve(size_t fields, size_t text_bytes) {
    ends_.reserve(ends_.size() + fields);
    text_.reserve(text_.size() + text_bytes);
  }

  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  Field operator[](size_t index) const;

  // The value of the first field of that name; the empty string if there is none.
  absl::string_view Get(absl::string_view name) const;
  bool Has(absl::string_view name) const;

  // As RFC 9113 (6.5.2) counts them: names, values, and 32 for each field.
  size_t list_bytes() const { return text_.size() + 32 * ends_.size(); }

 private:
  struct End {
    uint32_t name;
    uint32_t value;
  };

  std::string text_;
  std::vector<End> ends_;  // Where each field's name and value end in text_.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HEADERS_H_
