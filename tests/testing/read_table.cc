#include "tests/testing/read_table.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/ingest/conform.h"
#include "core/ingest/read_table.h"
#include "core/table/schema.h"

namespace serin {
namespace {

template <typename T>
T ValueOrDie(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "test data: %s\n", result.status().ToString().c_str());
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace

Table TableOf(const std::string& csv) {
  Table table = ValueOrDie(ReadTable(csv));
  ConformBatch(ModelSchemaOf(SchemaOf(table)), &table);
  return table;
}

Table TestDataTable(const std::string& file_name) {
  const std::ifstream file(std::string(SERIN_TEST_DATA_DIR "/") + file_name);
  std::ostringstream text;
  text << file.rdbuf();
  return TableOf(text.str());
}

}  // namespace serin
