#ifndef SERIN_CORE_LEARN_SPEC_PREPROCESSING_H_
#define SERIN_CORE_LEARN_SPEC_PREPROCESSING_H_

#include <string>

#include "absl/status/status.h"
#include "core/learn/algorithm.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

// What becomes of the features: a part of ResolveSpec.

namespace serin {

// Checks what a specification whose task and features are known says about single features, and
// spells out one entry per feature, in their order, with the defaults of the algorithm. With a null
// algorithm (`auto`) what is not given stays open: each candidate fills it in.
absl::Status ResolvePreprocessing(const v1::Schema& schema, const Algorithm* algorithm,
                                  v1::TrainingSpec* spec);

// Algorithm.preprocessing.
std::string DescribePreprocessing(InputKind kind);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_PREPROCESSING_H_
