#ifndef SERIN_TESTS_INTEGRATION_GENERATED_TABLE_H_
#define SERIN_TESTS_INTEGRATION_GENERATED_TABLE_H_

#include <random>
#include <string>
#include <vector>

namespace serin {

// How a generated CSV file is written.
struct CsvStyle {
  char delimiter = ',';
  char quote = '"';
  std::string line_end = "\n";  // "mixed": LF, CRLF and CR by turns.
  bool byte_order_mark = false;
  bool final_line_end = true;
  bool quote_all = false;
};

using GeneratedRows = std::vector<std::vector<std::string>>;

// Rows of text with what makes files hard to read: delimiters, quotes of both kinds, line breaks,
// spaces around values, empty values, words for missing ones, numbers as people write them, and
// characters of one to four bytes. The same seed gives the same rows.
GeneratedRows GenerateRows(int rows, int columns, uint64_t seed);

// The rows as CSV below the header c0, c1, ...
std::string WriteCsv(const GeneratedRows& rows, const CsvStyle& style);

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_GENERATED_TABLE_H_
