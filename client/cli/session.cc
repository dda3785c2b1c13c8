#include "client/cli/session.h"

#include "google/protobuf/util/json_util.h"

namespace serin {

absl::Status Session::PrintJson(const google::protobuf::Message& message) const {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return absl::InternalError(status.ToString());
  console.out << text;
  return absl::OkStatus();
}

void Session::Print(const TextTable& table) const { console.out << table.Render(console.color); }

}  // namespace serin
