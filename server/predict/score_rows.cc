#include "server/predict/score_rows.h"

#include "core/base/status_macros.h"

namespace serin {

absl::StatusOr<ScoredRows> ScoreRows(const LoadedModel& model, const Table& rows,
                                     IdGenerator* ids) {
  ScoreScratch scratch;
  ScoredRows scored;
  SERIN_RETURN_IF_ERROR(ScoreRows(model, rows, ids, &scratch, &scored));
  return scored;
}

absl::Status ScoreRows(const LoadedModel& model, const Table& rows, IdGenerator* ids,
                       ScoreScratch* scratch, ScoredRows* scored) {
  SERIN_RETURN_IF_ERROR(model.predictor->Score(rows, scratch, &scored->scores));
  scored->prediction_id = ids->Next();
  return absl::OkStatus();
}

}  // namespace serin
