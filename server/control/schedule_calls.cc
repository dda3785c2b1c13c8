#include "server/control/schedule_calls.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/control/schedule_fields.h"
#include "server/control/schedule_policy.h"

namespace serin {
namespace {

using internal::v1::ScheduleRecord;

constexpr int32_t kDefaultPageSize = 100;
constexpr int32_t kMaxPageSize = 1000;
// A schedule changes by its runs; rarely more than once while a call is under way.
constexpr int kMaxTries = 5;

bool Equals(const v1::CronTrigger& a, const v1::CronTrigger& b) {
  return a.expression() == b.expression() && a.time_zone() == b.time_zone();
}

absl::StatusOr<ScheduleId> ParseId(const std::string& project, const std::string& name) {
  SERIN_ASSIGN_OR_RETURN(std::string schedule, ParseScheduleName("name", name));
  return ScheduleId{project, std::move(schedule)};
}

absl::StatusOr<std::string> ParsePageToken(const std::string& token) {
  std::string after;
  if (token.empty()) return after;
  if (absl::WebSafeBase64Unescape(token, &after) && ValidateName("name", after).ok()) return after;
  return InvalidField("page_token", "must be the next_page_token of an answer to the same listing");
}

absl::StatusOr<size_t> PageSize(int32_t requested) {
  if (requested < 0) {
    return InvalidField("page_size", absl::StrCat("must not be negative, is ", requested));
  }
  return static_cast<size_t>(requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize));
}

}  // namespace

absl::StatusOr<v1::Schedule> ScheduleCalls::Create(const std::string& project,
                                                   const v1::CreateScheduleRequest& request) const {
  SERIN_RETURN_IF_ERROR(ValidateName("schedule_id", request.schedule_id()));
  const ScheduleId id = {project, request.schedule_id()};
  ScheduleRecord record;
  v1::Schedule& schedule = *record.mutable_schedule();
  schedule = GivenFields(request.schedule());
  if (const absl::Status wrong = CheckSchedule(schedule); !wrong.ok()) {
    return PrefixField("schedule", wrong);
  }
  // A repeated request is answered even when the dataset is gone.
  if (schedules_->Find(id).status().code() == absl::StatusCode::kNotFound) {
    const absl::Status resolved = runs_->Resolve(project, schedule, 0).status();
    if (!resolved.ok()) return PrefixField("schedule", resolved);
    SERIN_ASSIGN_OR_RETURN(const int32_t seen, FirstSeen(project, schedule));
    record.set_dataset_version(seen);
  }
  record.set_request_id(request.request_id());
  if (!schedule.has_batch_prediction()) {
    SERIN_ASSIGN_OR_RETURN(const std::string model, ParseModelName("model", schedule.model()));
    schedule.set_model(ModelName(model));
  }
  *schedule.mutable_create_time() = ToProto(clock_->Now());
  *schedule.mutable_update_time() = schedule.create_time();
  *record.mutable_considered_until() = schedule.create_time();
  SERIN_ASSIGN_OR_RETURN(const SchedulePtr added, schedules_->Add(id, std::move(record)));
  return Show(added);
}

absl::StatusOr<int32_t> ScheduleCalls::FirstSeen(const std::string& project,
                                                 const v1::Schedule& schedule) const {
  if (!schedule.has_new_version()) return 0;
  SERIN_ASSIGN_OR_RETURN(const v1::Dataset dataset,
                         datasets_->GetDataset(project, InputOf(schedule)));
  return dataset.latest_version();
}

absl::StatusOr<v1::Schedule> ScheduleCalls::Get(const std::string& project,
                                                const v1::GetScheduleRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ScheduleId id, ParseId(project, request.name()));
  SERIN_ASSIGN_OR_RETURN(const SchedulePtr found, schedules_->Find(id));
  return Show(found);
}

absl::StatusOr<v1::ListSchedulesResponse> ScheduleCalls::List(
    const std::string& project, const v1::ListSchedulesRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  SERIN_ASSIGN_OR_RETURN(const std::string after, ParsePageToken(request.page_token()));
  const std::vector<SchedulePtr> found = schedules_->List(project, after, size + 1);
  v1::ListSchedulesResponse response;
  for (size_t i = 0; i < std::min(size, found.size()); ++i) {
    *response.add_schedules() = Show(found[i]);
  }
  if (found.size() <= size) return response;
  SERIN_ASSIGN_OR_RETURN(const std::string last,
                         ParseScheduleName("name", found[size - 1]->schedule().name()));
  response.set_next_page_token(absl::WebSafeBase64Escape(last));
  return response;
}

absl::StatusOr<v1::Schedule> ScheduleCalls::Change(const ScheduleId& id, ChangeFn change) const {
  absl::Status last;
  for (int i = 0; i < kMaxTries; ++i) {
    SERIN_ASSIGN_OR_RETURN(const SchedulePtr seen, schedules_->Find(id));
    ScheduleRecord record = *seen;
    SERIN_RETURN_IF_ERROR(change(&record));
    *record.mutable_schedule()->mutable_update_time() = ToProto(clock_->Now());
    const auto changed = schedules_->Replace(id, seen, std::move(record));
    if (changed.ok()) return Show(*changed);
    last = changed.status();
    if (!absl::IsAborted(last)) break;
  }
  return last;
}

