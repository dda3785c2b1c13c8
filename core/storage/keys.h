#ifndef SERIN_CORE_STORAGE_KEYS_H_
#define SERIN_CORE_STORAGE_KEYS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"

// Keys are components joined by '/': the project, the kind of record, and what names it within
// the kind. KEYS.md lists them all.
//
// Order: keys that differ in their last component only sort as those components do. A component
// in the middle sorts as if '/' followed it, so that all keys below it are together.

namespace serin {

// The key of these components. Any bytes may be in them: '/' and '%' are written %2F and %25.
std::string Key(std::initializer_list<absl::string_view> components);

// What all keys below these components begin with: their key and a '/'.
std::string KeyPrefix(std::initializer_list<absl::string_view> components);

// A number as a component: ten digits, so that byte order is numeric order. Not negative.
std::string KeyNumber(int32_t number);

// The components that a key was made of. DATA_LOSS, with the key, where no key looks like that.
absl::StatusOr<std::vector<std::string>> ParseKey(absl::string_view key);

// The number that a component was made of; DATA_LOSS where it was made of none.
absl::StatusOr<int32_t> ParseKeyNumber(absl::string_view component);

// The first components of all keys, each once, in key order: projects. Reads one key of each.
absl::StatusOr<std::vector<std::string>> ListProjects(const StoreReader& reader);

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_KEYS_H_
