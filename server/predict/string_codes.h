#ifndef SERIN_SERVER_PREDICT_STRING_CODES_H_
#define SERIN_SERVER_PREDICT_STRING_CODES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace serin {

// Gives strings their codes in a dictionary (ColumnData::dictionary), to which it adds those that
// are new. A few are looked through one by one, which is all that a call of one row needs; an index
// is made once there are more.
class StringCodes {
 public:
  static constexpr size_t kFew = 8;

  // Nobody else adds to the dictionary meanwhile.
  explicit StringCodes(std::vector<std::string>* dictionary) : dictionary_(*dictionary) {}

  int32_t CodeOf(absl::string_view text) {
    if (dictionary_.size() >= kFew) return IndexedCodeOf(text);
    const auto it = std::find(dictionary_.begin(), dictionary_.end(), text);
    const auto code = static_cast<int32_t>(it - dictionary_.begin());
    if (it == dictionary_.end()) dictionary_.emplace_back(text);
    return code;
  }

 private:
  int32_t IndexedCodeOf(absl::string_view text) {
    if (codes_.empty()) {
      for (const std::string& known : dictionary_) codes_.emplace(known, codes_.size());
    }
    const auto [it, is_new] = codes_.try_emplace(text, dictionary_.size());
    if (is_new) dictionary_.emplace_back(text);
    return it->second;
  }

  std::vector<std::string>& dictionary_;
  // The dictionary's strings with their codes, once there are kFew of them.
  absl::flat_hash_map<std::string, int32_t> codes_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_STRING_CODES_H_
