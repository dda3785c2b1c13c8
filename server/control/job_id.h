#ifndef SERIN_SERVER_CONTROL_JOB_ID_H_
#define SERIN_SERVER_CONTROL_JOB_ID_H_

#include <string>
#include <utility>

#include "server/control/launcher.h"

namespace serin {

// {project, job}. Jobs of a project sort by the order in which they were accepted.
using JobId = std::pair<std::string, std::string>;

inline JobId IdOf(const WorkerAttempt& attempt) { return {attempt.project, attempt.job}; }

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_ID_H_
