// `serin log`, `serin feedback`, `serin model drift` and `serin model replicas`, against a server
// that notes what it is asked.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/predict_service.grpc.pb.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message ParseText(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class FakeModels final : public v1::ModelService::Service {
 public:
  grpc::Status SetPredictionLog(grpc::ServerContext*, const v1::SetPredictionLogRequest* request,
                                v1::Model* response) override {
    set_log = *request;
    response->set_name("models/iris");
    if (request->has_prediction_log()) {
      *response->mutable_prediction_log() = request->prediction_log();
    }
    return grpc::Status::OK;
  }
  grpc::Status GetModel(grpc::ServerContext*, const v1::GetModelRequest*,
                        v1::Model* response) override {
    *response = ParseText<v1::Model>(
        "name: 'models/iris' latest_version: 1 traffic { version: 1 weight: 100 }");
    return grpc::Status::OK;
  }
  grpc::Status GetModelVersion(grpc::ServerContext*, const v1::GetModelVersionRequest*,
                               v1::ModelVersion* response) override {
    response->set_task(task);
    return grpc::Status::OK;
  }
  grpc::Status GetDrift(grpc::ServerContext*, const v1::GetDriftRequest* request,
                        v1::Drift* response) override {
    drift_of = request->name();
    *response = ParseText<v1::Drift>(
        "model_version: 'models/iris/versions/2' rows: 1200 start_time { seconds: 0 } "
        "features { column: 'width' psi: 0.01 } features { column: 'length' psi: 0.3 } "
        "prediction { column: 'species' psi: 0.15 jensen_shannon: 0.2 }");
    return grpc::Status::OK;
  }

  grpc::Status ListReplicaVersions(grpc::ServerContext*,
                                   const v1::ListReplicaVersionsRequest* request,
                                   v1::ListReplicaVersionsResponse* response) override {
    replicas_of = request->model();
    *response = ParseText<v1::ListReplicaVersionsResponse>(
        "versions { replica: '10.0.0.7:8501' version: 1 state: STATE_READY memory_bytes: 2700 "
        "state_time { seconds: 0 } } "
        "versions { replica: '10.0.0.7:8501' version: 2 state: STATE_REFUSED reason: 'too large' "
        "}");
    return grpc::Status::OK;
  }

  v1::SetPredictionLogRequest set_log;
  std::string replicas_of;
  std::string drift_of;
  v1::Task task = v1::TASK_CLASSIFICATION;
};

class FakePredictions final : public v1::PredictService::Service {
 public:
  grpc::Status RecordFeedback(grpc::ServerContext*,
                              grpc::ServerReader<v1::RecordFeedbackRequest>* reader,
                              v1::RecordFeedbackResponse* response) override {
    v1::RecordFeedbackRequest request;
    while (reader->Read(&request)) {
      labels.insert(labels.end(), request.feedback().begin(), request.feedback().end());
    }
    response->set_recorded(static_cast<int64_t>(labels.size()));
    return grpc::Status::OK;
  }
  grpc::Status ListPredictions(grpc::ServerContext*, const v1::ListPredictionsRequest* request,
                               grpc::ServerWriter<v1::ListPredictionsResponse>* writer) override {
    listed = *request;
    writer->Write(ParseText<v1::ListPredictionsResponse>(
        "predictions { prediction_id: 'p1' version: 2 key: 'alice' latency_seconds: 0.0012 "
        "prediction { label: 'setosa' probabilities: [0.25, 0.75] } "
        "label { string_value: 'virginica' } }"));
    return grpc::Status::OK;
  }

  std::vector<v1::Feedback> labels;
  v1::ListPredictionsRequest listed;
};

