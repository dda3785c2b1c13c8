#ifndef SERIN_CORE_SCHEDULE_CRON_FIELD_H_
#define SERIN_CORE_SCHEDULE_CRON_FIELD_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// The inside of CronExpression: one of the five fields.

namespace serin {

// Which values a field takes.
struct CronField {
  absl::string_view name;  // For errors: "minute".
  int min;
  int max;
  absl::Span<const absl::string_view> names;  // Of min, min + 1, ...; lower case. May be empty.
};

// The values that the text names; bit i stands for value i. The error is INVALID_ARGUMENT and reads
// on from the field's name: "24 is more than 23".
absl::StatusOr<uint64_t> ParseCronField(const CronField& field, absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_SCHEDULE_CRON_FIELD_H_
