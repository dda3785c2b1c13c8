#include "core/profile/value_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace serin {

uint64_t HashText(absl::string_view text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace serin
