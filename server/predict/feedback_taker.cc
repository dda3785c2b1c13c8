#include "server/predict/feedback_taker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/monitor/log_columns.h"
#include "server/predict/feedback_rows.h"

namespace serin {
namespace {

v1::Task TaskOf(const ModelHost& host, const LogSetting& setting) {
  v1::Task task = v1::TASK_UNSPECIFIED;
  const std::shared_ptr<const VersionTable> versions = host.Versions();
  for (const auto& version : versions->versions()) {
    const VersionName& name = version->wanted.name;
    if (name.project != setting.project || name.model != setting.model_id) continue;
    if (version->loaded != nullptr) task = version->loaded->predictor->model().task();
  }
  return task;
}

}  // namespace

absl::Status FeedbackTaker::Take(const v1::RecordFeedbackRequest& message) {
  if (setting_ == nullptr) {
    SERIN_RETURN_IF_ERROR(FindModel(message.model()));
  } else if (!message.model().empty() && message.model() != named_) {
    return InvalidField(
        "model", absl::StrCat("must be empty or as in the first message, ", QuoteForError(named_),
                              ", is ", QuoteForError(message.model())));
  }
  SERIN_ASSIGN_OR_RETURN(const Table rows,
                         FeedbackRows(message.feedback(), task_, parts_.clock->Now(), parts_.ids));
  return rows.row_count() == 0 ? absl::OkStatus() : Append(rows);
}

absl::Status FeedbackTaker::Finish() const {
  if (setting_ != nullptr) return absl::OkStatus();
  return InvalidField("model", "is required in the first message");
}

absl::Status FeedbackTaker::FindModel(const std::string& named) {
  SERIN_ASSIGN_OR_RETURN(const std::string id, ParseModelName("model", named));
  setting_ = parts_.settings->Find(project_, id);
  if (setting_ == nullptr) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          ModelName(id),
                          " has no prediction log, or does not exist; SetPredictionLog makes one")),
                      "NO_PREDICTION_LOG");
  }
  named_ = named;
  task_ = TaskOf(*parts_.host, *setting_);
  return absl::OkStatus();
}

absl::Status FeedbackTaker::Append(const Table& rows) const {
  const absl::Status appended = parts_.sink->Append(
      {.project = project_,
       .dataset = FeedbackDataset(setting_->model_id),
       .description = absl::StrCat("True labels of predictions of ", ModelName(setting_->model_id)),
       .max_age = setting_->log.retention(),
       .request_id = parts_.ids->Next(),
       .keep_names = true,
       .table = &rows,
       .end = rows.row_count()});
  if (!absl::IsInvalidArgument(appended)) return appended;
  return InvalidField("feedback",
                      absl::StrCat("must fit the labels that there are: ", appended.message()));
}

}  // namespace serin
