#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/errors.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "tests/unit/server/proxy/json/front_world.h"

// TensorFlow Serving's REST API, and what it has in common with the other forms. The Open Inference
// Protocol's is oip_test.cc's.

namespace serin {
namespace {

using nlohmann::json;
using testing::FrontWorld;
using ::testing::HasSubstr;

constexpr char kPredict[] = "/serin.v1.PredictService/Predict";

v1::PredictResponse TwoFlowers() {
  v1::PredictResponse response;
  response.set_prediction_id("p1");
  response.set_model_version("models/iris/versions/2");
  response.add_classes("setosa");
  response.add_classes("virginica");
  for (const auto& [label, p] : {std::pair("setosa", 0.75), std::pair("virginica", 0.25)}) {
    auto* prediction = response.add_predictions();
    prediction->set_label(label);
    prediction->add_probabilities(p);
    prediction->add_probabilities(1 - p);
  }
  return response;
}

v1::PredictResponse TwoPrices() {
  v1::PredictResponse response;
  response.set_model_version("models/price/versions/1");
  response.add_predictions()->set_value(1.5);
  response.add_predictions()->set_value(-2);
  return response;
}

v1::ModelVersion IrisVersion() {
  v1::ModelVersion version;
  version.set_name("models/iris/versions/2");
  version.set_version(2);
  version.set_task(v1::TASK_CLASSIFICATION);
  version.add_classes("setosa");
  version.add_classes("virginica");
  for (const auto& [name, type] :
       {std::pair("width", v1::COLUMN_TYPE_NUMBER), std::pair("wild", v1::COLUMN_TYPE_BOOLEAN)}) {
    auto* column = version.mutable_features()->add_columns();
    column->set_name(name);
    column->set_type(type);
  }
  return version;
}

// Answers GetModel with a split of traffic, whose larger part is version 2's.
void AnswerGetModel(FrontWorld& world) {
  EXPECT_EQ(world.call().head.Get(":path"), "/serin.v1.ModelService/GetModel");
  v1::Model model;
  model.set_latest_version(3);
  for (const auto& [version, weight] : {std::pair(1, 10), std::pair(2, 90)}) {
    auto* share = model.add_traffic();
    share->set_version(version);
    share->set_weight(weight);
  }
  world.call().Answer(model);
  world.loop.RunPosted();
}

void AnswerGetModelVersion(FrontWorld& world, const std::string& name) {
  EXPECT_EQ(world.call().head.Get(":path"), "/serin.v1.ModelService/GetModelVersion");
  EXPECT_EQ(world.call().Message<v1::GetModelVersionRequest>(0).name(), name);
  world.call().Answer(IrisVersion());
  world.loop.RunPosted();
}

TEST(TfsPredict, Instances_BecomeRows_AndTheAnswerOneObjectEach) {
  FrontWorld world;
  // As curl -d sends it; TensorFlow Serving does not look at the content type either.
  auto caller =
      world.Do("POST", "/v1/models/iris:predict",
               {{"content-type", "application/x-www-form-urlencoded"}, {"serin-key", "u7"}},
               R"({"signature_name": "serving_default", "instances": [{"width": 1.5, "wild": true},
          {"width": [2], "wild": null}]})");
  EXPECT_EQ(world.call().head.Get(":path"), kPredict);
  EXPECT_EQ(world.call().head.Get("serin-key"), "u7");
  const auto request = world.call().Message<v1::PredictRequest>(0);
  EXPECT_EQ(request.model(), "models/iris");
  ASSERT_EQ(request.rows_size(), 2);
  EXPECT_EQ(request.rows(0).features().at("width").number_value(), 1.5);
  EXPECT_TRUE(request.rows(0).features().at("wild").bool_value());
  EXPECT_EQ(request.rows(1).features().at("width").number_value(), 2);
  EXPECT_TRUE(request.rows(1).features().at("wild").has_null_value());

  world.call().Answer(TwoFlowers(), {{"serin-request-id", "r1"}});
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("serin-request-id"), "r1");
  EXPECT_EQ(caller->json(), json::parse(R"({
    "predictions": [{"label": "setosa", "probabilities": [0.75, 0.25]},
                    {"label": "virginica", "probabilities": [0.25, 0.75]}],
    "classes": ["setosa", "virginica"], "model_version": "models/iris/versions/2"})"));
}

