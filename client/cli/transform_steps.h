#ifndef SERIN_CLIENT_CLI_TRANSFORM_STEPS_H_
#define SERIN_CLIENT_CLI_TRANSFORM_STEPS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/transform.pb.h"

// Steps of a transformation as people type them: the step's name, then its fields, both as in
// transform.proto.
//
//   fill_missing columns=age,fare strategy=mean
//   fill_missing age,fare strategy=mean             the name of the first field may be left out
//   rename "petal length" to=petal_length           quotes keep spaces and commas together
//   cast age type=integer on_error=missing          enumerators without their prefix, in lower case
//   sort -age,name                                  a minus in front: descending
//   filter age > 30 and sex = 'female'              all behind `filter` is the expression

namespace serin {

// INVALID_ARGUMENT that quotes the step and says what is wrong with it and what would be right.
// What only the server can tell (columns that are not there, missing fields) is left to it.
absl::StatusOr<v1::TransformStep> ParseTransformStep(absl::string_view text);

// Steps in the JSON form of the protos: an array of TransformStep, or an object as
// DatasetVersion.derivation, of which only the steps are taken. INVALID_ARGUMENT says where.
absl::StatusOr<std::vector<v1::TransformStep>> ParseTransformSteps(absl::string_view json);

// A text that ParseTransformStep makes the same step of.
std::string FormatTransformStep(const v1::TransformStep& step);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRANSFORM_STEPS_H_
