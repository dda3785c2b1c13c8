#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "google/protobuf/text_format.h"
#include "inference/grpc_service.pb.h"
#include "tests/unit/server/proxy/json/front_world.h"

// The Open Inference Protocol over REST, as clients of Triton and KServe speak it.

namespace serin {
namespace {

using inference::ModelInferRequest;
using inference::ModelInferResponse;
using nlohmann::json;
using ::testing::ElementsAre;
using testing::FrontWorld;
using ::testing::HasSubstr;
using namespace std::string_literals;

constexpr char kService[] = "/inference.GRPCInferenceService/";

std::string MethodOf(FrontWorld& world) {
  const std::string path(world.call().head.Get(":path"));
  return path.rfind(kService, 0) == 0 ? path.substr(sizeof(kService) - 1) : path;
}

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The predictor's answer for two flowers.
ModelInferResponse TwoFlowers() {
  auto response = Parse<ModelInferResponse>(R"pb(
    model_name: "iris"
    model_version: "2"
    id: "42"
    parameters {
      key: "prediction_id"
      value { string_param: "p1" }
    }
    outputs {
      name: "label"
      datatype: "BYTES"
      shape: [ 2 ]
    }
    outputs {
      name: "probabilities"
      datatype: "FP64"
      shape: [ 2, 2 ]
    }
  )pb");
  response.add_raw_output_contents("\x06\0\0\0setosa\x09\0\0\0virginica"s);
  const double probabilities[] = {0.75, 0.25, 0.25, 0.75};
  response.add_raw_output_contents(probabilities, sizeof(probabilities));
  return response;
}

std::vector<double> Numbers(const std::string& raw) {
  std::vector<double> numbers(raw.size() / sizeof(double));
  std::memcpy(numbers.data(), raw.data(), numbers.size() * sizeof(double));
  return numbers;
}

TEST(OipRest, Infer_BecomesOneCall_WithRawTensors) {
  FrontWorld world;
  auto caller = world.PostJson("/v2/models/iris/versions/2/infer", R"({
      "id": "42", "parameters": {"priority": 7, "note": "x", "fast": true}, "inputs": [
      {"name": "width", "shape": [2, 1], "datatype": "FP32", "data": [[1.5], [null]]},
      {"name": "wild", "shape": [2], "datatype": "BOOL", "data": [true, false]},
      {"name": "tame", "shape": [2], "datatype": "BOOL", "data": [true, null]},
      {"name": "place", "shape": [2], "datatype": "BYTES", "data": ["ab", null]}]})");
  EXPECT_EQ(MethodOf(world), "ModelInfer");
  const auto request = world.call().Message<ModelInferRequest>(0);
  EXPECT_EQ(request.model_name(), "iris");
  EXPECT_EQ(request.model_version(), "2");
  EXPECT_EQ(request.id(), "42");
  EXPECT_EQ(request.parameters().at("priority").int64_param(), 7);
  EXPECT_EQ(request.parameters().at("note").string_param(), "x");
  EXPECT_TRUE(request.parameters().at("fast").bool_param());
  ASSERT_EQ(request.inputs_size(), 4);
  ASSERT_EQ(request.raw_input_contents_size(), 4);
  EXPECT_EQ(request.inputs(0).datatype(), "FP64");
  EXPECT_THAT(request.inputs(0).shape(), ElementsAre(2, 1));
  const std::vector<double> widths = Numbers(request.raw_input_contents(0));
  EXPECT_EQ(widths[0], 1.5);
  EXPECT_TRUE(std::isnan(widths[1]));
  EXPECT_EQ(request.inputs(1).datatype(), "BOOL");
  EXPECT_EQ(request.raw_input_contents(1), "\x01\0"s);
  EXPECT_EQ(request.inputs(2).datatype(), "FP64") << "for what is missing";
  EXPECT_EQ(Numbers(request.raw_input_contents(2))[0], 1);
  EXPECT_EQ(request.raw_input_contents(3), "\x02\0\0\0ab\0\0\0\0"s);

