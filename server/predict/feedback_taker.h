#ifndef SERIN_SERVER_PREDICT_FEEDBACK_TAKER_H_
#define SERIN_SERVER_PREDICT_FEEDBACK_TAKER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/log_settings.h"
#include "server/predict/model_host.h"
#include "server/predict/row_sink.h"

namespace serin {

// What labels are checked with and where they go. All are thread-safe.
struct FeedbackParts {
  const LogSettings* settings;
  const ModelHost* host;
  RowSink* sink;
  const Clock* clock;
  IdGenerator* ids;
};

// Writes the labels of one RecordFeedback call, message by message. Not thread-safe.
class FeedbackTaker {
 public:
  FeedbackTaker(const FeedbackParts& parts, std::string project)
      : parts_(parts), project_(std::move(project)) {}

  // Writes the labels of the next message; they are on disk when it returns. May wait. Errors are
  // those of RecordFeedback.
  absl::Status Take(const v1::RecordFeedbackRequest& message);

  // What is wrong with a call that ends here.
  absl::Status Finish() const;

 private:
  absl::Status FindModel(const std::string& named);
  absl::Status Append(const Table& rows) const;

  const FeedbackParts parts_;
  const std::string project_;
  std::string named_;  // As the first message has it.
  std::shared_ptr<const LogSetting> setting_;
  v1::Task task_ =
      v1::TASK_UNSPECIFIED;  // Of the newest version that is loaded here, if there is one.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_FEEDBACK_TAKER_H_
