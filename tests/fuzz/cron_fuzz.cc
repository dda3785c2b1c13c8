// Reads any bytes as a cron expression: what is refused has a message that can be sent; what is not
// has a next time, which it names, and which is the only one up to there.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/schedule/cron.h"

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "cron_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cron = serin::CronExpression::Parse(text);
  if (!cron.ok()) {
    Require(serin::IsUtf8(cron.status().message()), "a message that is not UTF-8");
    return 0;
  }
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time after = absl::FromUnixSeconds(1774659600);
  const auto next = serin::NextTime(*cron, utc, after);
  Require(next.has_value() && *next > after, "no next time");
  Require(cron->Matches(absl::CivilMinute(utc.At(*next).cs)), "a next time that is not named");
  Require(serin::LastTime(*cron, utc, after, *next) == next, "another time before the next");
  return 0;
}