  world.call().Answer(TwoFlowers());
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("content-type"), "application/json");
  EXPECT_EQ(caller->json(), json::parse(R"({
    "model_name": "iris", "model_version": "2", "id": "42",
    "parameters": {"prediction_id": "p1"}, "outputs": [
      {"name": "label", "datatype": "BYTES", "shape": [2], "data": ["setosa", "virginica"]},
      {"name": "probabilities", "datatype": "FP64", "shape": [2, 2],
       "data": [0.75, 0.25, 0.25, 0.75]}]})"));
}

TEST(OipRest, BinaryTensors_GoAsTheyAre_AndComeBackBehindTheJson) {
  FrontWorld world;
  const std::string text = R"({"inputs": [
      {"name": "a", "shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": 8}},
      {"name": "b", "shape": [2], "datatype": "INT8", "data": [1, 2]},
      {"name": "c", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 5}}],
      "outputs": [{"name": "label", "parameters": {"binary_data": false}},
                  {"name": "probabilities"}],
      "parameters": {"binary_data_output": true}})";
  const std::string floats = "\0\0\xc0\x3f\0\0\0\xc0"s;
  const std::string bytes = "\x01\0\0\0x"s;
  auto caller = world.Do("POST", "/v2/models/iris/infer",
                         {{"inference-header-content-length", absl::StrCat(text.size())},
                          {"content-type", "application/octet-stream"}},
                         text + floats + bytes);
  const auto request = world.call().Message<ModelInferRequest>(0);
  EXPECT_EQ(request.inputs(0).datatype(), "FP32");
  EXPECT_EQ(request.raw_input_contents(0), floats);
  EXPECT_THAT(Numbers(request.raw_input_contents(1)), ElementsAre(1, 2));
  EXPECT_EQ(request.raw_input_contents(2), bytes);
  EXPECT_EQ(request.parameters().count("binary_data_output"), 0);
  EXPECT_EQ(request.outputs(0).parameters().count("binary_data"), 0);

  const ModelInferResponse response = TwoFlowers();
  world.call().Answer(response);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("content-type"), "application/octet-stream");
  const size_t json_bytes = std::stoul(caller->header("inference-header-content-length"));
  EXPECT_EQ(caller->body.substr(json_bytes), response.raw_output_contents(1));
  EXPECT_EQ(json::parse(caller->body.substr(0, json_bytes))["outputs"], json::parse(R"([
      {"name": "label", "datatype": "BYTES", "shape": [2], "data": ["setosa", "virginica"]},
      {"name": "probabilities", "datatype": "FP64", "shape": [2, 2],
       "parameters": {"binary_data_size": 32}}])"));
}