TEST(TfsPredict, Inputs_BecomeColumns_AndTheAnswerColumns) {
  FrontWorld world;
  auto caller = world.PostJson("/v1/models/iris/versions/2:predict",
                               R"({"inputs": {"width": [1.5, null], "wild": [true, false],
                                   "place": ["a", "b"]}})");
  const auto request = world.call().Message<v1::PredictRequest>(0);
  EXPECT_EQ(request.model(), "models/iris/versions/2");
  ASSERT_EQ(request.columns_size(), 3);
  EXPECT_EQ(request.columns(0).strings().values(1), "b");
  EXPECT_TRUE(request.columns(2).booleans().values(0));
  EXPECT_EQ(request.columns(1).name(), "width");
  EXPECT_EQ(request.columns(1).missing_rows(0), 1u);
  world.call().Answer(TwoFlowers());
  world.loop.RunPosted();
  EXPECT_EQ(caller->json()["outputs"], json::parse(R"({"label": ["setosa", "virginica"],
                            "probabilities": [[0.75, 0.25], [0.25, 0.75]]})"));
}

TEST(TfsPredict, Regression_HasOneOutput_SoItHasNoName) {
  FrontWorld world;
  auto rows = world.PostJson("/v1/models/price/labels/champion:predict",
                             R"({"instances": [{"a": 1}, {"a": 2}]})");
  EXPECT_EQ(world.call().Message<v1::PredictRequest>(0).model(), "models/price@champion");
  world.call().Answer(TwoPrices());
  auto columns = world.PostJson("/v1/models/price:predict", R"({"inputs": {"a": [1, 2]}})");
  world.call().Answer(TwoPrices());
  world.loop.RunPosted();
  EXPECT_EQ(rows->json()["predictions"], json::parse("[1.5, -2]"));
  EXPECT_EQ(columns->json()["outputs"], json::parse("[1.5, -2]"));
}

TEST(TfsPredict, InstancesAsLists_AreInTheOrderOfTheFeatures) {
  FrontWorld world;
  auto caller = world.PostJson("/v1/models/iris:predict", R"({"instances": [[1.5, true]]})");
  AnswerGetModel(world);
  AnswerGetModelVersion(world, "models/iris/versions/2");
  const auto request = world.call().Message<v1::PredictRequest>(0);
  EXPECT_EQ(request.model(), "models/iris") << "traffic still decides";
  EXPECT_EQ(request.rows(0).features().at("width").number_value(), 1.5);
  EXPECT_TRUE(request.rows(0).features().at("wild").bool_value());

  auto short_row = world.PostJson("/v1/models/iris/versions/2:predict", R"({"instances": [[1]]})");
  AnswerGetModelVersion(world, "models/iris/versions/2");
  EXPECT_EQ(short_row->status(), 400);
  EXPECT_EQ(short_row->json()["error"],
            "instances[0]: must have one value for each of the model's 2 features, has 1");
}

TEST(TfsPredict, ColumnWithoutValues_GoesAsRows_SinceItsTypeIsOpen) {
  FrontWorld world;
  auto caller = world.PostJson("/v1/models/iris:predict",
                               R"({"inputs": {"width": [1, 2], "place": [null, null]}})");
  const auto request = world.call().Message<v1::PredictRequest>(0);
  EXPECT_EQ(request.columns_size(), 0);
  ASSERT_EQ(request.rows_size(), 2);
  EXPECT_TRUE(request.rows(1).features().at("place").has_null_value());
  EXPECT_EQ(request.rows(1).features().at("width").number_value(), 2);
}

