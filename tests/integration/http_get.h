#ifndef SERIN_TESTS_INTEGRATION_HTTP_GET_H_
#define SERIN_TESTS_INTEGRATION_HTTP_GET_H_

#include <string>

namespace serin {

// The whole answer to GET `path` at IPV4:PORT, with its header; empty if nobody answers.
std::string HttpGet(const std::string& address, const std::string& path);

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_HTTP_GET_H_