TEST(OipRest, BinarySizesThatDoNotFitTheBody_AreRefused) {
  const auto body = [](const std::string& size, const std::string& rest) {
    return R"({"inputs": [{"name": "a", "shape": [2], "datatype": "FP32", "parameters": )" +
           ("{\"binary_data_size\": " + size + "}" + rest + "}]}");
  };
  const std::vector<std::tuple<std::string, std::string, std::string>> bad = {
      {body("9", ""), "12345678", "binary_data_size: must be at most the bytes that are left"},
      {body("-1", ""), "12345678", "behind the JSON, 8, is '-1'"},
      {body("\"8\"", ""), "12345678", "inputs[0].parameters.binary_data_size"},
      {body("8", ""), "123456789", "must end with its last binary tensor, has 1 bytes behind it"},
      {body("8", ", \"data\": [1, 2]"), "12345678", "inputs[0].data: must not be there"},
  };
  FrontWorld world;
  for (const auto& [text, binary, says] : bad) {
    auto caller =
        world.Do("POST", "/v2/models/iris/infer",
                 {{"inference-header-content-length", absl::StrCat(text.size())}}, text + binary);
    EXPECT_EQ(caller->status(), 400) << text;
    EXPECT_THAT(caller->json()["error"].get<std::string>(), HasSubstr(says));
  }
  for (const char* length : {"100", "-1", "x"}) {
    auto caller = world.Do("POST", "/v2/models/iris/infer",
                           {{"inference-header-content-length", length}}, "{}");
    EXPECT_EQ(caller->status(), 400) << length;
    EXPECT_THAT(caller->json()["error"].get<std::string>(),
                HasSubstr("inference-header-content-length: must be"));
  }
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(OipRest, BadBodies_AreErrorsThatNameThePlace) {
  const auto tensor = [](const std::string& members) {
    return R"({"inputs": [{"name": "a", )" + members + "}]}";
  };
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"{}", "inputs: must be a list of one tensor or more"},
      {"[1]", "must be an object with \"inputs\", is a list"},
      {R"({"inputs": [7]})", "inputs[0]: must be an object, is a number"},
      {R"({"id": 7, "inputs": []})", "id: must be a string"},
      {R"({"parameters": {"a": []}, "inputs": []})", "parameters.a: must be a number, a string"},
      {R"({"parameters": {"binary_data_output": 1}, "inputs": []})",
       "parameters.binary_data_output: must be true or false"},
      {R"({"outputs": [{"name": "label", "parameters": {"binary_data": "yes"}}], "inputs": []})",
       "outputs[0].parameters.binary_data: must be true or false"},
      {tensor(R"("datatype": "FP64", "shape": [18446744073709551615], "data": [1])"),
       "inputs[0].shape: must hold whole numbers"},
      {R"({"outputs": [{}], "inputs": []})", "outputs[0]: must be an object with a name"},
      {R"({"inputs": [{"shape": [1]}]})", "inputs[0].name: must be a string"},
      {tensor(R"("datatype": "FP8", "shape": [1], "data": [1])"), "inputs[0].datatype: must be"},
      {tensor(R"("datatype": "FP64", "data": [1])"), "inputs[0].shape: must be [rows]"},
      {tensor(R"("datatype": "FP64", "shape": [1.5], "data": [1])"), "inputs[0].shape"},
      {tensor(R"("datatype": "FP64", "shape": [-1], "data": [1])"), "inputs[0].data: must have"},
      {tensor(R"("datatype": "FP64", "shape": [4294967296, 4294967296], "data": [])"),
       "inputs[0].data: must have as many elements as the shape says, has 0"},
      {tensor(R"("datatype": "FP64", "shape": [2], "data": [1])"),
       "inputs[0].data: must have as many elements as the shape says, has 1"},
      {tensor(R"("datatype": "FP64", "shape": [2], "data": [1, "x"])"),
       "inputs[0].data[1]: must be of datatype FP64, is a string"},
      {tensor(R"("datatype": "FP64", "shape": [1])"), "inputs[0].data: must be a list"},
  };
  FrontWorld world;
  for (const auto& [body, says] : bad) {
    auto caller = world.PostJson("/v2/models/iris/infer", body);
    EXPECT_EQ(caller->status(), 400) << body;
    EXPECT_THAT(caller->json()["error"].get<std::string>(), HasSubstr(says));
  }
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(OipRest, ErrorsOfThePredictor_HaveTheFormOfTheProtocol) {
  FrontWorld world;
  auto caller = world.PostJson("/v2/models/iris/infer", R"({"inputs": [
      {"name": "a", "shape": [1], "datatype": "FP64", "data": [1]}]})");
  world.call().Fail(InvalidField("inputs[0].name", "the model has no such feature"));
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 400);
  EXPECT_EQ(caller->json(),
            json::parse(R"({"error": "inputs[0].name: the model has no such feature"})"));
}

TEST(OipRest, AnswerThatIsNone_IsAnError) {
  FrontWorld world;
  auto caller = world.PostJson("/v2/models/iris/infer", R"({"inputs": [
      {"name": "a", "shape": [1], "datatype": "FP64", "data": [1]}]})");
  ModelInferResponse response = TwoFlowers();
  response.mutable_raw_output_contents(0)->pop_back();
  world.call().Answer(response);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 500);
}

