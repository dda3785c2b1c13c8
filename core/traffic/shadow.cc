#include "core/traffic/shadow.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Parts the draws here from those of split.h, which are from the same random number.
constexpr uint64_t kSalt = 0x5ad0b5ad0b5ad0b5u;

absl::Status ValidateElement(const v1::ShadowTraffic& element, absl::string_view field) {
  if (element.version() < 1) {
    return InvalidField(absl::StrCat(field, ".version"),
                        absl::StrCat("must be a whole number from 1, is ", element.version()));
  }
  if (element.percent() < 1 || element.percent() > 100) {
    return InvalidField(absl::StrCat(field, ".percent"),
                        absl::StrCat("must be 1 to 100, is ", element.percent()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateShadows(const ShadowSetting& shadows) {
  if (shadows.size() > kMaxShadows) {
    return InvalidField("shadows", absl::StrCat("must be at most ", kMaxShadows, " versions, are ",
                                                shadows.size()));
  }
  std::set<int32_t> versions;
  for (int i = 0; i < shadows.size(); ++i) {
    const std::string field = absl::StrCat("shadows[", i, "]");
    SERIN_RETURN_IF_ERROR(ValidateElement(shadows[i], field));
    if (!versions.insert(shadows[i].version()).second) {
      return InvalidField(
          absl::StrCat(field, ".version"),
          absl::StrCat("version ", shadows[i].version(), " stands twice, must stand once"));
    }
  }
  return absl::OkStatus();
}

ShadowVersions PickShadows(const ShadowSetting& shadows, int32_t answering, uint64_t random) {
  ShadowVersions versions;
  for (const v1::ShadowTraffic& shadow : shadows) {
    if (shadow.version() == answering) continue;
    RandomBits bits(random ^ MixBits(kSalt + static_cast<uint64_t>(shadow.version())));
    if (static_cast<int32_t>(bits.Below(100)) < shadow.percent()) {
      versions.push_back(shadow.version());
    }
  }
  return versions;
}

}  // namespace serin
