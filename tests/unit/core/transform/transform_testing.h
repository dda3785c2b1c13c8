#ifndef SERIN_TESTS_UNIT_CORE_TRANSFORM_TRANSFORM_TESTING_H_
#define SERIN_TESTS_UNIT_CORE_TRANSFORM_TRANSFORM_TESTING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "core/transform/transform.h"

namespace serin {

// A table written as text: names and types, then a line for each row, with `_` for missing values:
//   a:number b:category
//   1        x
//   _        y
Table TextTable(const std::string& text);

// The other direction: a line each, values separated by single spaces.
std::string TextOf(const Table& table);

// Steps in protobuf's text format, one string for each.
TransformSteps StepsOf(const std::vector<std::string>& steps);

struct TransformSetup {
  int64_t batch_rows = 64 << 10;  // Of the tables read.
  TransformLimits limits = {};
  std::vector<std::pair<std::string, Table>> others = {};  // For joins, by name.
  std::function<bool()> cancelled = [] { return false; };
};

// What the steps make of the table, all batches in one.
absl::StatusOr<Table> RunSteps(const Table& table, const std::vector<std::string>& steps,
                               const TransformSetup& setup = TransformSetup());

// The same as text; ends the test's program where it is an error.
std::string TextAfter(const std::string& table, const std::vector<std::string>& steps,
                      const TransformSetup& setup = TransformSetup());

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_TRANSFORM_TRANSFORM_TESTING_H_
