#include "core/base/version.h"

namespace serin {

absl::string_view Version() { return SERIN_VERSION; }

}  // namespace serin
