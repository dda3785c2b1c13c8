#ifndef SERIN_SERVER_PREDICT_VERSION_REPORT_H_
#define SERIN_SERVER_PREDICT_VERSION_REPORT_H_

#include "serin/internal/v1/cluster_service.pb.h"
#include "server/predict/version_table.h"

namespace serin {

// What a predictor tells control of its versions: what is loaded, what comes with the next call,
// what is not loaded though it was tried, and the state of every version.
internal::v1::ReplicaReport ReportOf(const VersionTable& table);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_VERSION_REPORT_H_
