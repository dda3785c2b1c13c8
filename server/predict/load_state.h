#ifndef SERIN_SERVER_PREDICT_LOAD_STATE_H_
#define SERIN_SERVER_PREDICT_LOAD_STATE_H_

#include <optional>

namespace serin {

// What a version that the cluster wants served is at this predictor. It begins as kLoading.
enum class LoadState {
  kLoading,   // To be fetched, checked and warmed up; calls for it wait.
  kReady,     // Answers.
  kUnloaded,  // Not in memory; comes back with the next call for it.
  kRefused,   // Cannot be served.
};

enum class LoadEvent {
  kNeeded,      // A call waits for it, or it takes traffic now.
  kLoaded,      // It was opened, has proved itself, and there is room for it.
  kNotFetched,  // Its bundle could not be had; it will be tried again.
  kSetAside,    // It can wait for its next call: others need the memory, or it could not be had.
  kRefused,     // Its bundle cannot be served, or fits nowhere.
  kRoomMade,    // Of one that fitted nowhere: now it does.
};

// The state that an event leads to; none where the event cannot happen. The only way from one state
// to another.
std::optional<LoadState> Next(LoadState state, LoadEvent event);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOAD_STATE_H_
