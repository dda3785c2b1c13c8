#include "server/http/headers.h"

namespace serin {

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) Add(field.name, field.value);
}

absl::string_view Headers::Get(absl::string_view name) const {
  const size_t index = Find(name);
  return index < size() ? (*this)[index].value : absl::string_view();
}

bool Headers::Has(absl::string_view name) const { return Find(name) < size(); }

size_t Headers::Find(absl::string_view name) const {
  for (size_t i = 0; i < size(); ++i) {
    if ((*this)[i].name == name) return i;
  }
  return size();
}

}  // namespace serin
