#include "server/predict/score_rows.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Of all rows of an answer, a number for each class: 256 MiB, several times that on its way.
constexpr size_t kMaxOutputs = size_t{1} << 25;

absl::Status CheckSize(const Predictor& predictor, size_t row_count) {
  const size_t most = kMaxOutputs / predictor.output_count();
  if (row_count <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "must have at most ", most, " rows, as each is answered with ", predictor.output_count(),
      " numbers, has ", row_count, "; send several requests"));
}

}  // namespace

absl::StatusOr<ScoredRows> ScoreRows(const LoadedModel& model, const Table& rows,
                                     IdGenerator* ids) {
  ScoreScratch scratch;
  ScoredRows scored;
  SERIN_RETURN_IF_ERROR(ScoreRows(model, rows, ids, &scratch, &scored));
  return scored;
}

absl::Status ScoreRows(const LoadedModel& model, const Table& rows, IdGenerator* ids,
                       ScoreScratch* scratch, ScoredRows* scored) {
  SERIN_RETURN_IF_ERROR(CheckSize(*model.predictor, rows.row_count()));
  SERIN_RETURN_IF_ERROR(model.predictor->Score(rows, scratch, &scored->scores));
  scored->prediction_id = ids->Next();
  return absl::OkStatus();
}

}  // namespace serin
