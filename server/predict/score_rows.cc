#include "server/predict/score_rows.h"

#include <utility>

#include "core/base/status_macros.h"

namespace serin {

absl::StatusOr<ScoredRows> ScoreRows(const LoadedModel& model, const Table& rows,
                                     IdGenerator* ids) {
  SERIN_ASSIGN_OR_RETURN(Scores scores, model.predictor->Score(rows));
  return ScoredRows{.prediction_id = ids->Next(), .scores = std::move(scores)};
}

}  // namespace serin
