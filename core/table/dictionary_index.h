#ifndef SERIN_CORE_TABLE_DICTIONARY_INDEX_H_
#define SERIN_CORE_TABLE_DICTIONARY_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace serin {

// Finds strings in a dictionary (ColumnData::dictionary) and adds those it lacks. Holds codes only,
// each string is in memory once. Nobody else may change the dictionary while the index is used.
class DictionaryIndex {
 public:
  explicit DictionaryIndex(std::vector<std::string>* dictionary)
      : dictionary_(dictionary), codes_(0, Hash{dictionary}, Equal{dictionary}) {
    for (size_t code = 0; code < dictionary->size(); ++code) codes_.insert(ToCode(code));
  }

  // The code of `text`, which is added where it is new.
  int32_t Intern(absl::string_view text) {
    const auto found = codes_.find(text);
    if (found != codes_.end()) return *found;
    const int32_t code = ToCode(dictionary_->size());
    dictionary_->emplace_back(text);
    codes_.insert(code);
    return code;
  }

 private:
  static int32_t ToCode(size_t index) { return static_cast<int32_t>(index); }

  struct Hash {
    using is_transparent = void;
    size_t operator()(absl::string_view text) const { return absl::HashOf(text); }
    size_t operator()(int32_t code) const {
      return absl::HashOf(absl::string_view((*dictionary)[code]));
    }
    const std::vector<std::string>* dictionary;
  };

  struct Equal {
    using is_transparent = void;
    bool operator()(int32_t a, int32_t b) const { return a == b; }
    bool operator()(int32_t code, absl::string_view text) const {
      return (*dictionary)[code] == text;
    }
    bool operator()(absl::string_view text, int32_t code) const { return (*this)(code, text); }
    const std::vector<std::string>* dictionary;
  };

  std::vector<std::string>* const dictionary_;
  absl::flat_hash_set<int32_t, Hash, Equal> codes_;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_DICTIONARY_INDEX_H_
