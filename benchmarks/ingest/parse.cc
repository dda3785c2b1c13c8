// Reads a file into typed batches on one thread and prints, as one line of JSON, how long that
// took: what `scripts/bench ingest parse` compares with pandas.

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>

#include "core/ingest/table_reader.h"

namespace serin {
namespace {

// As gRPC delivers an upload.
constexpr size_t kPieceBytes = 1 << 20;

absl::StatusOr<IngestResult> Read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(path);
  IngestLimits limits;
  limits.max_bytes = limits.max_text_bytes;
  auto reader = TableReader::Create({}, {}, limits, [](Table) { return absl::OkStatus(); });
  if (!reader.ok()) return reader.status();
  std::string piece(kPieceBytes, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    const absl::string_view bytes(piece.data(), static_cast<size_t>(file.gcount()));
    if (const absl::Status status = (*reader)->Push(bytes); !status.ok()) return status;
  }
  return (*reader)->Finish();
}

int Main(const char* path) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const absl::StatusOr<IngestResult> result = Read(path);
  if (!result.ok()) {
    std::fprintf(stderr, "%s: %s\n", path, result.status().ToString().c_str());
    return 1;
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %.4f, \"cpu_seconds\": %.4f, \"rows\": %lld, \"reread\": %s}\n",
              wall.count(), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC,
              static_cast<long long>(result->row_count), result->reread ? "true" : "false");
  return 0;
}

}  // namespace
}  // namespace serin

int main(int argc, char** argv) {
  if (argc == 2) return serin::Main(argv[1]);
  std::fprintf(stderr, "usage: ingest_parse FILE\n");
  return 2;
}