absl::StatusOr<v1::Schedule> ScheduleCalls::Update(const std::string& project,
                                                   const v1::UpdateScheduleRequest& request) const {
  const absl::StatusOr<std::string> name =
      ParseScheduleName("schedule.name", request.schedule().name());
  if (!name.ok()) return name.status();
  return Change({project, *name}, [&](ScheduleRecord* record) -> absl::Status {
    SERIN_ASSIGN_OR_RETURN(
        v1::Schedule changed,
        ApplyMask(record->schedule(), GivenFields(request.schedule()), request.update_mask()));
    if (const absl::Status wrong = CheckSchedule(changed); !wrong.ok()) {
      return PrefixField("schedule", wrong);
    }
    const absl::Status resolved = runs_->Resolve(project, changed, 0).status();
    if (!resolved.ok()) return PrefixField("schedule", resolved);
    const bool other_dataset = InputOf(changed) != InputOf(record->schedule());
    const bool other_trigger = changed.trigger_case() != record->schedule().trigger_case();
    if (other_trigger || (changed.has_new_version() && other_dataset)) {
      SERIN_ASSIGN_OR_RETURN(const int32_t seen, FirstSeen(project, changed));
      record->set_dataset_version(seen);
      *record->mutable_considered_until() = ToProto(clock_->Now());
    }
    // New times hold from now on; what is due by times that stay is still made.
    if (changed.has_cron() && !Equals(changed.cron(), record->schedule().cron())) {
      *record->mutable_considered_until() = ToProto(clock_->Now());
    }
    record->mutable_schedule()->Swap(&changed);
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Schedule> ScheduleCalls::Pause(const std::string& project,
                                                  const v1::PauseScheduleRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ScheduleId id, ParseId(project, request.name()));
  return Change(id, [](ScheduleRecord* record) {
    record->mutable_schedule()->set_paused(true);
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Schedule> ScheduleCalls::Resume(const std::string& project,
                                                   const v1::ResumeScheduleRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ScheduleId id, ParseId(project, request.name()));
  return Change(id, [this](ScheduleRecord* record) {
    if (!record->schedule().paused()) return absl::OkStatus();
    return serin::Resume(clock_->Now(), record);
  });
}

absl::StatusOr<v1::Job> ScheduleCalls::Run(const std::string& project,
                                           const v1::RunScheduleRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ScheduleId id, ParseId(project, request.name()));
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::Job> made,
                         jobs_->FindByRequest(project, request.request_id()));
  if (made) return *std::move(made);
  absl::StatusOr<v1::Job> job = absl::AbortedError("");
  for (int i = 0; i < kMaxTries && absl::IsAborted(job.status()); ++i) {
    SERIN_ASSIGN_OR_RETURN(const SchedulePtr seen, schedules_->Find(id));
    job = RunNow(id, seen, request.request_id());
  }
  if (job.ok()) on_job_();
  return job;
}

absl::StatusOr<v1::Job> ScheduleCalls::RunNow(const ScheduleId& id, const SchedulePtr& seen,
                                              const std::string& request_id) const {
  const serin::Run run = {.due = clock_->Now()};
  const v1::Schedule& schedule = seen->schedule();
  SERIN_ASSIGN_OR_RETURN(const bool busy, runs_->IsBusy(id, schedule));
  switch (ActionFor(schedule.overlap(), busy)) {
    case RunAction::kStart:
      return runs_->Start(id, seen, run, request_id);
    case RunAction::kReplace:
      return runs_->StartInstead(id, seen, run, request_id);
    case RunAction::kWait: {
      SERIN_RETURN_IF_ERROR(runs_->Wait(id, seen, run));
      SERIN_ASSIGN_OR_RETURN(std::string before, ParseJobName("name", LastJob(schedule)));
      return jobs_->Get({id.first, std::move(before)});
    }
    case RunAction::kSkip:
      break;
  }
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(schedule.name(), " does not run while ",
                                                 LastJob(schedule), " has not ended")),
      "RUN_UNDER_WAY");
}

absl::Status ScheduleCalls::Delete(const std::string& project,
                                   const v1::DeleteScheduleRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ScheduleId id, ParseId(project, request.name()));
  return schedules_->Delete(id);
}

v1::Schedule ScheduleCalls::Show(const SchedulePtr& record) const {
  v1::Schedule shown = record->schedule();
  if (shown.paused()) return shown;
  const absl::Time after = std::max(FromProto(record->considered_until()), clock_->Now());
  const auto next = NextCronRun(shown, after);
  if (next.ok() && next->has_value()) *shown.mutable_next_run_time() = ToProto(**next);
  return shown;
}

}  // namespace serin
