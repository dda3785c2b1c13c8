#include "core/ingest/read_table.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/ingest/conform.h"
#include "core/ingest/table_reader.h"
#include "core/table/dictionary_index.h"
#include "core/table/schema.h"

namespace serin {
namespace {

void AppendColumn(const ColumnData& from, DictionaryIndex* dictionary, ColumnData* to) {
  to->numbers.insert(to->numbers.end(), from.numbers.begin(), from.numbers.end());
  to->integers.insert(to->integers.end(), from.integers.begin(), from.integers.end());
  std::vector<int32_t> codes;
  for (const std::string& text : from.dictionary) codes.push_back(dictionary->Intern(text));
  for (const int32_t code : from.codes) to->codes.push_back(code < 0 ? code : codes[code]);
}

absl::StatusOr<IngestResult> ReadBatches(absl::string_view file, const IngestOptions& options,
                                         const v1::Schema& schema, const IngestLimits& limits,
                                         std::vector<Table>* batches) {
  batches->clear();
  const auto sink = [batches](Table batch) {
    batches->push_back(std::move(batch));
    return absl::OkStatus();
  };
  SERIN_ASSIGN_OR_RETURN(const auto reader, TableReader::Create(options, schema, limits, sink));
  SERIN_RETURN_IF_ERROR(reader->Push(file));
  return reader->Finish();
}

}  // namespace

absl::StatusOr<Table> ReadTable(absl::string_view file, const IngestOptions& options,
                                const v1::Schema& schema, const IngestLimits& limits) {
  std::vector<Table> batches;
  SERIN_ASSIGN_OR_RETURN(IngestResult result, ReadBatches(file, options, schema, limits, &batches));
  if (result.reread) {
    IngestOptions again = options;
    again.inferred_strings = result.inferred_strings;
    SERIN_ASSIGN_OR_RETURN(result, ReadBatches(file, again, result.schema, limits, &batches));
  }
  return JoinBatches(result.schema, std::move(batches));
}

Table JoinBatches(const v1::Schema& schema, std::vector<Table> batches) {
  for (Table& batch : batches) ConformBatch(schema, &batch);
  if (batches.size() == 1) return std::move(batches[0]);
  Table table = EmptyTable(schema);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    DictionaryIndex dictionary(&table.columns[i].dictionary);
    for (const Table& batch : batches)
      AppendColumn(batch.columns[i], &dictionary, &table.columns[i]);
  }
  return table;
}

}  // namespace serin
