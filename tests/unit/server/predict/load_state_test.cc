#include "server/predict/load_state.h"

#include <gtest/gtest.h>

#include <optional>

namespace serin {
namespace {

constexpr auto kLoading = LoadState::kLoading;
constexpr auto kReady = LoadState::kReady;
constexpr auto kUnloaded = LoadState::kUnloaded;
constexpr auto kIsRefused = LoadState::kRefused;

constexpr auto kNeeded = LoadEvent::kNeeded;
constexpr auto kLoaded = LoadEvent::kLoaded;
constexpr auto kNotFetched = LoadEvent::kNotFetched;
constexpr auto kSetAside = LoadEvent::kSetAside;
constexpr auto kIsWrong = LoadEvent::kRefused;
constexpr auto kRoomMade = LoadEvent::kRoomMade;

constexpr std::optional<LoadState> kCannotBe = std::nullopt;

struct Row {
  LoadState from;
  LoadEvent event;
  std::optional<LoadState> to;
};

TEST(LoadStateTest, EveryEvent_InEveryState) {
  constexpr Row kTable[] = {
      {kLoading, kNeeded, kLoading},
      {kLoading, kLoaded, kReady},
      {kLoading, kNotFetched, kLoading},
      {kLoading, kSetAside, kUnloaded},
      {kLoading, kIsWrong, kIsRefused},
      {kLoading, kRoomMade, kCannotBe},
      {kReady, kNeeded, kReady},
      {kReady, kLoaded, kCannotBe},
      {kReady, kNotFetched, kCannotBe},
      {kReady, kSetAside, kUnloaded},
      {kReady, kIsWrong, kCannotBe},
      {kReady, kRoomMade, kCannotBe},
      {kUnloaded, kNeeded, kLoading},
      {kUnloaded, kLoaded, kCannotBe},
      {kUnloaded, kNotFetched, kCannotBe},
      {kUnloaded, kSetAside, kCannotBe},
      {kUnloaded, kIsWrong, kCannotBe},
      {kUnloaded, kRoomMade, kCannotBe},
      {kIsRefused, kNeeded, kCannotBe},
      {kIsRefused, kLoaded, kCannotBe},
      {kIsRefused, kNotFetched, kCannotBe},
      {kIsRefused, kSetAside, kCannotBe},
      {kIsRefused, kIsWrong, kCannotBe},
      {kIsRefused, kRoomMade, kUnloaded},
  };
  for (const Row& row : kTable) {
    EXPECT_EQ(Next(row.from, row.event), row.to)
        << "state " << static_cast<int>(row.from) << ", event " << static_cast<int>(row.event);
  }
}

}  // namespace
}  // namespace serin
