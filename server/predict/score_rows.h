#ifndef SERIN_SERVER_PREDICT_SCORE_ROWS_H_
#define SERIN_SERVER_PREDICT_SCORE_ROWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/engine/predictor.h"
#include "core/table/table.h"
#include "server/predict/loaded_model.h"

namespace serin {

// What came of the rows of one call, and the id that its caller and the log know it by.
struct ScoredRows {
  std::string prediction_id;
  Scores scores;
};

// Scores the rows of a call, whichever protocol it came by. `rows` has the model's features.
// INVALID_ARGUMENT where the answer would be too large: with many classes fewer rows may be asked
// about than kMaxPredictRows.
absl::StatusOr<ScoredRows> ScoreRows(const LoadedModel& model, const Table& rows, IdGenerator* ids);
// The same into `scored`, whose memory is used again.
absl::Status ScoreRows(const LoadedModel& model, const Table& rows, IdGenerator* ids,
                       ScoreScratch* scratch, ScoredRows* scored);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_SCORE_ROWS_H_