TEST(TfsPredict, BadBodies_AreErrorsThatNameThePlace) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"{\"instances\": [{\"a\": \"\xc3\x28\"}]}", "byte 22 (0xc3)"},
      {"{\"instances\": " + std::string(70, '['), "nested more than 64 levels"},
      {"{\"instances\": [", "the body is not JSON"},
      {"[]", "must be an object with \"instances\" or \"inputs\", is a list"},
      {"{}", "exactly one of"},
      {R"({"instances": [{"a": 1}], "inputs": {}})", "exactly one of"},
      {R"({"instance": []})", "'instance': is not a member"},
      {R"({"instances": []})", "instances: must be a list of one instance or more"},
      {R"({"instances": [{"a": 1}, {"a": {"b64": "eA=="}}]})",
       "instances[1].a: must be a number, a string, a truth value or null, is an object"},
      {R"({"inputs": {"a": 1}})", "inputs.a: must be a list of values, is a number"},
      {R"({"inputs": {"a": [1, "x"]}})", "inputs.a[1]: must be a number, is a string"},
      {R"({"inputs": {"a": ["x", 1]}})", "inputs.a[1]: must be a string"},
      {R"({"instances": [{"a": 1e999}]})", "not JSON"},
  };
  FrontWorld world;
  for (const auto& [body, says] : bad) {
    auto caller = world.PostJson("/v1/models/iris:predict", body);
    EXPECT_EQ(caller->status(), 400) << body;
    const json answer = caller->json();
    ASSERT_TRUE(answer.contains("error")) << caller->body;
    EXPECT_EQ(answer.size(), 1u);
    EXPECT_THAT(answer["error"].get<std::string>(), HasSubstr(says));
  }
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(TfsPredict, ErrorsOfThePredictor_SpeakOfInstances_AndKeepRetryAfter) {
  FrontWorld world;
  auto bad = world.PostJson("/v1/models/iris:predict", R"({"instances": [{"a": 1}]})");
  world.call().Fail(InvalidField("rows[0].features[\"b\"]", "is not a feature"));
  world.loop.RunPosted();
  EXPECT_EQ(bad->status(), 400);
  EXPECT_EQ(bad->json()["error"], "instances[0].features[\"b\"]: is not a feature");

  auto busy = world.PostJson("/v1/models/iris:predict", R"({"instances": [{"a": 1}]})");
  world.call().Fail(UnavailableRetryAfter("loading", absl::Seconds(3)));
  world.loop.RunPosted();
  EXPECT_EQ(busy->status(), 503);
  EXPECT_EQ(busy->header("retry-after"), "3");
}

TEST(TfsStatus, ListsAllVersions_OverPages_OrTheOneNamed) {
  FrontWorld world;
  auto all = world.Get("/v1/models/iris");
  v1::ListModelVersionsResponse page;
  page.add_versions()->set_version(3);
  page.set_next_page_token("more");
  world.call().Answer(page);
  world.loop.RunPosted();
  EXPECT_EQ(world.call().Message<v1::ListModelVersionsRequest>(0).page_token(), "more");
  page.mutable_versions(0)->set_version(1);
  page.clear_next_page_token();
  world.call().Answer(page);
  world.loop.RunPosted();
  const json status = all->json()["model_version_status"];
  ASSERT_EQ(status.size(), 2u);
  EXPECT_EQ(status[1], json::parse(R"({"version": "1", "state": "AVAILABLE",
                                       "status": {"error_code": "OK", "error_message": ""}})"));

  auto one = world.Get("/v1/models/iris/versions/2");
  AnswerGetModelVersion(world, "models/iris/versions/2");
  EXPECT_EQ(one->json()["model_version_status"][0]["version"], "2");

  auto none = world.Get("/v1/models/gone");
  world.call().Fail(ResourceNotFound("models/gone"));
  world.loop.RunPosted();
  EXPECT_EQ(none->status(), 404);
  EXPECT_EQ(none->json(), json::parse(R"({"error": "models/gone does not exist"})"));
}

TEST(TfsMetadata, DescribesTheSignature) {
  FrontWorld world;
  auto caller = world.Get("/v1/models/iris/versions/2/metadata");
  AnswerGetModelVersion(world, "models/iris/versions/2");
  const json answer = caller->json();
  EXPECT_EQ(answer["model_spec"]["version"], "2");
  const json signature = answer["metadata"]["signature_def"]["signature_def"]["serving_default"];
  EXPECT_EQ(signature["inputs"]["wild"]["dtype"], "DT_BOOL");
  EXPECT_EQ(signature["inputs"]["width"]["tensor_shape"]["dim"][0]["size"], "-1");
  EXPECT_EQ(signature["outputs"]["probabilities"]["tensor_shape"]["dim"][1]["size"], "2");
}

