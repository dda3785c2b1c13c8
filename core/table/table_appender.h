#ifndef SERIN_CORE_TABLE_TABLE_APPENDER_H_
#define SERIN_CORE_TABLE_TABLE_APPENDER_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "core/table/dictionary_index.h"
#include "core/table/table.h"

namespace serin {

// Joins tables of the same columns, one below the other. Not thread-safe.
class TableAppender {
 public:
  // Rows [begin, end) of a table that has the columns of those before it, in the same order and of
  // the same types. Its dictionaries become one with those before it.
  void Append(const Table& rows, size_t begin, size_t end);

  const Table& table() const { return table_; }

  // What was appended; the appender then is as new.
  Table Take();

 private:
  Table table_;
  std::vector<std::unique_ptr<DictionaryIndex>> indexes_;  // Null: no string column.
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_TABLE_APPENDER_H_
