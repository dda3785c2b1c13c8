#include "client/lib/connection.h"
#include "client/lib/requests.h"
#include "serin/client.h"

// Client: schedules.

namespace serin {

using Training = v1::TrainService::Stub;

absl::StatusOr<v1::Schedule> Client::CreateSchedule(absl::string_view id,
                                                    const v1::Schedule& schedule,
                                                    absl::string_view request_id) const {
  v1::CreateScheduleRequest request;
  request.set_schedule_id(std::string(id));
  *request.mutable_schedule() = schedule;
  request.set_request_id(std::string(request_id));
  return connection_->Unary(connection_->training(), &Training::CreateSchedule, request);
}

absl::StatusOr<v1::Schedule> Client::GetSchedule(absl::string_view schedule) const {
  return connection_->Unary(connection_->training(), &Training::GetSchedule,
                            Named<v1::GetScheduleRequest>(schedule));
}

absl::StatusOr<std::vector<v1::Schedule>> Client::ListSchedules() const {
  return connection_->List(connection_->training(), &Training::ListSchedules,
                           FirstPage<v1::ListSchedulesRequest>(),
                           &v1::ListSchedulesResponse::mutable_schedules);
}

absl::StatusOr<v1::Schedule> Client::UpdateSchedule(const v1::Schedule& schedule,
                                                    const std::vector<std::string>& fields) const {
  v1::UpdateScheduleRequest request;
  *request.mutable_schedule() = schedule;
  for (const std::string& field : fields) request.mutable_update_mask()->add_paths(field);
  return connection_->Unary(connection_->training(), &Training::UpdateSchedule, request);
}

absl::StatusOr<v1::Schedule> Client::PauseSchedule(absl::string_view schedule) const {
  return connection_->Unary(connection_->training(), &Training::PauseSchedule,
                            Named<v1::PauseScheduleRequest>(schedule));
}

absl::StatusOr<v1::Schedule> Client::ResumeSchedule(absl::string_view schedule) const {
  return connection_->Unary(connection_->training(), &Training::ResumeSchedule,
                            Named<v1::ResumeScheduleRequest>(schedule));
}

absl::StatusOr<v1::Job> Client::RunSchedule(absl::string_view schedule,
                                            absl::string_view request_id) const {
  auto request = Named<v1::RunScheduleRequest>(schedule);
  request.set_request_id(std::string(request_id));
  return connection_->Unary(connection_->training(), &Training::RunSchedule, request);
}

absl::Status Client::DeleteSchedule(absl::string_view schedule) const {
  return connection_
      ->Unary(connection_->training(), &Training::DeleteSchedule,
              Named<v1::DeleteScheduleRequest>(schedule))
      .status();
}

}  // namespace serin
