#include "server/control/finished_jobs.h"

namespace serin {

std::vector<JobId> FinishedJobs::Surplus(const std::string& project) const {
  std::vector<JobId> surplus;
  const auto found = ended_.find(project);
  if (found == ended_.end()) return surplus;
  const std::deque<std::string>& ended = found->second;
  for (size_t i = 0; ended.size() + 1 > kept_ + i; ++i) surplus.emplace_back(project, ended[i]);
  return surplus;
}

void FinishedJobs::Add(const JobId& id) {
  std::deque<std::string>& ended = ended_[id.first];
  ended.push_back(id.second);
  while (ended.size() > kept_) ended.pop_front();
}

}  // namespace serin
