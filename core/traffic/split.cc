#include "core/traffic/split.h"

#include <cmath>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr int32_t kWholeTraffic = 100;

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv).
constexpr uint64_t kFnvOffset = 14695981039346656037u;
constexpr uint64_t kFnvPrime = 1099511628211u;

uint64_t Fnv1a(uint64_t hash, absl::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return hash;
}

// A number in (0, 1), never 0 or 1: the middle of one of 2^52 equal intervals. (Of 2^53, the last
// would round to 1.)
double ToUnitInterval(uint64_t bits) { return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52; }

// Higher is better. Drawn from the version's number and not from its place in the list.
double Score(const v1::TrafficWeight& candidate, uint64_t key_hash) {
  const uint64_t draw = MixBits(key_hash ^ MixBits(static_cast<uint64_t>(candidate.version())));
  return -candidate.weight() / std::log(ToUnitInterval(draw));
}

absl::Status ValidateElement(const v1::TrafficWeight& element, absl::string_view field) {
  if (element.version() < 1) {
    return InvalidField(absl::StrCat(field, ".version"),
                        absl::StrCat("must be a whole number from 1, is ", element.version()));
  }
  if (element.weight() < 0 || element.weight() > kWholeTraffic) {
    return InvalidField(absl::StrCat(field, ".weight"),
                        absl::StrCat("must be 0 to 100, is ", element.weight()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTraffic(const TrafficSplit& traffic) {
  std::set<int32_t> versions;
  int64_t sum = 0;
  for (int i = 0; i < traffic.size(); ++i) {
    const std::string field = absl::StrCat("traffic[", i, "]");
    SERIN_RETURN_IF_ERROR(ValidateElement(traffic[i], field));
    if (!versions.insert(traffic[i].version()).second) {
      return InvalidField(
          absl::StrCat(field, ".version"),
          absl::StrCat("version ", traffic[i].version(), " stands twice, must stand once"));
    }
    sum += traffic[i].weight();
  }
  if (sum == kWholeTraffic) return absl::OkStatus();
  return InvalidField("traffic", absl::StrCat("weights add up to ", sum, ", must add up to 100"));
}

uint64_t HashKey(absl::string_view model, absl::string_view key) {
  // No model name has a NUL byte: it parts ("ab", "c") from ("a", "bc").
  const uint64_t of_model = Fnv1a(Fnv1a(kFnvOffset, model), absl::string_view("\0", 1));
  // FNV alone does not carry the last bytes of short keys to every bit.
  return MixBits(Fnv1a(of_model, key));
}

int32_t PickVersion(const TrafficSplit& traffic, uint64_t key_hash) {
  int32_t best_version = 0;
  double best_score = 0;
  for (const v1::TrafficWeight& candidate : traffic) {
    const double score = Score(candidate, key_hash);
    if (score > best_score) {
      best_score = score;
      best_version = candidate.version();
    }
  }
  return best_version;
}

}  // namespace serin
