#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

TEST_F(ProxyCallTest, Shadow_GetsACopy_AndItsAnswerIsDropped) {
  ConnectAll();
  StreamRecord& caller = Predict();
  ASSERT_EQ(StreamsAt("predict-shadow"), 1);
  StreamRecord& copy = At("predict-shadow");
  EXPECT_EQ(copy.data, PredictIris());
  EXPECT_TRUE(copy.ended);
  EXPECT_EQ(copy.headers.at(0).Get("serin-version"), "3");
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");
  AnswerWith(copy, "a shadow's answer");
  EXPECT_TRUE(copy.destroyed);
  EXPECT_EQ(copy.consumed, Framed("a shadow's answer").size());
  EXPECT_EQ(caller.data, "");
  AnswerWith(At(Chosen()), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  Finish(caller);
  EXPECT_EQ(counters_.shadows_sent, 1);
  EXPECT_EQ(shadows_.calls(), 0);
}

TEST_F(ProxyCallTest, Shadows_AreFew_AndTheirTimeIsLimited_AndNobodyWaits) {
  ConnectAll();
  for (int i = 0; i < 5; ++i) {
    StreamRecord& caller = Predict();
    AnswerWith(At(Chosen()), "setosa");
    EXPECT_THAT(EndOf(caller), IsOk());
    Finish(caller);
  }
  EXPECT_EQ(StreamsAt("predict-shadow"), 2);
  EXPECT_EQ(counters_.shadows_left_out, 3);
  loop_.Advance(absl::Seconds(5));
  EXPECT_EQ(shadows_.calls(), 0);
  EXPECT_EQ(connector_.To("predict-shadow").open(), 0);
  connector_.To("predict-shadow").Close();
  StreamRecord& caller = Predict();
  AnswerWith(At(Chosen()), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
}

}  // namespace
}  // namespace serin