TEST(OipRest, LargeBody_IsReadElsewhere_AndOthersAreServedMeanwhile) {
  FrontWorld world({.offload_bytes = 10});
  world.elsewhere_waits = true;
  const auto large = world.PostJson("/v2/models/iris/infer", R"({"inputs": [
      {"name": "a", "shape": [1], "datatype": "FP64", "data": [1]}]})");
  EXPECT_EQ(world.grpc.calls.size(), 0);
  EXPECT_EQ(world.Get("/v2/health/live")->status(), 200);
  world.RunElsewhere();
  ASSERT_EQ(world.grpc.calls.size(), 1);
  world.call().Answer(TwoFlowers());
  world.loop.RunPosted();
  EXPECT_FALSE(large->ended) << "the answer is written elsewhere too";
  world.RunElsewhere();
  EXPECT_EQ(large->status(), 200);
  EXPECT_EQ(world.front.open(), 0);
}

TEST(OipRest, Live_IsAnsweredWithoutACall_AndReadyByTheServer) {
  FrontWorld world;
  EXPECT_EQ(world.Get("/v2/health/live")->json(), json::parse(R"({"live": true})"));
  EXPECT_TRUE(world.grpc.calls.empty());

  auto ready = world.Get("/v2/health/ready");
  EXPECT_EQ(MethodOf(world), "ServerReady");
  world.call().Answer(Parse<inference::ServerReadyResponse>("ready: true"));
  auto starting = world.Get("/v2/health/ready");
  world.call().Answer(inference::ServerReadyResponse());
  auto down = world.Get("/v2/health/ready");
  world.call().Fail(absl::UnavailableError("down"));
  world.loop.RunPosted();
  EXPECT_EQ(ready->status(), 200);
  EXPECT_EQ(ready->json(), json::parse(R"({"ready": true})"));
  EXPECT_EQ(starting->status(), 503);
  EXPECT_EQ(down->status(), 503);
  EXPECT_EQ(down->json(), json::parse(R"({"ready": false})"));
}

TEST(OipRest, ModelReady_SaysSoByItsStatusToo) {
  FrontWorld world;
  auto ready = world.Get("/v2/models/iris/versions/2/ready");
  EXPECT_EQ(MethodOf(world), "ModelReady");
  EXPECT_EQ(world.call().Message<inference::ModelReadyRequest>(0).name(), "iris");
  EXPECT_EQ(world.call().Message<inference::ModelReadyRequest>(0).version(), "2");
  world.call().Answer(Parse<inference::ModelReadyResponse>("ready: true"));
  auto loading = world.Get("/v2/models/iris/ready");
  world.call().Answer(inference::ModelReadyResponse());
  auto gone = world.Get("/v2/models/rose/ready");
  world.call().Fail(ResourceNotFound("models/rose"));
  world.loop.RunPosted();
  EXPECT_EQ(ready->status(), 200);
  EXPECT_EQ(ready->json(), json::parse(R"({"name": "iris", "ready": true})"));
  EXPECT_EQ(loading->status(), 503);
  EXPECT_EQ(gone->status(), 404);
  EXPECT_EQ(gone->json(), json::parse(R"({"error": "models/rose does not exist"})"));
}

