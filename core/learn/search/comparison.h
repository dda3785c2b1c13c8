#ifndef SERIN_CORE_LEARN_SEARCH_COMPARISON_H_
#define SERIN_CORE_LEARN_SEARCH_COMPARISON_H_

#include "core/engine/predictor.h"
#include "core/table/table.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Compares the model that a resolved specification gave, whose evaluation this is, with one that is
// there already: the other one predicts the same holdout, of a table that has its features too.
// Classes that only one of them knows count as classes that the other one never predicts. METRIC_
// UNSPECIFIED: as for searches. `better` says that the new model is, not that it is as good.
//
// Where they cannot be compared (another target, features that are not there or of another type, no
// holdout) `error` says why. The name of the other version is left to the caller.
v1::Comparison CompareOnHoldout(const Table& table, const v1::TrainingSpec& spec,
                                const v1::Evaluation& evaluation, const Predictor& other,
                                v1::Search::Metric metric);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_COMPARISON_H_
