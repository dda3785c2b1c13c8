#ifndef SERIN_CLIENT_CLI_SESSION_H_
#define SERIN_CLIENT_CLI_SESSION_H_

#include <functional>

#include "absl/status/status.h"
#include "client/cli/console.h"
#include "client/cli/text_table.h"
#include "google/protobuf/message.h"
#include "serin/client.h"

namespace serin {

// CSV is for rows only.
enum class OutputFormat { kTable, kJson, kCsv };

// What a command works with.
struct Session {
  const Client& client;
  const Console& console;
  OutputFormat format = OutputFormat::kTable;

  bool json() const { return format == OutputFormat::kJson; }

  // Prints a message as JSON, with the field names of the proto files and all fields, also those
  // that are zero or empty.
  absl::Status PrintJson(const google::protobuf::Message& message) const;
  void Print(const TextTable& table) const;
};

// What a command line asks for, once all of it is understood.
using Action = std::function<absl::Status(const Session&)>;

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_SESSION_H_