TEST(OipRest, Metadata_IsTheMessageInJson) {
  FrontWorld world;
  auto model = world.Get("/v2/models/iris");
  EXPECT_EQ(MethodOf(world), "ModelMetadata");
  world.call().Answer(Parse<inference::ModelMetadataResponse>(R"pb(
    name: "iris"
    versions: [ "1", "2" ]
    platform: "serin"
    inputs {
      name: "width"
      datatype: "FP64"
      shape: [ -1, 1 ]
    }
    outputs {
      name: "label"
      datatype: "BYTES"
      shape: [ -1 ]
    })pb"));
  auto server = world.Get("/v2/");
  EXPECT_EQ(MethodOf(world), "ServerMetadata");
  world.call().Answer(Parse<inference::ServerMetadataResponse>(R"pb(name: "serin"
                                                                    version: "1"
                                                                    extensions: "statistics")pb"));
  world.loop.RunPosted();
  EXPECT_EQ(model->body, R"({"name":"iris","versions":["1","2"],"platform":"serin",)"
                         R"("inputs":[{"name":"width","datatype":"FP64","shape":[-1,1]}],)"
                         R"("outputs":[{"name":"label","datatype":"BYTES","shape":[-1]}]})");
  EXPECT_EQ(server->body, R"({"name":"serin","version":"1","extensions":["statistics"]})");
}

TEST(OipRest, Config_HasEnumsByName_AndDefaults) {
  FrontWorld world;
  auto caller = world.Get("/v2/models/iris/config");
  EXPECT_EQ(MethodOf(world), "ModelConfig");
  world.call().Answer(Parse<inference::ModelConfigResponse>(R"pb(
    config {
      name: "iris"
      version_policy { all {} }
      max_batch_size: 100
      input { name: "width" data_type: TYPE_FP64 dims: 1 }
    })pb"));
  world.loop.RunPosted();
  EXPECT_EQ(caller->json(), json::parse(R"({
      "name": "iris", "platform": "", "version_policy": {"all": {}}, "max_batch_size": 100,
      "input": [{"name": "width", "data_type": "TYPE_FP64", "dims": [1]}], "output": [],
      "backend": ""})"));
}

TEST(OipRest, Statistics_OfOneModelOrAll_HaveNumbersAsNumbers) {
  FrontWorld world;
  auto one = world.Get("/v2/models/iris/versions/2/stats");
  EXPECT_EQ(MethodOf(world), "ModelStatistics");
  EXPECT_EQ(world.call().Message<inference::ModelStatisticsRequest>(0).name(), "iris");
  world.call().Answer(Parse<inference::ModelStatisticsResponse>(R"pb(
    model_stats {
      name: "iris"
      version: "2"
      inference_count: 9007199254740993
      inference_stats { success { count: 3 ns: 70 } }
    })pb"));
  auto all = world.Get("/v2/models/stats");
  EXPECT_EQ(MethodOf(world), "ModelStatistics");
  EXPECT_EQ(world.call().Message<inference::ModelStatisticsRequest>(0).name(), "");
  world.call().Answer(inference::ModelStatisticsResponse());
  world.loop.RunPosted();
  const json statistics = one->json()["model_stats"][0];
  EXPECT_EQ(statistics["inference_count"].get<uint64_t>(), 9007199254740993u);
  EXPECT_EQ(statistics["inference_stats"], json::parse(R"({"success": {"count": 3, "ns": 70}})"));
  EXPECT_EQ(all->body, R"({"model_stats":[]})");
}

TEST(OipRest, RepositoryIndex_IsAList_OfWhatIsReadyIfAskedFor) {
  FrontWorld world;
  auto all = world.Do("POST", "/v2/repository/index", {}, "");
  EXPECT_EQ(MethodOf(world), "RepositoryIndex");
  EXPECT_FALSE(world.call().Message<inference::RepositoryIndexRequest>(0).ready());
  world.call().Answer(Parse<inference::RepositoryIndexResponse>(
      R"pb(models { name: "iris" version: "1" state: "READY" })pb"));
  world.loop.RunPosted();
  EXPECT_EQ(all->body, R"([{"name":"iris","version":"1","state":"READY","reason":""}])");
  world.PostJson("/v2/repository/index", R"({"ready": true})");
  EXPECT_TRUE(world.call().Message<inference::RepositoryIndexRequest>(0).ready());
  EXPECT_EQ(world.PostJson("/v2/repository/index", R"({"ready": 1})")->status(), 400);
  EXPECT_EQ(world.Get("/v2/repository/index")->status(), 405);
  EXPECT_EQ(world.PostJson("/v2/repository/models/iris/load", "{}")->status(), 404);
}

TEST(OipRest, BodiesThatAreNoJson_AreQuotedInPart) {
  FrontWorld world;
  auto caller = world.PostJson("/v2/models/iris/infer", "{\"" + std::string(100'000, 'x'));
  EXPECT_EQ(caller->status(), 400);
  const auto error = caller->json()["error"].get<std::string>();
  EXPECT_THAT(error, HasSubstr("the body is not JSON: parse error at"));
  EXPECT_LT(error.size(), 400u);
}

TEST(OipRest, LabelsOfTensorFlowServing_AreNoPathsOfThisProtocol) {
  FrontWorld world;
  auto caller = world.PostJson("/v2/models/iris/labels/champion/infer", R"({"inputs": []})");
  EXPECT_EQ(caller->status(), 404);
  EXPECT_TRUE(world.grpc.calls.empty());
}

}  // namespace
}  // namespace serin
