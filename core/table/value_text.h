#ifndef SERIN_CORE_TABLE_VALUE_TEXT_H_
#define SERIN_CORE_TABLE_VALUE_TEXT_H_

#include <string>

#include "google/protobuf/struct.pb.h"

namespace serin {

// For people: numbers as FormatNumber has them, strings without quotes, lists as [64,32], fields as
// {name=value, other=value} in order of their names.
std::string FormatValue(const google::protobuf::Value& value);

// The same without the braces.
std::string FormatFields(const google::protobuf::Struct& fields);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_VALUE_TEXT_H_
