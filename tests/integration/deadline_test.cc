// Calls whose deadline has passed when they arrive: refused with that, and nothing of them is done.
// The very same bytes without a deadline are answered.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message_lite.h"
#include "inference/grpc_service.pb.h"
#include "serin/v1/model_service.pb.h"
#include "tests/integration/prediction_log_fixture.h"
#include "tests/testing/program.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

// A message as it is sent: not compressed, its size in four bytes, itself.
std::string Framed(const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame += static_cast<char>(bytes.size() >> shift & 0xff);
  }
  return frame + bytes;
}

struct RawCall {
  std::string path;
  std::string body;
};

class DeadlineTest : public PredictionLogFixture {
 protected:
  void SetUp() override {
    PredictionLogFixture::SetUp();
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer,
                               client().Predict(PredictSetosa("iris")));
    prediction_id_ = answer.prediction_id();
    ASSERT_TRUE(Await([&] { return LoggedRows() == 1; }));
  }

  // The head and the trailers that a gRPC client would get, as text. (curl ends with an error where
  // the rest of a request is not wanted; what it got by then is what counts.)
  std::string Send(const RawCall& call, const std::vector<std::string>& more_headers) {
    std::vector<std::string> arguments = {"curl",
                                          "-sS",
                                          "--http2-prior-knowledge",
                                          "--data-binary",
                                          "@-",
                                          "-D",
                                          "-",
                                          "-o",
                                          "/dev/null",
                                          "-H",
                                          "content-type: application/grpc",
                                          "-H",
                                          "te: trailers"};
    for (const std::string& header : more_headers) {
      arguments.insert(arguments.end(), {"-H", header});
    }
    arguments.push_back(absl::StrCat("http://", server_.proxy().address("public"), call.path));
    return RunProgram(arguments, call.body).output;
  }

  std::string Bundle() {
    v1::ExportModelRequest request;
    request.set_name("iris@1");
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto reader = client().models().ExportModel(&context, request);
    std::string bundle;
    v1::ExportModelResponse piece;
    while (reader->Read(&piece)) bundle += piece.chunk();
    EXPECT_THAT(FromGrpc(reader->Finish()), IsOk());
    return bundle;
  }

  std::vector<RawCall> Predictions();
  std::vector<RawCall> Reads();
  std::vector<RawCall> Writes();

  std::string prediction_id_;
};

// Each is a row of the log.
std::vector<RawCall> DeadlineTest::Predictions() {
  inference::ModelInferRequest infer;
  infer.set_model_name("iris");
  auto* input = infer.add_inputs();
  input->set_name("rows");
  input->set_datatype("FP64");
  input->add_shape(1);
  input->add_shape(4);
  for (const double value : {5.1, 3.5, 1.4, 0.2}) {
    input->mutable_contents()->add_fp64_contents(value);
  }
  const std::string predict = Framed(PredictSetosa("iris"));
  return {{"/serin.v1.PredictService/Predict", predict},
          {"/serin.v1.PredictService/PredictStream", predict},
          {"/inference.GRPCInferenceService/ModelInfer", Framed(infer)},
          {"/inference.GRPCInferenceService/ModelStreamInfer", Framed(infer)}};
}

std::vector<RawCall> DeadlineTest::Reads() {
  v1::ExplainRequest explain;
  explain.set_model("iris");
  *explain.mutable_rows() = PredictSetosa("iris").rows();
  v1::ListPredictionsRequest list;
  list.set_model("iris");
  v1::GetDriftRequest drift;
  drift.set_name("iris@1");
  v1::ExportModelRequest bundle;
  bundle.set_name("iris@1");
  v1::ListReplicaVersionsRequest replicas;
  replicas.set_model("iris");
  return {{"/serin.v1.PredictService/Explain", Framed(explain)},
          {"/serin.v1.PredictService/ListPredictions", Framed(list)},
          {"/serin.v1.ModelService/GetDrift", Framed(drift)},
          {"/serin.v1.ModelService/ExportModel", Framed(bundle)},
          {"/serin.v1.ModelService/ListReplicaVersions", Framed(replicas)}};
}

std::vector<RawCall> DeadlineTest::Writes() {
  v1::BatchPredictRequest batch;
  batch.set_model("iris");
  batch.set_dataset("iris");
  batch.set_output_dataset("scored");
  v1::RecordFeedbackRequest feedback;
  feedback.set_model("iris");
  *feedback.add_feedback() = Label(prediction_id_, "setosa");
  v1::ImportModelRequest spec;
  spec.mutable_spec()->set_model("copy");
  v1::ImportModelRequest chunk;
  chunk.set_chunk(Bundle());
  return {{"/serin.v1.PredictService/BatchPredict", Framed(batch)},
          {"/serin.v1.PredictService/RecordFeedback", Framed(feedback)},
          {"/serin.v1.ModelService/ImportModel", Framed(spec) + Framed(chunk)}};
}

TEST_F(DeadlineTest, ADeadlineThatHasPassed_IsTheAnswer_AndNothingIsDone) {
  std::vector<RawCall> calls = Predictions();
  for (const auto& more : {Reads(), Writes()}) calls.insert(calls.end(), more.begin(), more.end());
  const double served = Served();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto before, client().ListEverything());
  // What gRPC sends for no time at all, as 0 is not allowed.
  for (const RawCall& call : calls) {
    EXPECT_THAT(Send(call, {"grpc-timeout: 1n"}), HasSubstr("grpc-status: 4")) << call.path;
  }
  EXPECT_THAT(client().ListEverything().value(), ElementsAreArray(before));
  for (const RawCall& call : calls) {
    EXPECT_THAT(Send(call, {}), HasSubstr("grpc-status: 0")) << call.path;
  }

  // Each was done once, by the second call.
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto jobs,
      client().Call(client().training(), &v1::TrainService::Stub::ListJobs, v1::ListJobsRequest()));
  EXPECT_EQ(jobs.jobs_size(), 2) << "a training and a batch prediction";
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model copy, client().GetModel("models/copy"));
  EXPECT_EQ(copy.latest_version(), 1);
  EXPECT_THAT(Cells("select count(*) from \"feedback.iris\""), ElementsAre("1"));
  EXPECT_EQ(Served(), served + static_cast<double>(Predictions().size()));
}

}  // namespace
}  // namespace serin
