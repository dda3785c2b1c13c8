#ifndef SERIN_SERVER_RPC_CALLER_KEY_H_
#define SERIN_SERVER_RPC_CALLER_KEY_H_

namespace serin {

// Metadata key that the proxy sets on what it forwards to predictors: who calls, as an address.
inline constexpr char kCallerKey[] = "serin-caller";

}  // namespace serin

#endif  // SERIN_SERVER_RPC_CALLER_KEY_H_
