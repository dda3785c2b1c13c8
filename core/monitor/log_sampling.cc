#include "core/monitor/log_sampling.h"

// The library is a header only.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>

namespace serin {

bool IsLogged(absl::string_view prediction_id, double percent) {
  // [0, 1), evenly.
  const double place = std::ldexp(
      static_cast<double>(XXH3_64bits(prediction_id.data(), prediction_id.size()) >> 11), -53);
  return place * 100 < percent;
}

}  // namespace serin
