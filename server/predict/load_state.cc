#include "server/predict/load_state.h"

namespace serin {
namespace {

std::optional<LoadState> FromLoading(LoadEvent event) {
  switch (event) {
    case LoadEvent::kNeeded:
    case LoadEvent::kNotFetched:
      return LoadState::kLoading;
    case LoadEvent::kLoaded:
      return LoadState::kReady;
    case LoadEvent::kSetAside:
      return LoadState::kUnloaded;
    case LoadEvent::kRefused:
      return LoadState::kRefused;
    case LoadEvent::kRoomMade:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<LoadState> Next(LoadState state, LoadEvent event) {
  switch (state) {
    case LoadState::kLoading:
      return FromLoading(event);
    case LoadState::kReady:
      if (event == LoadEvent::kNeeded) return LoadState::kReady;
      if (event == LoadEvent::kSetAside) return LoadState::kUnloaded;
      break;
    case LoadState::kUnloaded:
      if (event == LoadEvent::kNeeded) return LoadState::kLoading;
      break;
    case LoadState::kRefused:
      if (event == LoadEvent::kRoomMade) return LoadState::kUnloaded;
      break;
  }
  return std::nullopt;
}

}  // namespace serin
