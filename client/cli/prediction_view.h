#ifndef SERIN_CLIENT_CLI_PREDICTION_VIEW_H_
#define SERIN_CLIENT_CLI_PREDICTION_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/session.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// Prints the answers of one or more calls, in order: as JSON one PredictResponse after the other,
// else one line for each row, with a new table where the classes change.
class PredictionPrinter {
 public:
  // The session must outlive the printer.
  explicit PredictionPrinter(const Session& session) : session_(session) {}

  absl::Status Add(const v1::PredictResponse& response);
  void Finish();

 private:
  void AddToTable(const v1::PredictResponse& response);

  const Session& session_;
  std::optional<TextTable> table_;
  std::vector<std::string> classes_;  // Of `table_`.
  int64_t row_ = 0;                   // Rows printed so far.
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_PREDICTION_VIEW_H_
