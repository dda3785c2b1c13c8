#ifndef SERIN_CORE_LEARN_EXAMPLES_H_
#define SERIN_CORE_LEARN_EXAMPLES_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/labels.h"
#include "core/table/table.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// The rows to learn from: what is split, fitted on and evaluated.
struct Examples {
  Table features;  // In order of the specification.
  v1::ColumnSchema target;
  Labels labels;  // Their rows are rows of `features`.
  // What the evaluation splits by: see SplitKeysOf. One per entry of labels.rows; empty where it
  // splits by no column.
  std::vector<double> split_keys = {};
};

// Picks the columns of a resolved specification (ColumnsOf) out of a table. INVALID_ARGUMENT as
// LabelsOf and CheckTargetCopies say, and for a feature without values in its rows; INTERNAL if the
// table lacks a column.
absl::StatusOr<Examples> MakeExamples(const Table& table, const v1::TrainingSpec& spec);

// The features of some examples, given as indexes into labels.rows. Dictionaries hold only what
// those rows have.
Table TakeFeatures(const Examples& examples, const std::vector<size_t>& indexes);

// What there is to learn of some examples.
std::vector<double> TakeValues(const Labels& labels, const std::vector<size_t>& indexes);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_EXAMPLES_H_
