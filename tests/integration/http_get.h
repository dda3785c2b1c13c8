#ifndef SERIN_TESTS_INTEGRATION_HTTP_GET_H_
#define SERIN_TESTS_INTEGRATION_HTTP_GET_H_

#include <optional>
#include <string>

namespace serin {

// The whole answer to GET `path` at IPV4:PORT, with its header; empty if nobody answers.
std::string HttpGet(const std::string& address, const std::string& path);

// The value of a series among the metrics at an admin address; nothing if it is not there.
std::optional<double> MetricAt(const std::string& admin_address, const std::string& series);

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_HTTP_GET_H_
