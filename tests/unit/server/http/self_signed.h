#ifndef SERIN_TESTS_UNIT_SERVER_HTTP_SELF_SIGNED_H_
#define SERIN_TESTS_UNIT_SERVER_HTTP_SELF_SIGNED_H_

#include <string>

namespace serin {

// Both in PEM. Made anew on each call.
struct SelfSigned {
  std::string certificate;
  std::string key;
};
SelfSigned MakeSelfSigned(const char* name);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_HTTP_SELF_SIGNED_H_
