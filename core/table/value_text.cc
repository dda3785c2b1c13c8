#include "core/table/value_text.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using google::protobuf::Value;

std::string FormatList(const google::protobuf::ListValue& list) {
  const auto append = [](std::string* out, const Value& value) {
    absl::StrAppend(out, FormatValue(value));
  };
  return absl::StrCat("[", absl::StrJoin(list.values(), ",", append), "]");
}

}  // namespace

std::string FormatValue(const Value& value) {
  switch (value.kind_case()) {
    case Value::kNumberValue:
      return FormatNumber(value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kStringValue:
      return value.string_value();
    case Value::kListValue:
      return FormatList(value.list_value());
    case Value::kStructValue:
      return absl::StrCat("{", FormatFields(value.struct_value()), "}");
    default:
      return "null";
  }
}

std::string FormatFields(const google::protobuf::Struct& fields) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : fields.fields()) texts[name] = FormatValue(value);
  return absl::StrJoin(texts, ", ", absl::PairFormatter("="));
}

}  // namespace serin
