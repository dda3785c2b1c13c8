#include "core/engine/mlp_engine.h"

#include <cmath>
#include <functional>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Message = internal::v1::MlpEstimator;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

void AddLayer(std::initializer_list<float> weights, std::initializer_list<float> biases,
              Message* message) {
  internal::v1::MlpLayer& layer = *message->add_layers();
  for (const float weight : weights) layer.add_weights(weight);
  for (const float bias : biases) layer.add_biases(bias);
}

// Two inputs, three units, one output: 10 * (u1 - u2 + 2 u3 + 0.5) + 100 with
// u1 = relu(a), u2 = relu(b + 1), u3 = relu(a - b).
Message SmallNetwork(Message::Activation activation = Message::ACTIVATION_RELU) {
  Message message;
  message.set_activation(activation);
  AddLayer({1, 0, 0, 1, 1, -1}, {0, 1, 0}, &message);
  AddLayer({1, -1, 2}, {0.5}, &message);
  message.set_target_offset(100);
  message.set_target_scale(10);
  return message;
}

TEST(MlpEngineTest, RectifiedUnits_AreWhatTheWeightsSay) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(SmallNetwork(), 2, 0));
  const double inputs[] = {2, 1, -1, -2, 0, 0};
  double margins[3];
  engine->Score(inputs, 3, margins);
  EXPECT_THAT(margins, ElementsAre(10 * (2 - 2 + 2 + 0.5) + 100, 10 * (0 - 0 + 2 + 0.5) + 100,
                                   10 * (0 - 1 + 0 + 0.5) + 100));
}

TEST(MlpEngineTest, TanhUnits_AreHyperbolicTangents) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine,
                             MlpEngine::Create(SmallNetwork(Message::ACTIVATION_TANH), 2, 0));
  const double inputs[] = {0.5, -2};
  double margin = 0;
  engine->Score(inputs, 1, &margin);
  EXPECT_NEAR(margin, 10 * (std::tanh(0.5) - std::tanh(-1) + 2 * std::tanh(2.5) + 0.5) + 100, 1e-5);
}

TEST(MlpEngineTest, OfClasses_DoesNotUseTheTargetsScale) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(SmallNetwork(), 2, 2));
  const double inputs[] = {2, 1};
  double margin = 0;
  engine->Score(inputs, 1, &margin);
  EXPECT_EQ(margin, 2.5);
}

TEST(MlpEngineTest, WithoutHiddenLayers_IsLinear) {
  Message message;
  message.set_activation(Message::ACTIVATION_RELU);
  AddLayer({2, 1, 0, -1, 3, 3}, {0, 0, 1}, &message);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(message, 2, 3));
  const double inputs[] = {1, 10};
  double margins[3];
  engine->Score(inputs, 1, margins);
  EXPECT_THAT(margins, ElementsAre(12, -10, 34));
}

TEST(MlpEngineTest, NumbersFarOutGiveFiniteMargins) {
  Message message = SmallNetwork();
  for (auto& layer : *message.mutable_layers()) layer.set_weights(0, 1e6F);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(message, 2, 0));
  const double inputs[] = {1e30, -1e30};
  double margin = 0;
  engine->Score(inputs, 1, &margin);
  EXPECT_TRUE(std::isfinite(margin));
}

TEST(MlpEngineTest, RefusesWhatIsNoNetwork) {
  struct Bad {
    const char* message;
    std::function<void(Message&)> change;
  };
  const Bad cases[] = {
      {"has no layers", [](Message& m) { m.clear_layers(); }},
      {"has no activation", [](Message& m) { m.clear_activation(); }},
      {"layer 0 has 7 weights for 3 outputs of 2 inputs",
       [](Message& m) { m.mutable_layers(0)->add_weights(1); }},
      {"layer 1 has 3 weights for 1 outputs of 4 inputs",
       [](Message& m) {
         m.mutable_layers(0)->add_biases(1);
         m.mutable_layers(0)->add_weights(1);
         m.mutable_layers(0)->add_weights(1);
       }},
      {"layer 1 has no outputs", [](Message& m) { m.mutable_layers(1)->Clear(); }},
      {"the last layer has 3 outputs; the model has 1",
       [](Message& m) { m.mutable_layers()->RemoveLast(); }},
      {"layer 0 has a number beyond", [](Message& m) { m.mutable_layers(0)->set_weights(0, NAN); }},
      {"layer 1 has a number beyond", [](Message& m) { m.mutable_layers(1)->set_biases(0, 2e6F); }},
      {"offset or scale is not finite", [](Message& m) { m.set_target_scale(INFINITY); }}};
  for (const Bad& bad : cases) {
    Message message = SmallNetwork();
    bad.change(message);
    EXPECT_THAT(MlpEngine::Create(message, 2, 0), IsError(kInvalid, HasSubstr(bad.message)));
  }
}

}  // namespace
}  // namespace serin
