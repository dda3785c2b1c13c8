#ifndef SERIN_CLIENT_CLI_MODEL_VIEW_H_
#define SERIN_CLIENT_CLI_MODEL_VIEW_H_

#include <vector>

#include "client/cli/session.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Its traffic, aliases and dates.
void PrintModel(const v1::Model& model, const Session& session);
void PrintModelList(const std::vector<v1::Model>& models, const Session& session);

// One line for each version, with its share of the traffic and its main metric.
void PrintModelVersionList(const v1::Model& model, const std::vector<v1::ModelVersion>& versions,
                           const Session& session);

// The newest versions, at most 6, a column each: who made them of what, and every metric.
void PrintVersionsSideBySide(const v1::Model& model, const std::vector<v1::ModelVersion>& versions,
                             const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_MODEL_VIEW_H_
