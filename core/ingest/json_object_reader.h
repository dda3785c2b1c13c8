#ifndef SERIN_CORE_INGEST_JSON_OBJECT_READER_H_
#define SERIN_CORE_INGEST_JSON_OBJECT_READER_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace serin {

// Reads one JSON object (RFC 8259) into keys and the text of their values, as JsonLinesReader says.
// Not thread-safe.
class JsonObjectReader {
 public:
  struct Member {
    absl::string_view key;
    absl::string_view value;
  };

  // Reads `text`, behind which RowReader::kPadding bytes are readable. Returns what is wrong with
  // it; empty where it is an object. Keys are
  // valid until the next call, values as long as the text and until Clear.
  std::string Read(absl::string_view text);

  // Of the object that was read last.
  const std::vector<Member>& members() const { return members_; }

  void Clear() { unescaped_.clear(); }

 private:
  simdjson::error_code ReadObject(absl::string_view text);
  simdjson::error_code ReadMember(simdjson::ondemand::field field);
  simdjson::error_code ReadValue(simdjson::ondemand::value value, absl::string_view* text);
  simdjson::error_code ReadString(simdjson::ondemand::value value, absl::string_view* text);
  simdjson::error_code ReadNested(simdjson::ondemand::value value, absl::string_view* text);

  simdjson::ondemand::parser parser_;
  simdjson::dom::parser nested_parser_;
  std::vector<Member> members_;
  std::deque<std::string> unescaped_;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_JSON_OBJECT_READER_H_
