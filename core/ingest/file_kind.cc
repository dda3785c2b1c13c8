#include "core/ingest/file_kind.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr size_t kLinesLookedAt = 10;
constexpr size_t kMaxLookedAt = 64 << 10;

bool IsIndexedValue(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, ':');
  return parts.size() == 2 && ParseInteger(parts[0]) && ParseNumber(parts[1]);
}

bool LooksLikeLibsvm(absl::string_view line) {
  const std::vector<absl::string_view> tokens =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (tokens.size() < 2 || !ParseNumber(tokens[0])) return false;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (absl::StartsWith(tokens[i], "#")) return i > 1;
    if (!IsIndexedValue(tokens[i])) return false;
  }
  return true;
}

}  // namespace

v1::FileFormat::Kind FindFileKind(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  if (absl::StartsWith(text, "{")) return v1::FileFormat::KIND_JSON_LINES;
  const absl::string_view beginning = text.substr(0, kMaxLookedAt);
  size_t looked_at = 0;
  bool cut = beginning.size() < text.size();
  std::vector<absl::string_view> lines = absl::StrSplit(beginning, absl::ByAnyChar("\r\n"));
  if (cut && lines.size() > 1) lines.pop_back();
  for (const absl::string_view line : lines) {
    if (line.empty()) continue;
    if (!LooksLikeLibsvm(line)) return v1::FileFormat::KIND_CSV;
    if (++looked_at == kLinesLookedAt) break;
  }
  return looked_at > 0 ? v1::FileFormat::KIND_LIBSVM : v1::FileFormat::KIND_CSV;
}

}  // namespace serin