// Every form reads a body, and writes an answer, elsewhere than on the loop if it is large.
class LargeBodyTest : public ::testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  LargeBodyTest() : world_({.offload_bytes = 10}) { world_.elsewhere_waits = true; }

  FrontWorld world_;
};

INSTANTIATE_TEST_SUITE_P(
    Forms, LargeBodyTest,
    ::testing::Values(std::pair("/v1/models/iris:predict",
                                R"({"instances": [{"width": 1, "wild": true}]})"),
                      std::pair("/serin.v1.PredictService/Predict",
                                R"({"model": "iris", "rows": [{"features": {"width": 1}}]})")));

TEST_P(LargeBodyTest, IsReadElsewhere_AndOthersAreServedMeanwhile) {
  const auto [path, body] = GetParam();
  const auto large = world_.PostJson(path, body);
  EXPECT_EQ(world_.grpc.calls.size(), 0);
  EXPECT_EQ(world_.Get("/v2/health/live")->status(), 200);
  world_.RunElsewhere();
  ASSERT_EQ(world_.grpc.calls.size(), 1);
  EXPECT_EQ(world_.call().head.Get(":path"), kPredict);
  world_.call().Answer(TwoFlowers());
  world_.loop.RunPosted();
  EXPECT_FALSE(large->ended) << "the answer is written elsewhere too";
  world_.RunElsewhere();
  EXPECT_EQ(large->status(), 200);
  EXPECT_THAT(large->body, HasSubstr("virginica"));
  EXPECT_EQ(world_.front.open(), 0);
}

TEST_P(LargeBodyTest, OfACallerWhoHasGone_IsNotReadAnyMore) {
  const auto [path, body] = GetParam();
  auto large = world_.PostJson(path, body);
  large->GoAway();
  world_.loop.RunPosted();
  EXPECT_EQ(world_.front.open(), 0);
  world_.RunElsewhere();
  EXPECT_EQ(world_.grpc.calls.size(), 0);
}

TEST_P(LargeBodyTest, ThatIsWrong_IsAnswered400) {
  const auto wrong = world_.PostJson(GetParam().first, "{\"instances\": 12345678901234567890,");
  world_.RunElsewhere();
  EXPECT_EQ(wrong->status(), 400);
}

TEST(HeldBodies, AboveTheLimitOfAllTogether_AreRefused_UntilOthersAreDone) {
  FrontWorld world({.max_held_bytes = 100});
  const std::string half(60, ' ');
  const auto first = world.Open("POST", kPredict, {{"content-type", "application/json"}});
  first->Send(half, /*end=*/false);
  const auto second = world.PostJson(kPredict, half + "{}");
  EXPECT_EQ(second->status(), 429);
  EXPECT_EQ(second->header("retry-after"), "1");
  first->Send("{}");
  world.loop.RunPosted();
  world.call().Answer(TwoFlowers());
  world.loop.RunPosted();
  EXPECT_EQ(first->status(), 200);
  EXPECT_EQ(world.PostJson(kPredict, half + "{}")->status(), 0) << "it is under way";
}

TEST(Models, CompressedBodiesAndWrongMethods_AreRefused) {
  FrontWorld world;
  auto compressed = world.Do("POST", "/v2/models/iris/infer", {{"content-encoding", "gzip"}}, "{}");
  EXPECT_EQ(compressed->status(), 415);
  auto method = world.Get("/v2/models/iris/infer");
  EXPECT_EQ(method->status(), 405);
  EXPECT_EQ(method->header("allow"), "POST");
  auto post = world.PostJson("/v2/health/live", "{}");
  EXPECT_EQ(post->status(), 405);
  auto name = world.PostJson("/v1/models/Not%20a%20name:predict", "{}");
  EXPECT_EQ(name->status(), 400);
  EXPECT_THAT(name->json()["error"].get<std::string>(), HasSubstr("model: "));
  auto version = world.PostJson("/v1/models/iris/versions/x:predict", "{}");
  EXPECT_EQ(version->status(), 400);
  auto verb = world.PostJson("/v1/models/iris:regress", "{}");
  EXPECT_EQ(verb->status(), 404);
  EXPECT_TRUE(world.grpc.calls.empty());
}

}  // namespace
}  // namespace serin
