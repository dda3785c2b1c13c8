#ifndef SERIN_CORE_LEARN_TRAIN_H_
#define SERIN_CORE_LEARN_TRAIN_H_

#include "absl/status/statusor.h"
#include "core/learn/progress.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Trains the model that a resolved specification without search (spec.h) asks for, and evaluates it
// on the rows held out through the same Predictor that will serve it. The table has the columns
// that ColumnsOf names, among others and in any order. The bundle lacks only its lineage.
//
// The same table and specification give the same bundle, byte for byte.
//
// INVALID_ARGUMENT, on fields relative to the specification, for what only the data can tell: a
// target that is missing everywhere or constant, a class with one row, a feature without values or
// one that gives the target away, and the like. CANCELLED once `progress` has returned false.
// XGBoost wants OMP_WAIT_POLICY=passive in the environment of the process: without, its threads
// spin and slow each other down.
absl::StatusOr<internal::v1::Bundle> TrainModel(const Table& table, const v1::TrainingSpec& spec,
                                                const ProgressSink& progress);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TRAIN_H_
