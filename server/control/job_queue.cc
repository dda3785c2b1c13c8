#include "server/control/job_queue.h"

namespace serin {

void JobQueue::Add(const JobId& id, int32_t priority) {
  Remove(id);
  priority_of_[id] = priority;
  levels_[priority].waiting[id.first].insert(id.second);
}

void JobQueue::Remove(const JobId& id) {
  const auto known = priority_of_.find(id);
  if (known == priority_of_.end()) return;
  auto& waiting = levels_.at(known->second).waiting;
  const auto project = waiting.find(id.first);
  project->second.erase(id.second);
  if (project->second.empty()) waiting.erase(project);
  priority_of_.erase(known);
}

std::optional<JobId> JobQueue::Next() const {
  for (const auto& [priority, level] : levels_) {
    if (level.waiting.empty()) continue;
    const std::string& project = NextProject(level);
    return JobId(project, *level.waiting.at(project).begin());
  }
  return std::nullopt;
}

void JobQueue::Take(const JobId& id) {
  const auto known = priority_of_.find(id);
  if (known == priority_of_.end()) return;
  levels_.at(known->second).last = id.first;
  Remove(id);
}

size_t JobQueue::size(const std::string& project) const {
  size_t count = 0;
  for (const auto& [priority, level] : levels_) {
    const auto waiting = level.waiting.find(project);
    if (waiting != level.waiting.end()) count += waiting->second.size();
  }
  return count;
}

const std::string& JobQueue::NextProject(const Level& level) {
  const auto after = level.waiting.upper_bound(level.last);
  return after == level.waiting.end() ? level.waiting.begin()->first : after->first;
}

}  // namespace serin
