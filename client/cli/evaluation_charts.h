#ifndef SERIN_CLIENT_CLI_EVALUATION_CHARTS_H_
#define SERIN_CLIENT_CLI_EVALUATION_CHARTS_H_

#include "client/cli/session.h"
#include "serin/v1/model.pb.h"

// What is drawn of an evaluation below its metrics. Each prints an empty line first, and nothing
// where there is nothing to draw; --output json has all of it.

namespace serin {

// True classes down and predicted ones across; of at most 20 classes.
void PrintConfusionMatrix(const v1::ConfusionMatrix& matrix, const Session& session);
// Precision, recall and F1 of each class, at most 20.
void PrintClasses(const v1::ClassificationMetrics& metrics, const Session& session);
// Predicted beside observed shares, of the class of a model that has two.
void PrintCalibration(const v1::ClassificationMetrics& metrics, const Session& session);
void PrintResiduals(const v1::RegressionMetrics& metrics, const Session& session);
// The 15 most important features, with bars.
void PrintImportances(const v1::Evaluation& evaluation, const Session& session);
// Each fold's metrics, side by side.
void PrintFolds(const v1::Evaluation& evaluation, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_EVALUATION_CHARTS_H_
