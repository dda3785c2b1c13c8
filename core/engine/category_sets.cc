#include "core/engine/category_sets.h"

namespace serin {

uint32_t CategorySets::Add(const CategoryRange& categories) {
  Set set{0, static_cast<uint32_t>(WordCount(categories)), words_.size()};
  words_.resize(words_.size() + set.word_count);
  if (set.word_count > 0) set.first_word = static_cast<uint32_t>(categories.front()) / 32;
  for (const int32_t category : categories) {
    const uint32_t word = static_cast<uint32_t>(category) / 32 - set.first_word;
    words_[set.begin + word] |= uint32_t{1} << (category % 32);
  }
  sets_.push_back(set);
  return size() - 1;
}

}  // namespace serin
