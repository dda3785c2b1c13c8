#include "server/http/stream_pipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/simulated_loop.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SimulatedLoop;

// Writes down its callbacks; consumes at once unless told not to.
class Recorder final : public StreamHandler {
 public:
  void Attach(std::unique_ptr<HttpStream> stream) {
    stream_ = std::move(stream);
    stream_->set_handler(this);
  }

  void OnHeaders(Headers headers, bool end) override {
    Note(absl::StrCat("headers ", headers.Get(":status"), end ? " end" : ""));
  }
  void OnData(absl::string_view data, bool end) override {
    received += data.size();
    Note(absl::StrCat("data ", data.size() > 20 ? "..." : data, end ? " end" : ""));
    if (consumes && stream_) stream_->Consume(data.size());
  }
  void OnTrailers(Headers trailers) override {
    Note(absl::StrCat("trailers ", trailers.Get("grpc-status")));
  }
  void OnSent(size_t bytes) override { sent += bytes; }
  void OnClosed(StreamEnd end, uint32_t error) override {
    Note(absl::StrCat("closed ", static_cast<int>(end), " ", error));
  }

  HttpStream& stream() { return *stream_; }
  void Destroy() { stream_.reset(); }

  std::vector<std::string> calls;
  size_t received = 0;
  size_t sent = 0;
  bool consumes = true;
  std::function<void()> during;  // Within the next callback.

 private:
  void Note(std::string call) {
    calls.push_back(std::move(call));
    if (during) std::exchange(during, nullptr)();
  }

  std::unique_ptr<HttpStream> stream_;
};

class StreamPipeTest : public ::testing::Test {
 protected:
  StreamPipeTest() { Make(kStreamPipeWindow); }
  void Make(size_t window) {
    StreamPipe pipe = MakeStreamPipe(&loop_, window);
    client_.Attach(std::move(pipe.client));
    server_.Attach(std::move(pipe.server));
  }

  SimulatedLoop loop_;
  Recorder client_;
  Recorder server_;
};

TEST_F(StreamPipeTest, CarriesBothDirectionsInOrder_AndClosesBothEndsAsComplete) {
  client_.stream().SendData("question", true);
  server_.stream().SendHeaders({{":status", "200"}}, false);
  server_.stream().SendData("answer", false);
  server_.stream().SendTrailers({{"grpc-status", "0"}});
  EXPECT_THAT(client_.calls, IsEmpty()) << "a callback from within a method";

  loop_.RunPosted();
  EXPECT_THAT(server_.calls, ElementsAre("data question end", "closed 0 0"));
  EXPECT_THAT(client_.calls, ElementsAre("headers 200", "data answer", "trailers 0", "closed 0 0"));
  EXPECT_EQ(client_.sent, 8u);
}

TEST_F(StreamPipeTest, TellsOfSentOnlyOnceTheOtherEndConsumes) {
  server_.consumes = false;
  client_.stream().SendData("12345678", false);
  loop_.RunPosted();
  EXPECT_EQ(server_.received, 8u);
  EXPECT_EQ(client_.sent, 0u);

  server_.stream().Consume(5);
  loop_.RunPosted();
  EXPECT_EQ(client_.sent, 5u);
  server_.stream().Consume(100);  // More than there was: what there was.
  loop_.RunPosted();
  EXPECT_EQ(client_.sent, 8u);
}

TEST_F(StreamPipeTest, DeliversNoMoreThanTheWindow_UntilSomeIsConsumed) {
  Make(32 * 1024);
  server_.consumes = false;
  client_.stream().SendData(std::string(1 << 20, 'x'), true);
  loop_.RunPosted();
  EXPECT_EQ(server_.received, 32u * 1024);

  server_.stream().Consume(16 * 1024);
  loop_.RunPosted();
  EXPECT_EQ(server_.received, 48u * 1024);
  server_.consumes = true;
  server_.stream().Consume(32 * 1024);
  loop_.RunPosted();
  EXPECT_EQ(server_.received, 1u << 20);
  EXPECT_EQ(server_.calls.back(), "data ... end");
}

TEST_F(StreamPipeTest, Reset_DropsWhatIsQueued_AndTellsTheOtherEndAlone) {
  server_.stream().SendData("never seen", false);
  server_.stream().Reset(11);
  client_.stream().SendData("nor this", false);
  loop_.RunPosted();
  EXPECT_THAT(client_.calls, ElementsAre("closed 1 11"));
  EXPECT_THAT(server_.calls, IsEmpty());
}

TEST_F(StreamPipeTest, ResetWithNoError_DeliversTheCompleteResponseFirst) {
  client_.stream().SendData("half a question", false);
  loop_.RunPosted();
  server_.stream().SendHeaders({{":status", "413"}}, true);
  server_.stream().Reset(0);
  server_.Destroy();
  loop_.RunPosted();
  EXPECT_THAT(client_.calls, ElementsAre("headers 413 end", "closed 1 0"));
}

TEST_F(StreamPipeTest, DestroyingAnEnd_CancelsTheOther_AndCallsNothingAfterwards) {
  client_.stream().SendData("question", true);
  loop_.RunPosted();
  server_.stream().SendData("answer", false);
  client_.Destroy();
  loop_.RunPosted();
  EXPECT_THAT(client_.calls, IsEmpty());
  EXPECT_EQ(server_.calls.back(), "closed 1 8");
}

TEST_F(StreamPipeTest, CallbackMayDestroyItsStream_WithMoreToCome) {
  server_.during = [this] { server_.Destroy(); };
  client_.stream().SendData("one", false);
  client_.stream().SendData("two", false);
  loop_.RunPosted();
  EXPECT_THAT(server_.calls, ElementsAre("data one"));
  EXPECT_THAT(client_.calls, ElementsAre("closed 1 8"));
}

TEST_F(StreamPipeTest, CallbackMayDestroyTheOtherEnd) {
  server_.during = [this] { client_.Destroy(); };
  client_.stream().SendData("one", false);
  loop_.RunPosted();
  EXPECT_THAT(server_.calls, ElementsAre("data one", "closed 1 8"));
}

TEST_F(StreamPipeTest, NothingIsSentAfterTheEnd) {
  client_.stream().SendData("all", true);
  client_.stream().SendData("more", false);
  client_.stream().SendTrailers({{"grpc-status", "1"}});
  loop_.RunPosted();
  EXPECT_THAT(server_.calls, ElementsAre("data all end"));
}

TEST_F(StreamPipeTest, LongTransferLeavesTurnsToOtherCallbacks) {
  client_.stream().SendData(std::string(4 << 20, 'x'), true);
  size_t received_at_turn = 0;
  loop_.Post([&] { received_at_turn = server_.received; });
  loop_.RunPosted();
  EXPECT_LT(received_at_turn, 1u << 20);
  EXPECT_EQ(server_.received, 4u << 20);
}

TEST_F(StreamPipeTest, WaitsForAHandlerThatIsSetLater) {
  StreamPipe pipe = MakeStreamPipe(&loop_);
  pipe.client->SendData("early", true);
  loop_.RunPosted();
  Recorder late;
  late.Attach(std::move(pipe.server));
  loop_.RunPosted();
  EXPECT_THAT(late.calls, ElementsAre("data early end"));
}

}  // namespace
}  // namespace serin
