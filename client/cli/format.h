#ifndef SERIN_CLIENT_CLI_FORMAT_H_
#define SERIN_CLIENT_CLI_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"

// Values as people read them.

namespace serin {

std::string FormatCount(int64_t count);                           // 1,234,567
std::string FormatBytes(int64_t bytes);                           // 812 B, 2.7 kB, 1.4 GB
std::string FormatShare(double share);                            // 0.905 -> 90.5 %
std::string FormatMetric(double value);                           // four decimals: 0.9667
std::string FormatSummary(double value);                          // six significant digits
std::string FormatMillis(double seconds);                         // 0.0012 -> 1.20 ms
std::string FormatTime(const google::protobuf::Timestamp& time);  // 2026-11-21 09:30:00 UTC

// The part of an enumerator's name after `prefix`, in lower case: JOB_STATE_RUNNING -> running.
std::string EnumText(absl::string_view name, absl::string_view prefix);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_FORMAT_H_