class LogCliTest : public testing::Test {
 protected:
  LogCliTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&models_);
    builder.RegisterService(&predictions_);
    server_ = builder.BuildAndStart();
  }

  int Run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.end(), {"--server", absl::StrCat("127.0.0.1:", port_)});
    return RunCli(std::move(arguments), {.in = in_, .out = out_, .err = err_});
  }

  FakeModels models_;
  FakePredictions predictions_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(LogCliTest, On_SaysWhatIsKept) {
  EXPECT_EQ(Run({"log", "on", "iris", "--sample", "20", "--drop", "name", "--hash", "email",
                 "--hash", "city", "--keep", "90d"}),
            0)
      << err_.str();
  const v1::PredictionLog& log = models_.set_log.prediction_log();
  EXPECT_EQ(models_.set_log.model(), "iris");
  EXPECT_EQ(log.sampling_percent(), 20);
  EXPECT_THAT(log.drop_features(), ElementsAre("name"));
  EXPECT_THAT(log.hash_features(), ElementsAre("email", "city"));
  EXPECT_EQ(log.retention().seconds(), 90 * 24 * 3600);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("models/iris"), HasSubstr("20.0 %"), HasSubstr("2160h"),
                                HasSubstr("without"), HasSubstr("name"), HasSubstr("hashed"),
                                HasSubstr("email, city")));
  EXPECT_EQ(Run({"log", "on", "iris", "--keep", "10GB"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--keep takes an age"));
}

TEST_F(LogCliTest, Off_KeepsNothing) {
  EXPECT_EQ(Run({"log", "off", "iris"}), 0);
  EXPECT_FALSE(models_.set_log.has_prediction_log());
  EXPECT_THAT(out_.str(), HasSubstr("none"));
}

TEST_F(LogCliTest, List_PassesItsFiltersOn_AndPrintsALineForEachRow) {
  EXPECT_EQ(Run({"log", "list", "iris", "--since", "2026-11-21", "--version", "2", "--key", "alice",
                 "--id", "p1", "--limit", "7"}),
            0)
      << err_.str();
  const v1::ListPredictionsRequest& request = predictions_.listed;
  EXPECT_EQ(request.start_time().seconds(), 1795219200);
  EXPECT_FALSE(request.has_end_time());
  EXPECT_EQ(request.version(), 2);
  EXPECT_EQ(request.key(), "alice");
  EXPECT_EQ(request.prediction_id(), "p1");
  EXPECT_EQ(request.limit(), 7);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("setosa"), HasSubstr("0.7500"), HasSubstr("virginica"),
                                HasSubstr("1.20 ms")));
  EXPECT_EQ(Run({"log", "list", "iris", "--since", "yesterday"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("'yesterday' is no time such as"));
}

TEST_F(LogCliTest, Feedback_IsAStringForClasses_AndANumberForValues) {
  EXPECT_EQ(Run({"feedback", "iris", "p1", "setosa", "--row", "3"}), 0) << err_.str();
  ASSERT_EQ(predictions_.labels.size(), 1u);
  EXPECT_EQ(predictions_.labels[0].prediction_id(), "p1");
  EXPECT_EQ(predictions_.labels[0].row(), 3);
  EXPECT_EQ(predictions_.labels[0].label().string_value(), "setosa");
  EXPECT_EQ(out_.str(), "1 label\n");
  models_.task = v1::TASK_REGRESSION;
  EXPECT_EQ(Run({"feedback", "iris", "p1", "2.5"}), 0);
  EXPECT_EQ(predictions_.labels[1].label().number_value(), 2.5);
  EXPECT_EQ(Run({"feedback", "iris", "p1", "setosa"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("'setosa' must be a number"));
  EXPECT_EQ(Run({"feedback", "iris"}), 2);
}

TEST_F(LogCliTest, FeedbackOfAFile_LeavesOutWhatIsNotKnownYet) {
  const std::string path = testing::TempDir() + "/labels.csv";
  std::ofstream(path) << "prediction_id,label,row\np1,1,0\np1,,1\np2,0,2\n";
  EXPECT_EQ(Run({"feedback", "iris", "--file", path}), 0) << err_.str();
  ASSERT_EQ(predictions_.labels.size(), 2u);
  EXPECT_EQ(predictions_.labels[0].label().string_value(), "1") << "classes may look like numbers";
  EXPECT_EQ(predictions_.labels[1].row(), 2);
  EXPECT_EQ(out_.str(), "2 labels\n");
}

TEST_F(LogCliTest, Drift_PutsWhatHasMovedFurthestFirst) {
  EXPECT_EQ(Run({"model", "drift", "iris@2"}), 0) << err_.str();
  EXPECT_EQ(models_.drift_of, "iris@2");
  const std::string out = out_.str();
  EXPECT_THAT(out, AllOf(HasSubstr("1,200 rows since 1970-01-01"), HasSubstr("predicted species"),
                         HasSubstr("some"), HasSubstr("large")));
  EXPECT_LT(out.find("length"), out.find("width"));
}

TEST_F(LogCliTest, Replicas_ShowsStateMemoryAndReason) {
  EXPECT_EQ(Run({"model", "replicas", "iris"}), 0) << err_.str();
  EXPECT_EQ(models_.replicas_of, "iris");
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("10.0.0.7:8501"), HasSubstr("ready"), HasSubstr("2.7 kB"),
                    HasSubstr("1970-01-01"), HasSubstr("refused"), HasSubstr("too large")));
}

}  // namespace
}  // namespace serin
