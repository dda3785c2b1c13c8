#ifndef SERIN_CORE_LEARN_TARGET_COPY_H_
#define SERIN_CORE_LEARN_TARGET_COPY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "core/learn/examples.h"
#include "core/table/table.h"
#include "serin/v1/job.pb.h"

// Features that are the target under another name. A model that has one looks it up, is judged to
// be perfect, and fails as soon as the feature is no longer known before the target is (leakage:
// Kaufman et al., "Leakage in data mining", 2012).

namespace serin {

// With fewer rows than this a copy can be chance.
inline constexpr size_t kMinCopyRows = 20;

// How a feature gives the target away, reading on from its name: "is the target times 1.8 plus 32".
// Nothing if it does not, or if half of the rows or more lack it.
//   Classes: each value stands for one class and each class for one value.
//   Numbers: the target is value * a + b to 1e-9 of its range, with a other than 0.
std::optional<std::string> DescribeTargetCopy(const ColumnData& feature, const Labels& labels);

// INVALID_ARGUMENT on `features` naming the first feature that gives the target away, unless the
// specification allows it or there are fewer than kMinCopyRows rows.
absl::Status CheckTargetCopies(const Examples& examples, const v1::TrainingSpec& spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TARGET_COPY_H_
