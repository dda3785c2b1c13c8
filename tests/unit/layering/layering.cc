#include "tests/unit/layering/layering.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace serin {
namespace {

using Folders = std::vector<absl::string_view>;

// A folder may include itself and those listed; "core" stands for all of core.
const absl::flat_hash_map<absl::string_view, Folders>& Allowed() {
  static const auto& allowed = *new absl::flat_hash_map<absl::string_view, Folders>{
      {"core/base", {}},
      {"core/storage", {"core/base"}},
      {"core/table", {"core/base"}},
      {"core/ingest", {"core/base", "core/table"}},
      {"core/profile", {"core/base", "core/table"}},
      {"core/query", {"core/base", "core/table"}},
      {"core/transform", {"core/base", "core/table", "core/query"}},
      {"core/pipeline", {"core/base", "core/table"}},
      {"core/engine", {"core/base", "core/table", "core/pipeline"}},
      {"core/monitor", {"core/base", "core/table"}},
      {"core/interchange",
       {"core/base", "core/table", "core/pipeline", "core/engine", "core/bundle"}},
      {"core/learn",
       {"core/base", "core/table", "core/pipeline", "core/engine", "core/interchange",
        "core/monitor"}},
      {"core/learn/search",
       {"core/base", "core/table", "core/pipeline", "core/engine", "core/learn"}},
      {"core/bundle", {"core/base", "core/table", "core/pipeline", "core/engine"}},
      {"core/batch", {"core/base", "core/table", "core/pipeline", "core/engine"}},
      {"core/explain", {"core/base", "core/table", "core/pipeline", "core/engine"}},
      {"core/traffic", {"core/base"}},
      {"core/schedule", {"core/base"}},
      {"server/http", {"core/base"}},
      {"server/rpc", {"core/base"}},
      {"server/options", {"core/base"}},
      {"server/admin", {"core/base", "server/rpc"}},
      {"server/cluster", {"core/base", "core/traffic", "server/rpc"}},
      {"server/dataset",
       {"core/base", "core/storage", "core/table", "core/ingest", "core/profile", "core/query",
        "core/transform", "server/rpc"}},
      {"server/control",
       {"core/base", "core/storage", "core/table", "core/learn", "core/engine", "core/batch",
        "core/bundle", "core/interchange", "core/monitor", "core/traffic", "core/schedule",
        "server/rpc"}},
      {"server/predict",
       {"core/base", "core/table", "core/engine", "core/bundle", "core/explain", "core/monitor",
        "server/rpc", "server/cluster", "server/predict/oip"}},
      {"server/predict/oip", {"core/base", "core/table", "core/engine", "server/predict"}},
      {"server/worker",
       {"core/base", "core/table", "core/engine", "core/batch", "core/learn", "core/learn/search",
        "core/bundle", "server/rpc"}},
      {"server/proxy",
       {"core/base", "core/traffic", "server/http", "server/rpc", "server/cluster",
        "server/proxy/json"}},
      {"server/proxy/json", {"core/base", "server/http", "server/rpc", "server/proxy"}},
      {"server",
       {"core/base", "core/storage", "server/rpc", "server/options", "server/admin",
        "server/cluster", "server/dataset", "server/control", "server/predict", "server/worker",
        "server/proxy"}},
      {"client", {"core/base", "core/table", "core/ingest"}},
  };
  return allowed;
}

// core/base of core/base/clock.h, server of server/node.h, client of everything under it.
absl::string_view FolderOf(absl::string_view path) {
  if (absl::StartsWith(path, "client/")) return "client";
  return path.substr(0, path.rfind('/'));
}

bool IsOurs(absl::string_view path) {
  return absl::StartsWith(path, "core/") || absl::StartsWith(path, "server/") ||
         absl::StartsWith(path, "client/") || absl::StartsWith(path, "tests/") ||
         absl::StartsWith(path, "benchmarks/");
}

// What a line includes, or the empty string.
absl::string_view IncludedPath(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "#include ") || line.empty()) return "";
  return line.substr(1, line.find_first_of("\">", 1) - 1);
}

bool Contains(const Folders& folders, absl::string_view folder) {
  return std::find(folders.begin(), folders.end(), folder) != folders.end();
}

bool MayInclude(absl::string_view folder, absl::string_view included) {
  if (absl::StartsWith(folder, "core/") &&
      (absl::StartsWith(included, "grpc") || absl::StrContains(included, ".grpc.pb.h"))) {
    // Its own protos under grpc/ would be fine, but core has no use for them either.
    return false;
  }
  if (!IsOurs(included)) return true;
  const auto allowed = Allowed().find(folder);
  return allowed != Allowed().end() &&
         (FolderOf(included) == folder || Contains(allowed->second, FolderOf(included)));
}

}  // namespace

std::vector<std::string> CheckIncludes(absl::string_view path, absl::string_view text) {
  std::vector<std::string> violations;
  int line_number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    const absl::string_view included = IncludedPath(line);
    if (included.empty() || MayInclude(FolderOf(path), included)) continue;
    violations.push_back(
        absl::StrCat(path, ":", line_number, ": ", FolderOf(path), " must not include ", included));
  }
  return violations;
}

}  // namespace serin
