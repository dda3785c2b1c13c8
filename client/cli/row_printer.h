#ifndef SERIN_CLIENT_CLI_ROW_PRINTER_H_
#define SERIN_CLIENT_CLI_ROW_PRINTER_H_

#include <optional>
#include <string>
#include <vector>

#include "client/cli/cell.h"
#include "client/cli/session.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Prints rows as they come: a table whose columns are as wide as the first batch needs, CSV, or a
// JSON object a line. Holds one batch at a time.
class RowPrinter {
 public:
  using Columns = google::protobuf::RepeatedPtrField<v1::Column>;

  // `console` must outlive the printer.
  RowPrinter(OutputFormat format, const Console& console) : format_(format), console_(console) {}

  // The next rows. Every batch has the same columns; `schema` has the types of all of them, and
  // maybe of others. A first batch without columns has those of `schema`, and no rows. False: the
  // output takes no more.
  bool Add(const v1::Schema& schema, int row_count, const Columns& columns);

 private:
  void PrintTable(const v1::Schema& schema, int row_count, const Columns& columns,
                  const std::vector<std::vector<Cell>>& cells);
  void PrintCsv(int row_count, const Columns& columns, const std::vector<std::vector<Cell>>& cells);
  void PrintObjects(int row_count, const Columns& columns,
                    const std::vector<std::vector<Cell>>& cells);

  const OutputFormat format_;
  const Console& console_;
  bool begun_ = false;
  std::optional<TextTable> table_;  // From the first batch on, where a table is printed.
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_ROW_PRINTER_H_
