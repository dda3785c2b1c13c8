#include "server/http/headers.h"

namespace serin {
namespace {

// Most heads of calls fit, so that they are allocated at once and not while they grow.
constexpr size_t kUsualText = 256;
constexpr size_t kUsualFields = 12;

}  // namespace

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) Add(field.name, field.value);
}

void Headers::Add(absl::string_view name, absl::string_view value) {
  if (ends_.capacity() == 0) Reserve(kUsualFields, kUsualText);
  text_.append(name.data(), name.size());
  const auto name_end = static_cast<uint32_t>(text_.size());
  text_.append(value.data(), value.size());
  ends_.push_back({.name = name_end, .value = static_cast<uint32_t>(text_.size())});
}

Headers::Field Headers::operator[](size_t index) const {
  const absl::string_view text = text_;
  const uint32_t begin = index == 0 ? 0 : ends_[index - 1].value;
  const End end = ends_[index];
  return {.name = text.substr(begin, end.name - begin),
          .value = text.substr(end.name, end.value - end.name)};
}

absl::string_view Headers::Get(absl::string_view name) const {
  for (size_t i = 0; i < size(); ++i) {
    const Field field = (*this)[i];
    if (field.name == name) return field.value;
  }
  return "";
}

bool Headers::Has(absl::string_view name) const {
  for (size_t i = 0; i < size(); ++i) {
    if ((*this)[i].name == name) return true;
  }
  return false;
}

}  // namespace serin
