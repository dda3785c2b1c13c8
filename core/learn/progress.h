#ifndef SERIN_CORE_LEARN_PROGRESS_H_
#define SERIN_CORE_LEARN_PROGRESS_H_

#include <functional>

#include "serin/v1/job.pb.h"

namespace serin {

// The stages of a training job, in order. Only a job with a search is kSearching; what follows then
// takes the rest of the job: ProgressAfterSearch.
enum class Stage { kReading, kPreparing, kSearching, kTraining, kEvaluating, kStoring };

// Hears how far a training is; returns false to stop it. Called on the training's thread, possibly
// very often: a sink that does slow work decides when.
using ProgressSink = std::function<bool(const v1::JobProgress&)>;

// The progress of a job of which a stage is done to a share in [0, 1].
v1::JobProgress ProgressAt(Stage stage, double share);

// The same progress of a job that began with a search.
v1::JobProgress ProgressAfterSearch(v1::JobProgress progress);

// Of a training that fits several models one after the other: passes on the progress of fitting one
// of them as the share [begin, end] of Stage::kTraining. Keeps a copy of `progress`.
ProgressSink ShareOfTraining(ProgressSink progress, double begin, double end);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_PROGRESS_H_
