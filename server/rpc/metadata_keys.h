#ifndef SERIN_SERVER_RPC_METADATA_KEYS_H_
#define SERIN_SERVER_RPC_METADATA_KEYS_H_

namespace serin {

// Metadata keys. The proxy sets kRequestIdKey and kVersionKey on what it forwards.
inline constexpr char kProjectKey[] = "serin-project";       // Default: kDefaultProject.
inline constexpr char kRequestIdKey[] = "serin-request-id";  // Also sent back to the caller.
inline constexpr char kVersionKey[] = "serin-version";       // The model version that is to answer.
inline constexpr char kModelKey[] = "serin-model";  // The model, where no message is read for it.
inline constexpr char kStickyKey[] =
    "serin-key";  // As the field `key` of a prediction without one.

}  // namespace serin

#endif  // SERIN_SERVER_RPC_METADATA_KEYS_H_
