#ifndef SERIN_TESTS_TESTING_SELF_SIGNED_H_
#define SERIN_TESTS_TESTING_SELF_SIGNED_H_

#include <string>

namespace serin {

// A certificate for a host, and its key. Both in PEM. Made anew on each call.
struct SelfSigned {
  std::string certificate;
  std::string key;
};
SelfSigned MakeSelfSigned(const char* name);

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_SELF_SIGNED_H_
