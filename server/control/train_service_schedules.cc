#include <functional>
#include <utility>

#include "server/control/request_id.h"
#include "server/control/train_service.h"
#include "server/rpc/call.h"

// TrainService: what is about schedules.

namespace serin {
namespace {

// Answers with what `handle` makes of the project.
template <typename Response, typename Handle>
absl::Status Answer(const grpc::CallbackServerContext& context, const Handle& handle,
                    Response* response) {
  const absl::StatusOr<std::string> project = ProjectOf(context);
  if (!project.ok()) return project.status();
  absl::StatusOr<Response> answer = handle(*project);
  if (answer.ok()) response->Swap(&*answer);
  return answer.status();
}

}  // namespace

// Runs a handler that may wait for the dataset role, on a thread that may.
template <typename Response, typename Handle>
grpc::ServerUnaryReactor* TrainService::Later(grpc::CallbackServerContext* context,
                                              Response* response, Handle handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  waiting_calls_.Post([context, reactor, response, handle = std::move(handle)] {
    reactor->Finish(ToGrpc(Answer(*context, handle, response)));
  });
  return reactor;
}

grpc::ServerUnaryReactor* TrainService::CreateSchedule(grpc::CallbackServerContext* context,
                                                       const v1::CreateScheduleRequest* request,
                                                       v1::Schedule* response) {
  return Later(context, response, [this, request](const std::string& project) {
    const absl::Status id = ValidateRequestId(request->request_id());
    return id.ok() ? schedules_->Create(project, *request) : absl::StatusOr<v1::Schedule>(id);
  });
}

grpc::ServerUnaryReactor* TrainService::GetSchedule(grpc::CallbackServerContext* context,
                                                    const v1::GetScheduleRequest* request,
                                                    v1::Schedule* response) {
  const auto get = [&](const std::string& project) { return schedules_->Get(project, *request); };
  return Finish(context, Answer(*context, get, response));
}

grpc::ServerUnaryReactor* TrainService::ListSchedules(grpc::CallbackServerContext* context,
                                                      const v1::ListSchedulesRequest* request,
                                                      v1::ListSchedulesResponse* response) {
  const auto list = [&](const std::string& project) { return schedules_->List(project, *request); };
  return Finish(context, Answer(*context, list, response));
}

grpc::ServerUnaryReactor* TrainService::UpdateSchedule(grpc::CallbackServerContext* context,
                                                       const v1::UpdateScheduleRequest* request,
                                                       v1::Schedule* response) {
  return Later(context, response, [this, request](const std::string& project) {
    return schedules_->Update(project, *request);
  });
}

grpc::ServerUnaryReactor* TrainService::PauseSchedule(grpc::CallbackServerContext* context,
                                                      const v1::PauseScheduleRequest* request,
                                                      v1::Schedule* response) {
  const auto pause = [&](const std::string& project) {
    return schedules_->Pause(project, *request);
  };
  return Finish(context, Answer(*context, pause, response));
}

grpc::ServerUnaryReactor* TrainService::ResumeSchedule(grpc::CallbackServerContext* context,
                                                       const v1::ResumeScheduleRequest* request,
                                                       v1::Schedule* response) {
  const auto resume = [&](const std::string& project) {
    return schedules_->Resume(project, *request);
  };
  return Finish(context, Answer(*context, resume, response));
}

grpc::ServerUnaryReactor* TrainService::RunSchedule(grpc::CallbackServerContext* context,
                                                    const v1::RunScheduleRequest* request,
                                                    v1::Job* response) {
  return Later(context, response, [this, request](const std::string& project) {
    const absl::Status id = ValidateRequestId(request->request_id());
    return id.ok() ? schedules_->Run(project, *request) : absl::StatusOr<v1::Job>(id);
  });
}

grpc::ServerUnaryReactor* TrainService::DeleteSchedule(grpc::CallbackServerContext* context,
                                                       const v1::DeleteScheduleRequest* request,
                                                       google::protobuf::Empty*) {
  const absl::StatusOr<std::string> project = ProjectOf(*context);
  return Finish(context, project.ok() ? schedules_->Delete(*project, *request) : project.status());
}

}  // namespace serin
