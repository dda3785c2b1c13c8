#ifndef SERIN_SERVER_CONTROL_SCHEDULE_FIELDS_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "serin/v1/schedule.pb.h"

// What users may say about a schedule. Functions over values; errors are InvalidField of a field
// relative to the schedule.

namespace serin {

// The dataset that each run reads, as the schedule names it.
const std::string& InputOf(const v1::Schedule& schedule);
// The path of the field that names it.
const char* InputFieldOf(const v1::Schedule& schedule);

// Checks all that can be checked without the dataset.
absl::Status CheckSchedule(const v1::Schedule& schedule);

// What a user has given for a new schedule, without what only the server says.
v1::Schedule GivenFields(const v1::Schedule& schedule);

// The schedule with what the mask names replaced by what `given` has. The error is of
// `update_mask`.
absl::StatusOr<v1::Schedule> ApplyMask(const v1::Schedule& schedule, const v1::Schedule& given,
                                       const google::protobuf::FieldMask& mask);

// Jobs have a priority from -100 to 100.
absl::Status CheckPriority(absl::string_view field, int32_t priority);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_FIELDS_H_
